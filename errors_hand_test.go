package espo_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// handmade is an error as a test of somebody's makes it.
type handmade struct {
	err error
	is  []error // the sentinels that it matches
	in  *espo.Error
}

// full is an answer with a credential in everything that is not to be shown.
func full(status int) *espo.Error {
	return &espo.Error{
		Method: "POST", Path: "Account", Status: status, Reason: "because",
		Header: http.Header{"Set-Cookie": {sesame}, "X-Api-Key": {sesame}}, Body: []byte(`{"apiKey":"` + sesame + `"}`),
	}
}

// handmadeErrors has each exported type of error with its zero value first.
func handmadeErrors() map[string][]handmade {
	record := espo.Record{"id": "1", "apiKey": sesame, "nested": espo.Attrs{"password": sesame}}
	bad, conflict, denied, failed := full(400), full(409), full(401), full(500)
	return map[string][]handmade{
		"Error": {
			{&espo.Error{}, nil, nil}, {full(404), []error{espo.ErrNotFound}, nil}, {failed, []error{espo.ErrServer}, nil},
			{full(503), []error{espo.ErrServer, espo.ErrUnavailable}, nil}, {full(429), []error{espo.ErrTooManyRequests}, nil},
			{full(413), []error{espo.ErrRequestTooLarge}, nil}, {full(418), nil, nil}, {full(-1), nil, nil}, {(*espo.Error)(nil), nil, nil},
		},
		"ValidationError": {
			{&espo.ValidationError{}, []error{espo.ErrBadRequest}, nil},
			{&espo.ValidationError{Err: bad, Field: "name", Rule: "required"}, []error{espo.ErrBadRequest}, bad},
		},
		"DuplicateError": {
			{&espo.DuplicateError{}, []error{espo.ErrConflict}, nil},
			{&espo.DuplicateError{Err: conflict, Records: []espo.Record{record, nil}}, []error{espo.ErrConflict}, conflict},
		},
		"ConflictError": {
			{&espo.ConflictError{}, []error{espo.ErrConflict}, nil},
			{&espo.ConflictError{Err: conflict, Values: record, Version: 2}, []error{espo.ErrConflict}, conflict},
		},
		"NameTakenError": {
			{&espo.NameTakenError{}, []error{espo.ErrConflict}, nil},
			{&espo.NameTakenError{Err: conflict, Name: "cSize"}, []error{espo.ErrConflict}, conflict},
		},
		"SecondFactorError": {
			{&espo.SecondFactorError{}, []error{espo.ErrUnauthorized}, nil},
			{&espo.SecondFactorError{Err: denied, Request: espo.SecondFactorRequest{UserName: "jane", Data: record}}, []error{espo.ErrUnauthorized}, denied},
		},
		"NotSupportedError": {
			{&espo.NotSupportedError{}, []error{espo.ErrNotSupported}, nil},
			{&espo.NotSupportedError{Feature: "pins", Since: espo.ServerVersion{Major: 9}}, []error{espo.ErrNotSupported}, nil},
		},
		"LeadConversionError": {
			{&espo.LeadConversionError{}, nil, nil},
			{&espo.LeadConversionError{Err: &espo.ValidationError{Err: bad}, Created: []espo.Ref{{Type: "Account", ID: "1"}}, Unknown: []string{"Contact"}}, []error{espo.ErrBadRequest}, bad},
		},
		"IgnoredError": {
			{&espo.IgnoredError{}, nil, nil}, {&espo.IgnoredError{Method: "PUT", Path: "Account/1", Attributes: []string{"na\nem"}}, nil, nil},
		},
		"InputError": {
			{&espo.InputError{}, []error{espo.ErrInput}, nil}, {&espo.InputError{Argument: "i\nd", Problem: "is\tempty"}, []error{espo.ErrInput}, nil},
		},
		"TransportError": {
			{&espo.TransportError{}, []error{espo.ErrTransport}, nil},
			{&espo.TransportError{Method: "GET", Path: "Account", Err: io.ErrUnexpectedEOF}, []error{espo.ErrTransport, io.ErrUnexpectedEOF}, nil},
		},
		"UploadError": {
			{&espo.UploadError{}, nil, nil}, {&espo.UploadError{Err: failed, Sent: 1, Size: 2, AttachmentID: "3"}, []error{espo.ErrServer}, failed},
			{&espo.UploadError{Err: io.ErrShortWrite, Removed: true}, []error{io.ErrShortWrite}, nil},
		},
		"SendError": {
			{&espo.SendError{}, nil, nil}, {&espo.SendError{Err: failed, EmailID: "1", Message: "No SMTP\r\nsettings."}, []error{espo.ErrServer}, failed},
		},
		"BulkError": {
			{&espo.BulkError{}, nil, nil}, {&espo.BulkError{Total: 3, Failed: 1, Left: 1}, nil, nil},
		},
		"ImportRowError": {
			{&espo.ImportRowError{}, nil, nil},
			{&espo.ImportRowError{EntityType: "Acc\nount", ID: "1", Row: espo.ImportFailedRow{Type: "Valid\nation", Failures: []espo.ImportFailure{{Field: "na\nme", Rule: "requ\tired"}}}}, nil, nil},
		},
		"JobError": {
			{&espo.JobError{}, nil, nil}, {&espo.JobError{Job: "export\n1", Status: espo.JobFailed}, nil, nil},
		},
		"WebhookRefusedError": {
			{&espo.WebhookRefusedError{}, nil, nil},
			{&espo.WebhookRefusedError{Status: 401, WebhookID: "1", Err: io.EOF}, []error{io.EOF}, nil},
		},
	}
}

