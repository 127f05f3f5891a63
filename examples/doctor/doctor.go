package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-espo/espo"
)

// doctor examines a server and what a client may do there.
type doctor struct {
	client *espo.Client
	out    io.Writer
	now    func() time.Time
	ill    bool // something lacks
}

func (d *doctor) say(what, format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, "%-9s %s\n", what, fmt.Sprintf(format, args...))
}

func (d *doctor) complain(what, format string, args ...any) {
	d.ill = true
	d.say(what, "LACKS: "+format, args...)
}

// examine returns the exit code.
func (d *doctor) examine(ctx context.Context, needs []string) int {
	me, err := d.client.App.CurrentUser(ctx)
	if err != nil {
		d.say("server", "%s", reason(err))
		return 2
	}
	version, err := d.client.ServerVersion(ctx)
	if err != nil {
		d.complain("version", "%v", err)
	} else {
		d.say("version", "EspoCRM %s", version)
	}
	d.say("user", "%s, %s", me.User.UserName, me.User.Type)
	d.rights(&me)
	for _, need := range needs {
		d.need(&me, strings.TrimSpace(need))
	}
	d.cron(ctx)
	d.webhooks(ctx)
	if d.ill {
		return 1
	}
	return 0
}

// reason says what an error means to the person who set up the client.
func reason(err error) string {
	switch {
	case errors.Is(err, espo.ErrTransport):
		return "cannot be reached: " + err.Error()
	case errors.Is(err, espo.ErrNotEspoCRM):
		return "the address is not that of an EspoCRM, or something in front of it answers: " + err.Error()
	case errors.Is(err, espo.ErrUnauthorized):
		return "does not accept the credentials: " + err.Error()
	case errors.Is(err, espo.ErrLoginBarred):
		return "accepts no credentials from this address at present: " + err.Error()
	}
	return err.Error()
}

var actions = []espo.AccessAction{espo.AccessCreate, espo.AccessRead, espo.AccessEdit, espo.AccessDelete, espo.AccessStream}

// rights prints what the user may do in each scope.
func (d *doctor) rights(me *espo.CurrentUser) {
	if me.IsAdmin() {
		d.say("rights", "all: an administrator")
		return
	}
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "scope\tcreate\tread\tedit\tdelete\tstream")
	for _, scope := range slices.Sorted(maps.Keys(me.ACL.Scopes)) {
		levels := []string{scope}
		for _, action := range actions {
			levels = append(levels, string(me.Level(action, scope)))
		}
		_, _ = fmt.Fprintln(table, strings.Join(levels, "\t"))
	}
	_ = table.Flush()
}

// need looks for a right such as Account.read or exportPermission.
func (d *doctor) need(me *espo.CurrentUser, right string) {
	scope, action, found := strings.Cut(right, ".")
	switch {
	case !found && me.IsAdmin(), found && me.Can(espo.AccessAction(action), scope):
	case !found && me.Permission(right) != espo.AccessNo && me.Permission(right) != "":
	default:
		d.complain("right", "%s: give it to a role of %s", right, me.User.UserName)
		return
	}
	d.say("right", "%s", right)
}

// late is how long ago the server's jobs may have run.
const late = 15 * time.Minute

// cron looks when the server's scheduled jobs have run last.
func (d *doctor) cron(ctx context.Context) {
	job, err := d.client.Records("ScheduledJob").First(ctx, espo.Query{
		Where: espo.Where(espo.Equal("status", "Active"), espo.IsNotNull("lastRun")), OrderBy: "lastRun", Order: espo.Desc,
	})
	switch ran := job.DateTime("lastRun"); {
	case errors.Is(err, espo.ErrForbidden):
		d.say("cron", "not known: an administrator can see it")
	case errors.Is(err, espo.ErrNotFound):
		d.complain("cron", "no job has ever run: see Administration, Scheduled Jobs")
	case err != nil:
		d.complain("cron", "%v", err)
	case d.now().Sub(ran.Time) > late:
		d.complain("cron", "the last job ran at %s", ran)
	default:
		d.say("cron", "%s ran at %s", job.Name(), ran)
	}
}

// webhooks counts what the server has given up delivering.
func (d *doctor) webhooks(ctx context.Context) {
	n := 0
	for _, err := range d.client.Webhooks.Failed(ctx, espo.Query{}) {
		switch {
		case errors.Is(err, espo.ErrForbidden):
			d.say("webhooks", "not known: an administrator can see it")
			return
		case errors.Is(err, espo.ErrNotSupported):
			d.say("webhooks", "not known: this version does not tell")
			return
		case err != nil:
			d.complain("webhooks", "%v", err)
			return
		}
		n++
	}
	if n > 0 {
		d.complain("webhooks", "%d records were given up: see client.Webhooks.Failed", n)
		return
	}
	d.say("webhooks", "nothing was given up")
}
