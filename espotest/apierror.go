package espotest

// apiError is an answer that says no: its status, its X-Status-Reason and, for
// some, a JSON body.
type apiError struct {
	status int
	reason string
	body   any
}

func (e *apiError) Error() string { return e.reason }
