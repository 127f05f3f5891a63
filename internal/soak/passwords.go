package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-espo/espo"
)

// person is a user that a worker has made, with a password.
type person struct {
	id, name, password string
}

func (p person) sign(r *http.Request) { r.SetBasicAuth(p.name, p.password) }

// workPasswords changes the password and the preferences of a user, and has the
// server send it e-mails.
func (w *worker) workPasswords() {
	name := w.mark()
	p := person{name: name, password: "First-password-1"}
	p.id = w.truth.create("User", map[string]any{
		"userName": name, "lastName": name, "password": p.password, "emailAddress": address("user-" + name), "type": "regular",
	})
	defer w.truth.remove("User", p.id)
	pick(w, w.changePassword, w.preferences, w.passwordEmails, w.access)(p)
}

// maxRefusals is how many of the soak's own logins may be refused in a minute:
// after ten, the server locks everybody out.
const maxRefusals = 5

func (w *worker) changePassword(p person) {
	if w.shared.refusals.lately() >= maxRefusals {
		return
	}
	c, err := w.shared.dialer.connect(w.shared.dialer.server.Plain, espo.Basic(p.name, p.password))
	if err != nil {
		panic(broken{err})
	}
	defer c.CloseIdleConnections()
	changed := person{name: p.name, password: "Second-password-2"}
	r := w.do("Users.ChangePassword", func(ctx context.Context) error {
		return c.Users.ChangePassword(ctx, espo.PasswordChange{Current: espo.Secret(p.password), New: espo.Secret(changed.password)})
	})
	if r.outcome == done {
		w.state(r, w.letIn(changed), "the password of %s", p.name)
	} else {
		w.state(r, !w.letIn(p), "the password of %s", p.name)
	}
}

// letIn reports whether the server takes a password.
func (w *worker) letIn(p person) bool {
	_, err := w.truth.as(p.sign).ask(http.MethodGet, api+"App/user", nil)
	if err != nil {
		w.shared.refusals.add()
	}
	return err == nil
}

// refusals are the times of the logins that were refused.
type refusals struct {
	mu    sync.Mutex
	times []time.Time
}

func (r *refusals) add() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times = append(r.times, time.Now())
}

// lately is how many there were within the last minute or so.
func (r *refusals) lately() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times = slices.DeleteFunc(r.times, func(t time.Time) bool { return time.Since(t) > 70*time.Second })
	return len(r.times)
}

func (w *worker) preferences(p person) {
	read := func() string { v, _ := w.truth.get("Preferences", p.id); return v["timeZone"] }
	was := read()
	var got espo.Record
	r := w.do("Users.UpdatePreferences", func(ctx context.Context) (err error) {
		got, err = w.client.Users.UpdatePreferences(ctx, p.id, espo.Attrs{"timeZone": "Europe/Kyiv"})
		return err
	})
	is := read()
	if problem := judgeValue(r.outcome, was, `"Europe/Kyiv"`, is); problem != "" {
		w.wrong(r, "the time zone of %s %s", p.name, problem)
	}
	if r.outcome == done && got.String("timeZone") != "Europe/Kyiv" {
		w.wrong(r, "the returned time zone is %q", got.String("timeZone"))
	}
	w.report.settled(r, is == `"Europe/Kyiv"`)
	r = w.do("Users.ResetPreferences", func(ctx context.Context) error { _, err := w.client.Users.ResetPreferences(ctx, p.id); return err })
	if problem := judgeValue(r.outcome, is, was, read()); problem != "" {
		w.wrong(r, "the time zone of %s %s", p.name, problem)
	}
	w.report.settled(r, read() == was)
}

// passwordEmails has the server send e-mails about a password: one each time.
func (w *worker) passwordEmails(p person) {
	to, c := address("user-"+p.name), w.client.Users
	for name, call := range inOrder(map[string]func(context.Context) error{
		"Users.SendPasswordRecovery": func(ctx context.Context) error { return c.SendPasswordRecovery(ctx, p.id) },
		"Users.RequestPasswordChange": func(ctx context.Context) error {
			return c.RequestPasswordChange(ctx, espo.PasswordRecovery{UserName: p.name, EmailAddress: to})
		},
		"Users.GeneratePassword": func(ctx context.Context) error { return c.GeneratePassword(ctx, p.id) },
	}) {
		before := w.truth.emails(to)
		r := w.do(name, call)
		n := w.truth.emails(to) - before
		if problem := judgeCount(r.outcome, n); problem != "" {
			w.wrong(r, "e-mail to %s: sending %s", to, problem)
		}
		w.report.settled(r, n > 0)
	}
	r := w.do("Users.ChangePasswordByRequest", func(ctx context.Context) error {
		_, err := c.ChangePasswordByRequest(ctx, espo.PasswordReset{RequestID: nobody, New: "Third-password-3"})
		return err
	}, espo.ErrNotFound)
	if r.outcome == done {
		w.wrong(r, "there was no such request")
	}
}

// access asks who may do what with a record.
func (w *worker) access(p person) {
	it := w.some(accounts)
	if it == nil {
		return
	}
	var page espo.Page[espo.User]
	r, ok := w.read("Users.AccessTo", func(ctx context.Context) (err error) {
		page, err = w.client.Users.AccessTo(it.ref()).List(ctx, espo.Query{Where: espo.Where(espo.In("id", p.id, w.shared.boss().userID))})
		return err
	})
	may := func(id string) bool {
		return slices.ContainsFunc(page.Records, func(u espo.User) bool { return u.ID == id && u.RecordAccessLevels.Read })
	}
	if ok && (!may(w.shared.boss().userID) || may(p.id)) {
		w.wrong(r, "the rights to %s are wrong: %v", it.id, page.Records)
	}
}
