package espo

import (
	"context"
	"errors"
	"strconv"
)

// ErrorClass says in a word what kind of error a call has ended with, for the
// labels of metrics and the attributes of traces. There are few:
//
//   - "" for nil
//   - "400" and the like: the server answered with this status
//   - "reply": the server answered with success, and the answer cannot be used,
//     such as the page of a proxy
//   - "canceled": the context was canceled
//   - "timeout": the deadline of the context passed, or that of [WithTimeout]
//   - "redirect": a redirect that was refused
//   - "connection": it did not come about, or broke
//   - "input": an [InputError]
//   - "unsupported": a [NotSupportedError]
//   - "other"
//
// A call that ends while it waits for another try has the class of what has
// ended it, and not that of the try before.
func ErrorClass(err error) string {
	var (
		answer     *Error
		connection *TransportError
	)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &answer) && (answer.Status < 200 || answer.Status > 299):
		return strconv.Itoa(answer.Status)
	case errors.Is(err, ErrRedirect):
		return "redirect"
	case errors.As(err, &connection) && connection.Timeout():
		return "timeout"
	case errors.Is(err, ErrTransport):
		return "connection"
	case answer != nil:
		return "reply"
	case errors.Is(err, ErrInput):
		return "input"
	case errors.Is(err, ErrNotSupported):
		return "unsupported"
	}
	return "other"
}
