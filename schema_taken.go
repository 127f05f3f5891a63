package espo

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/go-json-experiment/json"
)

// NameTakenError is a 409: there already is an entity type, a field or a link of
// the name that a new one was to have. A program that sets up a server and has
// run before can go on:
//
//	var taken *espo.NameTakenError
//	name, err := client.Schema.CreateField(ctx, "Account", espo.FieldParams{Name: "budget", Type: "currency"})
//	if errors.As(err, &taken) {
//		name, err = taken.Name, nil
//	}
type NameTakenError struct {
	Err  *Error
	Name string // as the server has it, such as "cBudget"; of a link mostly empty
}

func (e *NameTakenError) Error() string { return e.Err.text("the name is taken") }
func (e *NameTakenError) Unwrap() error { return beneath(e.Err) }

// Is reports whether target is [ErrConflict].
func (e *NameTakenError) Is(target error) bool { return target == ErrConflict }

// Format prints the text of the error alone.
func (e *NameTakenError) Format(f fmt.State, _ rune) { show(f, e) }

// takenReason is how the server says that a name is taken, with the name where it
// is that of a link.
var takenReason = regexp.MustCompile(`^(?:Name '.*' is already used|Field .* already exists|Link \w+::(\w+) already exists|Relationship with the same name '.*' exists)`)

// nameTaken makes a NameTakenError of an answer that says so. EspoCRM 7.5 does not
// say the name: it is the one that was asked for.
func nameTaken(err error, asked string) error {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusConflict {
		return err
	}
	m := takenReason.FindStringSubmatch(e.Reason)
	if m == nil {
		return err
	}
	var reply struct {
		MessageTranslation struct {
			Data struct {
				Name  string `json:"name"`
				Field string `json:"field"`
			} `json:"data"`
		} `json:"messageTranslation"`
	}
	_ = json.Unmarshal(e.Body, &reply) // not of 7.5, nor of links
	data := reply.MessageTranslation.Data
	taken := &NameTakenError{Err: e, Name: asked}
	for _, name := range []string{data.Name, data.Field, m[1]} {
		if name != "" {
			taken.Name = name
		}
	}
	return taken
}
