package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/inbox"
)

// turns is a limiter. In a service, rate.NewLimiter of golang.org/x/time/rate
// is one.
type turns struct{ taken int }

func (t *turns) Wait(context.Context) error { t.taken++; return nil }

// A service with a client for each of its users: all of them share the
// connections and one limit for each server.
func ExampleNewHostLimits() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	ctx := context.Background()

	transport := espo.NewTransport()
	var limiter *turns
	limits := espo.NewHostLimits(func(string) espo.Limiter {
		limiter = new(turns)
		return limiter
	})
	for _, auth := range []espo.Authenticator{espo.APIKey(espotest.FullAPIKey), espo.Basic(espotest.AdminUser, espotest.AdminPassword)} {
		client, err := espo.NewClient(srv.URL(), auth, espo.WithTransport(transport), espo.WithHostLimits(limits))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := client.Accounts.Count(ctx, espo.Query{}); err != nil {
			log.Fatal(err)
		}
	}
	transport.CloseIdleConnections()
	fmt.Println("Requests within the limit:", limiter.taken)
	// Output: Requests within the limit: 2
}

// The second process finds the token of the first one.
func ExampleSharedToken() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	store := new(inbox.MemoryValues) // or one that processes share, of the modules sqlite and nats
	for range 2 {
		client := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword, espo.SharedToken(store)))
		me, err := client.App.CurrentUser(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(me.User.UserName)
	}
	fmt.Println("Logins:", srv.Logins())
	// Output:
	// admin
	// admin
	// Logins: 1
}

// Two processes count on: the one that was second reads anew and tries again.
func ExampleErrRevision() {
	ctx, store := context.Background(), new(inbox.MemoryValues)
	add := func(text string) error {
		for {
			old, err := store.Get(ctx, "cursors")
			if err != nil {
				return err
			}
			if text == "second" && old.Revision == 0 { // in between, the other process
				if _, err := store.Set(ctx, "cursors", []byte("first "), old); err != nil {
					return err
				}
			}
			_, err = store.Set(ctx, "cursors", append(old.Value, text...), old)
			if !errors.Is(err, espo.ErrRevision) {
				return err
			}
			fmt.Println("somebody else was first")
		}
	}
	fmt.Println(add("second"))
	cursors, err := store.Get(ctx, "cursors")
	fmt.Println(string(cursors.Value), err)
	// Output:
	// somebody else was first
	// <nil>
	// first second <nil>
}