// errorTypes are the exported types of the package that are errors.
func errorTypes(t *testing.T) (names []string) {
	t.Helper()
	_, files := sources(t)
	for _, file := range files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && fn.Recv != nil && fn.Name.Name == "Error" && ast.IsExported(receiver(fn)) && len(fn.Type.Params.List) == 0 {
				names = append(names, receiver(fn))
			}
		}
	}
	return names
}

// Whoever tests code that uses this package makes its errors by hand, and may
// leave out what the code does not look at.
func TestErrorsMadeByHand(t *testing.T) {
	made := handmadeErrors()
	assert.ElementsMatch(t, errorTypes(t), slices.Collect(maps.Keys(made)), "every exported type of error")
	for name, list := range made {
		for i, h := range list {
			t.Run(fmt.Sprintf("%s %d", name, i), func(t *testing.T) {
				kind := reflect.TypeOf(h.err)
				assert.Equal(t, name, kind.Elem().Name())
				if i == 0 {
					assert.True(t, reflect.ValueOf(h.err).Elem().IsZero())
				}
				assert.Regexp(t, `^espo: [[:print:]]*[[:alnum:]]`, h.err.Error())
				for _, err := range []error{h.err, fmt.Errorf("sync: %w", h.err), errors.Join(io.EOF, h.err)} {
					for name, sentinel := range sentinels {
						assert.Equal(t, slices.Contains(h.is, sentinel), errors.Is(err, sentinel), name)
					}
					for _, sentinel := range h.is {
						assert.ErrorIs(t, err, sentinel)
					}
					require.NotErrorIs(t, err, nil)
					found := reflect.New(kind)
					require.True(t, errors.As(err, found.Interface()))
					assert.Equal(t, h.err, found.Elem().Interface())
					var e *espo.Error
					if found := errors.As(err, &e); name != "Error" {
						assert.Equal(t, h.in != nil, found)
						assert.Same(t, h.in, e)
					}
					assertErrorHidden(t, err)
				}
			})
		}
	}
}

// assertErrorHidden fails when an error shows sesame in any form.
func assertErrorHidden(t *testing.T, err error) {
	t.Helper()
	var shown bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&shown, verb+"\n", err)
		fmt.Fprintf(&shown, verb+"\n", struct{ Err error }{err})
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
		slog.New(h).Error("failed", "error", err)
	}
	if b, err := stdjson.Marshal(err); err == nil {
		shown.Write(b)
	}
	if b, err := json.Marshal(err); err == nil {
		shown.Write(b)
	}
	assert.NotContains(t, shown.String(), sesame)
	assert.NotContains(t, shown.String(), fmt.Sprintf("%x", sesame))
	assert.NotContains(t, shown.String(), "PANIC")
}
