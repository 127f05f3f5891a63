package espo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Each try stands in the log, without contents and credentials.
func ExampleWithLogger() {
	srv, _ := example()
	defer srv.Close()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "elapsed" { // is another one each time
				return slog.Attr{}
			}
			return a
		},
	}))
	client := srv.Client(espo.WithLogger(logger))

	_, err := client.Accounts.Create(context.Background(), espo.Account{Name: "Acme"})
	fmt.Println(err)
	// Output:
	// level=DEBUG msg="espo: request" operation=Account.create method=POST path=Account status=200 try=1
	// <nil>
}

// What goes over the wire, with the bodies, and without the credentials.
func ExampleWithDebug() {
	srv, _ := example()
	defer srv.Close()
	var wire bytes.Buffer // mostly os.Stderr
	client := srv.Client(espo.WithDebug(&wire))

	_, err := client.Accounts.Create(context.Background(), espo.Account{Name: "Acme"})
	fmt.Println(err, strings.Contains(wire.String(), "Acme"), strings.Contains(wire.String(), espotest.FullAPIKey))
	// Output: <nil> true false
}

// tickets is a limiter that lets through what it has tickets for. In a program
// it is a *rate.Limiter of golang.org/x/time/rate.
type tickets chan struct{}

func (t tickets) Wait(ctx context.Context) error {
	select {
	case <-t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A server that allows so many requests a minute.
func ExampleWithLimiter() {
	srv, _ := example()
	defer srv.Close()
	limiter := make(tickets, 2)
	limiter <- struct{}{}
	limiter <- struct{}{}
	client := srv.Client(espo.WithLimiter(limiter))

	for range 2 {
		_, err := client.Accounts.List(context.Background(), espo.Query{})
		fmt.Println(err)
	}
	fmt.Println(len(limiter), "tickets left")
	// Output:
	// <nil>
	// <nil>
	// 0 tickets left
}

// How long a server may be silent: of the client, and of one call that takes
// longer. The whole of a call is limited by its context.
func ExampleWithTimeout() {
	srv, _ := example()
	defer srv.Close()
	client := srv.Client(espo.WithTimeout(10 * time.Second))

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	n, err := client.Accounts.Count(ctx, espo.Query{}, espo.Timeout(30*time.Second))
	fmt.Println(n, err)
	// Output: 0 <nil>
}

// A proxy and certificates of one's own belong into the transport, and so does
// whatever else happens to each request.
func ExampleWithTransport() {
	srv, _ := example()
	defer srv.Close()
	transport := espo.NewTransport()
	transport.Proxy = nil // regardless of HTTP_PROXY
	transport.MaxConnsPerHost = 4
	client := srv.Client(espo.WithTransport(transport))
	defer client.CloseIdleConnections()

	fmt.Println(client.App.Ping(context.Background()))
	// Output: <nil>
}

// The largest answer that a program wants to hold.
func ExampleWithMaxReply() {
	srv, _ := example()
	defer srv.Close()
	srv.Seed("Account", espo.Attrs{"name": "Acme", "description": strings.Repeat("long ", 1000)})
	client := srv.Client(espo.WithMaxReply(2000))

	_, err := client.Accounts.List(context.Background(), espo.Query{})
	fmt.Println(errors.Is(err, espo.ErrReplyTooLarge))
	_, err = client.Accounts.List(context.Background(), espo.Query{Select: []string{"name"}})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

// A gateway in front of the server takes short URLs only. A query that does
// not fit is an error that says so, before anything is sent.
func ExampleWithMaxURL() {
	srv, _ := example()
	defer srv.Close()
	client := srv.Client(espo.WithMaxURL(1000))

	ids := make([]string, 200)
	for i := range ids {
		ids[i] = espo.NewID()
	}
	_, err := client.Accounts.List(context.Background(), espo.Query{Where: espo.Where(espo.In("id", ids...))})
	fmt.Println(errors.Is(err, espo.ErrInput))
	accounts, err := client.Accounts.GetMany(context.Background(), ids) // in several requests
	fmt.Println(len(accounts), err)
	// Output:
	// true
	// 0 <nil>
}

// A firewall that takes "where" and "select" in a URL for SQL, and that knows
// no PUT.
func ExampleWithSearchForm() {
	srv, _ := example()
	defer srv.Close()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	client := srv.Client(
		espo.WithSearchForm(espo.SearchAliases), espo.WithServerVersion("9.3"),
		espo.WithUpdateMethod(http.MethodPatch))
	ctx := context.Background()

	acme := espo.Query{Where: espo.Where(espo.Equal("name", "Acme"))}
	if _, err := client.Accounts.List(ctx, acme); err != nil {
		log.Fatal(err)
	}
	if _, err := client.Accounts.Update(ctx, id, espo.Attrs{"type": "Partner"}); err != nil {
		log.Fatal(err)
	}
	for _, r := range srv.Requests() {
		fmt.Println(r.Method, strings.Contains(r.Query, "whereGroup"))
	}
	// Output:
	// GET true
	// PATCH false
}

// What the stated version lacks is refused without a request.
func ExampleWithServerVersion() {
	srv, _ := example()
	defer srv.Close()
	client := srv.Client(espo.WithServerVersion("8.4"))

	err := client.Notes.React(context.Background(), espo.NewID(), espo.ReactionLike)
	var lacks *espo.NotSupportedError
	if errors.As(err, &lacks) {
		fmt.Printf("%s: from %s on, and this is %s\n", lacks.Feature, lacks.Since, lacks.Server)
	}
	fmt.Println(errors.Is(err, espo.ErrNotSupported), len(srv.Requests()))
	// Output:
	// reactions to notes: from 9.0.0 on, and this is 8.4.0
	// true 0
}

// A program can ask for the version itself, to do one thing or the other.
func ExampleServerVersion() {
	srv, client := example()
	defer srv.Close()

	version, err := client.ServerVersion(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	pipelines, err := espo.ParseServerVersion("10.0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(version.Major, version.AtLeast(pipelines))
	// Output: 9 false
}

// A customer's view: the users of a portal log in there.
func ExampleWithPortal() {
	srv, admin := start()
	defer srv.Close()
	ctx := context.Background()
	role, err := admin.PortalRoles.Create(ctx, espo.PortalRole{Name: "Customer", Data: espo.ScopeRights{
		"Case": {Levels: map[espo.AccessAction]espo.AccessLevel{espo.AccessCreate: espo.AccessYes, espo.AccessRead: espo.AccessOwn}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	portal, err := admin.Portals.Create(ctx, espo.Portal{Name: "Help", IsActive: true, PortalRolesIDs: []string{role.ID}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = admin.Users.Create(ctx, espo.User{
		UserName: "customer", LastName: "Roe", Type: espo.UserTypePortal, Password: "Long-enough-1",
		PortalsIDs: []string{portal.ID},
	})
	if err != nil {
		log.Fatal(err)
	}

	customer := srv.ClientAs(espo.Token("customer", "Long-enough-1"), espo.WithPortal(portal.ID))
	c, err := customer.Cases.Create(ctx, espo.Case{Name: "It does not start"})
	fmt.Println(c.Name, err)
	// Output: It does not start <nil>
}

// What has no method here is still sent as everything else, with its errors,
// its tries and its credentials. The body of the answer can be taken as it is.
func ExampleClient_Do_raw() {
	srv, client := example()
	defer srv.Close()

	err := client.Do(context.Background(), espo.Request{Path: []string{"Account", "layout", "listSmall"}}, io.Discard)
	fmt.Println(err)
	err = client.Do(context.Background(), espo.Request{Method: http.MethodDelete, Path: []string{"Account", espo.NewID()}}, nil)
	fmt.Println(errors.Is(err, espo.ErrNotFound))
	// Output:
	// <nil>
	// true
}
