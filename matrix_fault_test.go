package espo_test

import (
	"bytes"
	"io"
	"log"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// fault is one way in which an answer goes wrong, and what a client can and
// must make of it.
type fault struct {
	name string

	// How it happens: one of these.
	shape  func(good truth) script  // to the answer of a request
	dial   func(server *wire) error // to a connection that begins
	frames frames                   // to a stream of HTTP/2; secure is "h2"

	early       bool   // shape answers before the body of the request was read
	secure      string // "" is HTTP/1.1 in clear; "tls", "h2"
	certificate string // what is shown instead of a good one

	fits func(kind) bool // the answers that it can happen to; nil is all
	// lies are the answers in whose place the fault is as good as the truth:
	// no client can tell.
	lies func(*matrixCall, kind) bool

	says     says    // of a write
	again    again   // what must be tried again after it
	harmless bool    // the call must succeed all the same
	foreign  bool    // the answer is somebody else's: ErrNotEspoCRM, and not the error of its status
	status   int     // of the answer, where foreign
	follows  bool    // net/http sends the request again by itself
	undone   bool    // it happens only to what was not done
	once     bool    // it never happens always: net/http would go on for ever
	loose    bool    // it concerns the totals of lists, which then may differ
	readable float64 // how many MiB of it a client may read; 0 is the common bound
}

// says is what an answer, or the lack of one, tells of a write.
type says int

const (
	unclear says = iota // it may have been done
	refused             // nothing was done: not in the place of something that was done
	either              // who can tell
	nothing             // of its own: it is the true answer
)

// again is what must be tried again after a fault that happens once.
type again int

const (
	againNothing again = iota
	againReads         // what only reads
	againStates        // what reads, or sets the state of a record
	againAll
)

// atDial reports whether the fault happens to connections and not to requests.
func (f *fault) atDial() bool { return f.dial != nil || f.certificate != "" }

func (f *fault) fitsTo(k kind) bool { return f.fits == nil || f.fits(k) }

// kind is what an answer of the server consists of.
type kind int

const (
	kindEmpty kind = iota
	kindRecord
	kindList
	kindObject // any other
	kindArray
	kindBool
	kindNumber
	kindString
	kindText // that is not JSON
	kindFile
	kindFailure // not a success
)

func kindOf(a truth) kind {
	body := jsontext.Value(bytes.TrimSpace(a.body))
	switch {
	case a.status < 200 || a.status > 299:
		return kindFailure
	case a.header.Get("Content-Disposition") != "":
		return kindFile
	case len(body) == 0:
		return kindEmpty
	case !body.IsValid():
		return kindText
	}
	switch body.Kind() {
	case '{':
		var is struct {
			ID   any            `json:"id"`
			List jsontext.Value `json:"list"`
		}
		_ = json.Unmarshal(body, &is)
		if id, ok := is.ID.(string); ok && id != "" {
			return kindRecord
		}
		if len(is.List) > 0 && is.List.Kind() == '[' {
			return kindList
		}
		return kindObject
	case '[':
		return kindArray
	case 't', 'f':
		return kindBool
	case '0':
		return kindNumber
	case '"':
		return kindString
	}
	return kindEmpty // null
}

// only is for fits: the faults of these kinds of answers.
func only(kinds ...kind) func(kind) bool {
	return func(k kind) bool { return slices.Contains(kinds, k) }
}

// isJSON is for fits.
func isJSON(k kind) bool {
	return k != kindEmpty && k != kindText && k != kindFile && k != kindFailure
}

// isOpen is for fits: a member can be added to it.
func isOpen(k kind) bool {
	return k == kindRecord || k == kindList || k == kindObject || k == kindArray
}

// hasBody is for fits: there is something to break off in.
func hasBody(k kind) bool { return k != kindEmpty && k != kindFailure }

// lieFor is for lies.
func lieFor(kinds ...kind) func(*matrixCall, kind) bool {
	return func(_ *matrixCall, k kind) bool { return slices.Contains(kinds, k) }
}

// lieIfFree is for lies: some calls take any object, or an empty one.
func lieIfFree(kinds ...kind) func(*matrixCall, kind) bool {
	return func(c *matrixCall, k kind) bool { return c.free && slices.Contains(kinds, k) }
}

// lieIfAsIs is for lies: what is copied as it is may be empty.
func lieIfAsIs(kinds ...kind) func(*matrixCall, kind) bool {
	return func(c *matrixCall, k kind) bool { return slices.Contains(kinds, k) || c.any && c.streams }
}

// lieForAll is for lies: what it changes belongs to the record.
func lieForAll(*matrixCall, kind) bool { return true }

// faults is the table of all faults.
var faults = slices.Concat(
	dialFaults, cutFaults, stallFaults, malformedFaults, codingFaults, secureFaults, frameFaults,
	statusFaults, retryAfterFaults, deniedFaults, echoFaults, redirectFaults, otherRedirectFaults, interimFaults, emptyFaults,
	bodyFaults, recordFaults, listFaults,
)

// discardLog is for servers whose complaints are no news here.
var discardLog = log.New(io.Discard, "", 0)
