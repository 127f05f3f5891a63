package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-espo/espo/espotest"
)

// faultJSON is an [espotest.Fault] as JSON.
type faultJSON struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Nth    int    `json:"nth"`
	Times  int    `json:"times"`
	After  bool   `json:"after"`

	Kind  string `json:"kind"`
	Field string `json:"field"` // of the kind Invalid
	Rule  string `json:"rule"`

	Status     int               `json:"status"`
	Reason     string            `json:"reason"`
	RetryAfter string            `json:"retryAfter"`
	Header     map[string]string `json:"header"`
	Body       string            `json:"body"`
	HTML       bool              `json:"html"`
	Cut        bool              `json:"cut"`
	Truncate   int               `json:"truncate"`
	Delay      string            `json:"delay"`
}

func (j faultJSON) fault() (espotest.Fault, error) {
	f := espotest.Fault{
		Method: j.Method, Path: j.Path, Nth: j.Nth, Times: j.Times, After: j.After, Status: j.Status, Reason: j.Reason,
		RetryAfter: j.RetryAfter, Body: j.Body, HTML: j.HTML, Cut: j.Cut, Truncate: j.Truncate,
	}
	for name, v := range j.Header {
		if f.Header == nil {
			f.Header = http.Header{}
		}
		f.Header.Set(name, v)
	}
	if j.Delay != "" {
		d, err := time.ParseDuration(j.Delay)
		if err != nil || d < 0 {
			return f, fmt.Errorf("delay: %q is not a time such as 2s", j.Delay)
		}
		f.Delay = func(ctx context.Context) { wait(ctx, d) }
	}
	if j.Kind != "Invalid" && (j.Field != "" || j.Rule != "") {
		return f, errors.New("field and rule go with the kind Invalid")
	}
	switch j.Kind {
	case "":
	case "Conflict":
		f.Kind = espotest.Conflict{}
	case "Duplicate":
		f.Kind = espotest.Duplicate{}
	case "Invalid":
		f.Kind = espotest.Invalid{Field: j.Field, Rule: j.Rule}
	case "Maintenance":
		f.Kind = espotest.Maintenance{}
	case "LoginLimit":
		f.Kind = espotest.LoginLimit{}
	default:
		return f, fmt.Errorf("kind: %q is none of Conflict, Duplicate, Invalid, Maintenance, LoginLimit", j.Kind)
	}
	return f, nil
}

// wait waits for that long, or until the client is gone.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
