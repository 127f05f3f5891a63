package espotest_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// test stands for the *testing.T of a test.
type test struct{ cleanups []func() }

func (t *test) Cleanup(f func())               { t.cleanups = append(t.cleanups, f) }
func (t *test) Errorf(format string, a ...any) { log.Printf(format, a...) }
func (t *test) Fatalf(format string, a ...any) { log.Fatalf(format, a...) }
func (t *test) Helper()                        {}
func (t *test) end() {
	for _, f := range t.cleanups {
		f()
	}
}

// In a test, the server is closed when the test ends, and what goes wrong
// fails the test.
func ExampleNewServer() {
	t := new(test) // func TestRename(t *testing.T)
	defer t.end()

	srv := espotest.NewServer(t)
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	if err := rename(context.Background(), srv.Client(), id, "Acme Ltd."); err != nil {
		t.Errorf("rename: %v", err)
	}
	fmt.Println(srv.Records("Account")[0].Name())
	// Output: Acme Ltd.
}

// Records as structs, as the code under test has them.
func ExampleSeedRecords() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	ids := espotest.SeedRecords(srv, "Account",
		espo.Account{Name: "Acme", Type: espo.AccountTypeCustomer},
		espo.Account{Name: "Globex"})
	account, err := srv.Client().Accounts.Get(context.Background(), ids[0])
	fmt.Println(account.Name, account.Type, err)
	// Output: Acme Customer <nil>
}

// The clock of the server is the test's: what is done tomorrow is tested today.
func ExampleWithClock() {
	now := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)
	srv, err := espotest.Start(espotest.WithClock(func() time.Time { return now }))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	srv.Seed("Opportunity", espo.Attrs{"name": "Roof", "amount": 100, "closeDate": "2026-11-25"})

	today := espo.Query{Where: espo.Where(espo.Today("closeDate").Date())}
	fmt.Println(client.Opportunities.Count(ctx, today))
	now = now.AddDate(0, 0, 1)
	fmt.Println(client.Opportunities.Count(ctx, today))
	// Output:
	// 0 <nil>
	// 1 <nil>
}

// A server with other settings, such as small pages.
func ExampleWithSettings() {
	srv, err := espotest.Start(espotest.WithSettings(espo.Attrs{"recordListMaxSizeLimit": 2, "timeZone": "Europe/Kyiv"}))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.Seed("Account", espo.Attrs{"name": "A"}, espo.Attrs{"name": "B"}, espo.Attrs{"name": "C"})

	accounts, err := espo.Collect(srv.Client().Accounts.All(context.Background(), espo.Query{MaxSize: 2}))
	fmt.Println(len(accounts), "accounts in", len(srv.Requests()), "pages", err)
	// Output: 3 accounts in 2 pages <nil>
}

// The server does what is queued when the test says so, and not by itself.
func ExampleServer_RunJobs() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	srv.Seed("Account", espo.Attrs{"name": "Acme"})

	queued, err := client.MassActions.Delete(ctx, espo.AllRecords("Account"), espo.MassOptions{InBackground: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(srv.Records("Account")), "account before")
	srv.RunJobs()
	status, err := client.MassActions.Status(ctx, queued.JobID)
	fmt.Println(len(srv.Records("Account")), "after:", status.Status, err)
	// Output:
	// 1 account before
	// 0 after: Success <nil>
}

// The receiver of webhooks under test gets what has happened. A first failure
// of it makes the server deliver again.
func ExampleServer_DeliverWebhooks() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	down := true
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Println("received")
	}))
	defer receiver.Close()
	event := espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}
	if _, err := client.Webhooks.Register(ctx, espo.Webhook{Event: event, URL: receiver.URL}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"}); err != nil {
		log.Fatal(err)
	}

	fmt.Println("failed:", srv.DeliverWebhooks(ctx) != nil)
	down = false
	fmt.Println(srv.DeliverWebhooks(ctx))
	// Output:
	// failed: true
	// received
	// <nil>
}

// The e-mails that the code under test has sent.
func ExampleWithSMTP() {
	srv, err := espotest.Start(espotest.WithSMTP())
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	_, err = srv.Client().Emails.Send(context.Background(), espo.Email{
		From: "sales@us.example", To: "olena@acme.example", Name: "Your offer", Body: "It is attached.",
	})
	fmt.Println(err)
	for _, email := range srv.SentEmails() {
		fmt.Println(email.To, email.Subject, email.Body)
	}
	// Output:
	// <nil>
	// olena@acme.example Your offer It is attached.
}

// A server of another version answers as that does.
func ExampleWithVersion() {
	srv, err := espotest.Start(espotest.WithVersion("7.5"))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	_, err = srv.Client().App.About(context.Background())
	fmt.Println(errors.Is(err, espo.ErrNotSupported))
	// Output: true
}

// The metadata of your own server, which espogen saves with -dump, gives the
// fake your entity types and fields.
func ExampleWithMetadata() {
	metadata := []byte(`{
		"scopes": {"CProject": {"entity": true, "object": true, "acl": true}},
		"entityDefs": {"CProject": {"fields": {"name": {"type": "varchar"}, "budget": {"type": "int", "max": 1000}}}}
	}`) // with //go:embed metadata.json
	srv, err := espotest.Start(espotest.WithMetadata(metadata))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	_, err = srv.Client().Records("CProject").Create(context.Background(), espo.Record{"name": "Bridge", "budget": 5000})
	var invalid *espo.ValidationError
	if errors.As(err, &invalid) {
		fmt.Println(invalid.Field, invalid.Rule)
	}
	// Output: budget max
}

