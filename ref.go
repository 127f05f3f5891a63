package espo

// Ref refers to a record of any entity type, such as the parent of a note.
type Ref struct {
	Type string // entity type, such as "Account"
	ID   string
}

func (r Ref) String() string { return r.Type + "/" + r.ID }

// check refuses a record without a type or an id.
func (r Ref) check(argument string) error { return notEmpty(argument, r.Type, r.ID) }

// checkOptional is check for a record that may be left out altogether.
func (r Ref) checkOptional(argument string) error {
	if r == (Ref{}) {
		return nil
	}
	return r.check(argument)
}

// request makes a request for something that a record has.
func (r Ref) request(what, method, of string) *request {
	return newRequest(r.Type+"."+what, method, "{type}/{id}/{part}", r.Type, r.ID, of)
}
