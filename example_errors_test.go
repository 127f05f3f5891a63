package espo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What a program does depends on what can be done about an error.
func ExampleError_status() {
	srv, client := example()
	defer srv.Close()

	advice := func(err error) string {
		switch {
		case errors.Is(err, espo.ErrUnauthorized):
			return "the key is wrong"
		case errors.Is(err, espo.ErrForbidden):
			return "the user has no right to it"
		case errors.Is(err, espo.ErrNotFound):
			return "there is no such record"
		case errors.Is(err, espo.ErrConflict):
			return "somebody else was first"
		case errors.Is(err, espo.ErrRequestTooLarge):
			return "send less at once"
		case errors.Is(err, espo.ErrTooManyRequests), errors.Is(err, espo.ErrUnavailable):
			return "try again later" // several tries have failed already
		case errors.Is(err, espo.ErrMethodNotAllowed), errors.Is(err, espo.ErrBadRequest):
			return "a mistake of this program"
		case errors.Is(err, espo.ErrServer):
			return "look into the log of the server"
		}
		return "?"
	}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 413, 429, 500, 503} {
		srv.Fail(espotest.Fault{Status: status, Times: 1})
		once := srv.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
		_, err := once.Accounts.Get(context.Background(), espo.NewID())
		fmt.Println(status, advice(err))
	}
	_, err := client.Accounts.Get(context.Background(), espo.NewID())
	var answer *espo.Error
	if errors.As(err, &answer) {
		fmt.Println(answer.Method, strings.HasPrefix(answer.Path, "Account/"), answer.Status)
	}
	// Output:
	// 400 a mistake of this program
	// 401 the key is wrong
	// 403 the user has no right to it
	// 404 there is no such record
	// 405 a mistake of this program
	// 409 somebody else was first
	// 413 send less at once
	// 429 try again later
	// 500 look into the log of the server
	// 503 try again later
	// GET true 404
}

// A login page or the page of a proxy is not an answer of EspoCRM: above all it
// does not say that a record is missing.
func ExampleErrNotEspoCRM() {
	srv, client := example()
	defer srv.Close()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	srv.Fail(espotest.Fault{Status: http.StatusNotFound, HTML: true})

	_, err := client.Accounts.Get(context.Background(), id)
	fmt.Println(errors.Is(err, espo.ErrNotEspoCRM), errors.Is(err, espo.ErrNotFound))
	// Output: true false
}

// A server whose connections break.
func ExampleTransportError() {
	srv, _ := example()
	defer srv.Close()
	srv.Fail(espotest.Fault{Cut: true, Times: -1})
	client := srv.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))

	_, err := client.Accounts.List(context.Background(), espo.Query{})
	var broken *espo.TransportError
	fmt.Println(errors.As(err, &broken), broken.Method, broken.Path, broken.Timeout())
	fmt.Println(errors.Is(err, espo.ErrTransport))
	// Output:
	// true GET Account false
	// true
}

// The answer to a write got lost: find out what has become of it before you do
// it again. CreateOnce and Upsert do that by themselves.
func ExampleErrOutcomeUnknown() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Account", After: true, Cut: true})

	_, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	if errors.Is(err, espo.ErrOutcomeUnknown) {
		account, err := client.Accounts.First(ctx, espo.Query{Where: espo.Where(espo.Equal("name", "Acme"))})
		fmt.Println("it was created:", account.Name, err)
	}
	// Output: it was created: Acme <nil>
}

// What cannot be right is not sent at all.
func ExampleInputError() {
	srv, client := example()
	defer srv.Close()

	_, err := client.Accounts.Get(context.Background(), "")
	var input *espo.InputError
	if errors.As(err, &input) {
		fmt.Println("wrong:", input.Argument)
	}
	fmt.Println(errors.Is(err, espo.ErrInput), len(srv.Requests()))
	// Output:
	// wrong: id
	// true 0
}

// A redirect from https to http, or to another host, would carry the
// credentials away. The client refuses it.
func ExampleErrRedirect() {
	srv, client := example()
	defer srv.Close()
	srv.Fail(espotest.Fault{Status: http.StatusFound, Header: http.Header{"Location": {"http://elsewhere.example/login"}}})

	_, err := client.Accounts.List(context.Background(), espo.Query{})
	fmt.Println(errors.Is(err, espo.ErrRedirect))
	// Output: true
}

// A list of one's own whose pages do not follow each other is ended, instead
// of going round for ever.
func ExampleErrPages() {
	page := func(context.Context, espo.Query) (espo.Page[espo.Record], error) {
		return espo.Page[espo.Record]{Records: []espo.Record{{"id": "1"}}, More: true}, nil // whatever the offset
	}
	_, err := espo.Collect(espo.Pages(context.Background(), espo.Query{}, page))
	fmt.Println(errors.Is(err, espo.ErrPages))
	// Output: true
}

// An error in one word, for the label of a metric.
func ExampleErrorClass() {
	srv, client := example()
	defer srv.Close()
	ctx, cancel := context.WithCancel(context.Background())

	_, err := client.Accounts.Get(ctx, espo.NewID())
	fmt.Println(espo.ErrorClass(err))
	_, err = client.Accounts.Get(ctx, "")
	fmt.Println(espo.ErrorClass(err))
	cancel()
	_, err = client.Accounts.Get(ctx, espo.NewID())
	fmt.Println(espo.ErrorClass(err))
	// Output:
	// 404
	// input
	// canceled
}

// Two accounts match where one is to be updated: nothing is written.
func ExampleErrAmbiguous() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Acme"})

	_, _, err := client.Accounts.Upsert(context.Background(), espo.Upsert{
		Match: espo.Attrs{"name": "Acme"}, Set: espo.Attrs{"type": "Customer"},
	})
	fmt.Println(errors.Is(err, espo.ErrAmbiguous))
	// Output: true
}