// Code that takes files from the web meets what the test puts there.
func ExampleWithImage() {
	png, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		log.Fatal(err)
	}
	srv, err := espotest.Start(espotest.WithImage("https://www.example.com/logo.png", "image/png", png))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	image, err := srv.Client().Attachments.FromImageURL(context.Background(), "https://www.example.com/logo.png", espo.FileField("User", "avatar"))
	fmt.Println(image.Type, err)
	// Output: image/png <nil>
}

// How the server is reached: below another path, with TLS, and with a web
// server before it that takes short URLs only.
func ExampleWithTLS() {
	srv, err := espotest.Start(espotest.WithTLS(), espotest.WithPath("/"), espotest.WithMaxURL(1000))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	fmt.Println(strings.HasPrefix(srv.URL(), "https://"), strings.Contains(srv.URL(), "/crm"))

	transport := espo.NewTransport() // that of the code under test
	transport.TLSClientConfig = &tls.Config{RootCAs: srv.CertPool(), MinVersion: tls.VersionTLS12}
	client, err := espo.NewClient(srv.URL(), espo.APIKey(espotest.FullAPIKey), espo.WithTransport(transport))
	if err != nil {
		log.Fatal(err)
	}
	defer client.CloseIdleConnections()
	ctx := context.Background()
	fmt.Println(client.App.Ping(ctx))
	_, err = client.Accounts.List(ctx, espo.Query{Where: espo.Where(espo.Equal("name", strings.Repeat("long ", 300)))})
	fmt.Println(errors.Is(err, espo.ErrNotEspoCRM)) // 414, and a page of the web server
	// Output:
	// true false
	// <nil>
	// true
}

// Without a listener, the server is a handler: for a server of one's own, or
// for requests that go nowhere.
func ExampleServer_Handler() {
	srv, err := espotest.Start(espotest.WithoutListener())
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/crm/api/v1/Account", nil)
	request.Header.Set("X-Api-Key", espotest.FullAPIKey)
	answer := httptest.NewRecorder()
	srv.Handler().ServeHTTP(answer, request)
	fmt.Println(answer.Code, answer.Body.String())
	// Output: 200 {"total":0,"list":[]}
}

// What was sent, for a long test with little memory: so many requests, and so
// much of their bodies.
func ExampleWithRequestLog() {
	srv, err := espotest.Start(espotest.WithRequestLog(espotest.RequestLog{Requests: 2, BodyBytes: 1 << 10}))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	for _, name := range []string{"Acme", "Globex", "Initech"} {
		if _, err := client.Accounts.Create(ctx, espo.Account{Name: name}); err != nil {
			log.Fatal(err)
		}
	}
	for _, r := range srv.Requests() {
		fmt.Println(string(r.Body))
	}
	srv.ClearRequests() // before the part that is tested
	fmt.Println(len(srv.Requests()))
	// Output:
	// {"name":"Globex"}
	// {"name":"Initech"}
	// 0
}

// Tokens that have expired make a client log in again.
func ExampleServer_RevokeTokens() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword)), context.Background()

	fmt.Println(client.App.Ping(ctx), srv.Logins())
	srv.RevokeTokens()
	fmt.Println(client.App.Ping(ctx), srv.Logins())
	// Output:
	// <nil> 1
	// <nil> 2
}

// A server that stays away until the test says otherwise.
func ExampleServer_ClearFaults() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: 1})), context.Background()

	srv.Fail(espotest.Fault{Cut: true, Times: -1})
	fmt.Println(errors.Is(client.App.Ping(ctx), espo.ErrTransport))
	srv.ClearFaults()
	fmt.Println(client.App.Ping(ctx))
	// Output:
	// true
	// <nil>
}

// A user who may do everything, and one who may not export.
func ExampleWithRole() {
	srv, err := espotest.Start(
		espotest.WithRole(espotest.Role{Name: "Sales", Scopes: map[string]espotest.Access{"*": espotest.FullAccess}}),
		espotest.WithUser(espotest.User{UserName: "sync", Type: "api", APIKey: "a-key", Roles: []string{"Sales"}}),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.ClientAs(espo.APIKey("a-key")), context.Background()

	_, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	fmt.Println(err)
	_, err = client.Exports.Start(ctx, espo.AllRecords("Account"), espo.ExportOptions{})
	fmt.Println(errors.Is(err, espo.ErrForbidden))
	// Output:
	// <nil>
	// true
}

// EspoCRM itself can fail: a value that breaks a rule, a duplicate that
// somebody else was quicker with, maintenance, and the limit of logins.
func ExampleKind() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: 1})), context.Background()

	for _, kind := range []espotest.Kind{
		espotest.Invalid{Field: "website", Rule: "maxLength"}, espotest.Duplicate{}, espotest.Maintenance{}, espotest.LoginLimit{},
	} {
		srv.Fail(espotest.Fault{Kind: kind})
		_, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme", Website: "https://acme.example"})
		fmt.Println(espo.ErrorClass(err))
	}
	// Output:
	// 400
	// 409
	// 503
	// 403
}
