// Telephony makes a record of each call that a telephone system reports, with
// the contact who has called, or who was called.
//
// It runs on an embedded fake of EspoCRM, with a few calls of its own. With
// ESPO_URL and the credentials of the other examples it listens on
// ESPO_PBX_LISTEN ("127.0.0.1:8098") for the telephone system, which posts JSON:
//
//	{"id": "77-1", "from": "044 123 45 67", "agent": "olena", "start": "2026-11-24T09:00:00Z", "seconds": 63}
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

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
		return ring(ctx, exchange{client})
	}
	return demo.Serve(ctx, cmp.Or(os.Getenv("ESPO_PBX_LISTEN"), "127.0.0.1:8098"), exchange{client})
}

// event is what the telephone system reports about a call that has ended.
type event struct {
	ID       string    `json:"id"`
	From     string    `json:"from"`  // the number of the other side, also of a call to it
	Agent    string    `json:"agent"` // user name in EspoCRM
	Start    time.Time `json:"start"`
	Seconds  int       `json:"seconds"` // 0 when nobody has answered
	Outbound bool      `json:"outbound"`
}

type exchange struct{ client *espo.Client }

// ServeHTTP answers with an error where another try may succeed.
func (x exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var e event
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&e); err != nil || e.ID == "" || e.Start.IsZero() {
		http.Error(w, "no call", http.StatusBadRequest)
		return
	}
	if _, err := x.record(r.Context(), e); err != nil {
		log.Print("telephony: ", err)
		http.Error(w, "not recorded", http.StatusServiceUnavailable)
	}
}

// country is what a number without one belongs to.
const country = "+380"

// international writes a number as EspoCRM stores it.
func international(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	switch {
	case strings.HasPrefix(strings.TrimSpace(number), "+"):
		return "+" + digits
	case strings.HasPrefix(digits, "00"):
		return "+" + digits[2:]
	}
	return country + strings.TrimPrefix(digits, "0")
}

// record makes the record of a call. A telephone system that gets no answer
// reports the call again: its id becomes that of the record, so that the
// second time finds the first.
func (x exchange) record(ctx context.Context, e event) (espo.Call, error) {
	number := international(e.From)
	agent, err := x.client.Users.First(ctx, espo.Query{Where: espo.Where(espo.Equal("userName", e.Agent))})
	if errors.Is(err, espo.ErrNotFound) { // no reason to lose the call: it is this program's own
		var me espo.CurrentUser
		me, err = x.client.App.CurrentUser(ctx)
		agent = me.User
	}
	if err != nil {
		return espo.Call{}, err
	}
	caller, err := x.client.Contacts.First(ctx, espo.Query{Where: espo.Where(espo.Equal("phoneNumber", number)), OrderBy: "createdAt"})
	if err != nil && !errors.Is(err, espo.ErrNotFound) {
		return espo.Call{}, err
	}
	call := espo.Call{
		Name: "Call with " + cmp.Or(caller.Name, number), Status: espo.CallStatusHeld, Direction: espo.CallDirectionInbound,
		DateStart:      espo.NewDateTime(e.Start),
		DateEnd:        espo.NewDateTime(e.Start.Add(time.Duration(e.Seconds) * time.Second)),
		AssignedUserID: agent.ID, Description: "Number " + number,
	}
	if e.Outbound {
		call.Direction = espo.CallDirectionOutbound
	}
	if e.Seconds == 0 {
		call.Status = espo.CallStatusNotHeld
	}
	if caller.AccountID != "" {
		call.ParentType, call.ParentID = "Account", caller.AccountID
	}
	id := fmt.Sprintf("%x", sha256.Sum256([]byte(e.ID)))[:17]
	if call, err = x.client.Calls.CreateOnce(ctx, id, call); err != nil || caller.ID == "" {
		return call, err
	}
	return call, x.client.Calls.Contacts(call.ID).Link(ctx, caller.ID) // once is as good as twice
}
