// Webform turns what visitors of a web site send into leads. A visitor who is
// known already does not become a second lead: the message is posted to the
// stream of the first one.
//
// It runs on an embedded fake of EspoCRM, to which it sends a few forms by
// itself. With ESPO_URL and the credentials of the other examples it listens on
// ESPO_FORM_LISTEN (":8097") until it is interrupted:
//
//	curl -d name='Olena Koval' -d email=olena@acme.example -d message=Hello http://localhost:8097/
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	if os.Getenv("ESPO_URL") == "" {
		return visit(ctx, form{client})
	}
	return demo.Serve(ctx, cmp.Or(os.Getenv("ESPO_FORM_LISTEN"), ":8097"), form{client})
}

// form takes what the form of the web site sends.
type form struct{ client *espo.Client }

const maxForm = 64 << 10

func (f form) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		http.Error(w, "send the form", http.StatusBadRequest)
		return
	}
	first, last, both := strings.Cut(strings.TrimSpace(r.PostForm.Get("name")), " ")
	if !both {
		first, last = "", first
	}
	fate, err := f.take(r.Context(), espo.Lead{
		FirstName: first, LastName: strings.TrimSpace(last), EmailAddress: strings.TrimSpace(r.PostForm.Get("email")),
		Description: r.PostForm.Get("message"), Source: espo.LeadSourceWebSite,
	})
	var invalid *espo.ValidationError
	switch {
	case errors.As(err, &invalid): // the visitor can put it right
		http.Error(w, "please check: "+invalid.Field, http.StatusUnprocessableEntity)
	case err != nil: // the reason is for the log, and not for the visitor
		log.Print("webform: ", err)
		http.Error(w, "please try again later", http.StatusServiceUnavailable)
	default:
		_, _ = fmt.Fprintln(w, "Thank you.", fate)
	}
}

// take stores a lead, or adds its message to the one that there is, and says
// which. A visitor who sends the form again after an error does no harm: the
// server then finds the lead that the first try has made.
func (f form) take(ctx context.Context, lead espo.Lead) (string, error) {
	if lead.EmailAddress == "" { // by which a visitor is known
		return "", &espo.ValidationError{EntityType: "Lead", Field: "emailAddress", Rule: "required"}
	}
	_, err := f.client.Leads.Create(ctx, lead)
	var duplicate *espo.DuplicateError
	if !errors.As(err, &duplicate) {
		return "(new)", err
	}
	// The server also takes somebody else of the same name for a duplicate.
	known, err := f.client.Leads.First(ctx, espo.Query{Where: espo.Where(espo.Equal("emailAddress", lead.EmailAddress))})
	switch {
	case errors.Is(err, espo.ErrNotFound):
		_, err = f.client.Leads.Create(ctx, lead, espo.SkipDuplicateCheck())
		return "(new)", err
	case err != nil:
		return "", err
	}
	_, err = f.client.Stream.Post(ctx, f.client.Leads.Ref(known.ID), "From the web site:\n\n"+lead.Description)
	return "(known)", err
}

// visit sends forms as visitors would, and shows what has become of them.
func visit(ctx context.Context, f form) error {
	for _, values := range []url.Values{
		{"name": {"Olena Koval"}, "email": {"olena@acme.example"}, "message": {"What does a roof cost?"}},
		{"name": {"Olena Koval"}, "email": {"olena@acme.example"}, "message": {"It is for a barn."}},
		{"name": {"Olena Koval"}, "email": {"koval@other.example"}, "message": {"I only have the same name."}},
		{"name": {"Nobody"}, "email": {"nobody"}, "message": {"Hello"}},
	} {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		fmt.Printf("%d %s", w.Code, w.Body)
	}
	for lead, err := range f.client.Leads.All(ctx, espo.Query{}) {
		if err != nil {
			return err
		}
		posts, err := espo.Collect(f.client.Stream.Posts(f.client.Leads.Ref(lead.ID)).All(ctx, espo.FeedQuery{}))
		if err != nil {
			return err
		}
		fmt.Printf("Lead       %s, %s, with %d more messages\n", lead.Name, lead.Source, len(posts))
	}
	return nil
}
