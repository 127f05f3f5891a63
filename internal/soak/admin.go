package main

import (
	"context"
	"fmt"

	"github.com/go-espo/espo"
)

// workPeople makes a user and a team, and removes them.
func (w *worker) workPeople() {
	name := w.mark()
	var user espo.User
	r := w.do("Users.Create", func(ctx context.Context) (err error) {
		user, err = w.client.Users.Create(ctx, espo.User{UserName: name, LastName: name, Type: espo.UserTypeAPI, AuthMethod: espo.UserAuthMethodAPIKey})
		return err
	})
	person := w.created(r, "User", "userName", name, user.ID, map[string]any{"lastName": name})
	if person == nil {
		return
	}
	defer w.discard(person)
	before, _ := w.truth.get("User", person.id)
	r = w.do("Users.GenerateAPIKey", func(ctx context.Context) (err error) {
		user, err = w.client.Users.GenerateAPIKey(ctx, person.id)
		return err
	})
	after, _ := w.truth.get("User", person.id)
	w.state(r, after["apiKey"] != before["apiKey"], "a new key of %s", person.id)
	if r.outcome == done && canon(user.APIKey) == canon(espo.Secret("")) {
		w.wrong(r, "there is no key in the answer")
	}
	w.team(person)
	_, _ = w.read("Users.ACL", func(ctx context.Context) error { _, err := w.client.Users.ACL(ctx, person.id); return err })
	_, _ = w.read("Users.Preferences", func(ctx context.Context) error { _, err := w.client.Users.Preferences(ctx, person.id); return err })
}

func (w *worker) team(person *item) {
	c, mark := w.client, w.mark()
	var made espo.Team
	r := w.do("Teams.Create", func(ctx context.Context) (err error) {
		made, err = c.Teams.Create(ctx, espo.Team{Name: mark, PositionList: []string{"Lead", "Agent"}})
		return err
	})
	team := w.created(r, "Team", "name", mark, made.ID, nil)
	if team == nil {
		return
	}
	defer w.discard(team)
	lead := espo.TeamPosition{UserID: person.id, Position: "Lead"}
	is := func() bool { return w.truth.linked("Team", team.id, "users")[person.id] }
	position := func() bool {
		v, _ := w.truth.get("User", person.id)
		var columns map[string]struct{ Role *string }
		decode(v["teamsColumns"], &columns)
		role := columns[team.id].Role
		return role != nil && *role == "Lead"
	}
	w.toggles(person.id+" in "+team.id,
		toggle{"Teams.Users.Link", func(ctx context.Context) error { return c.Teams.Users(team.id).Link(ctx, person.id) }, is, true})
	if !is() {
		return
	}
	w.toggles(person.id+" in "+team.id,
		toggle{"Teams.SetPosition", func(ctx context.Context) error { return c.Teams.SetPosition(ctx, team.id, lead) }, position, true},
		toggle{"Teams.Users.Unlink", func(ctx context.Context) error { return c.Teams.Users(team.id).Unlink(ctx, person.id) }, is, false})
}

// workSettings changes settings that others do not need, and what else there
// is once.
func (w *worker) workSettings() {
	c := w.client
	w.setting(fmt.Sprintf("Soak %d", w.rng.IntN(1000)))
	rate := fmt.Sprintf("1.%d5", w.rng.IntN(90))
	before := w.truth.rates()["UAH"]
	r := w.do("CurrencyRates.Set", func(ctx context.Context) error {
		return c.CurrencyRates.Set(ctx, map[string]espo.Number{"UAH": espo.Number(rate)})
	})
	after := w.truth.rates()["UAH"]
	if problem := judgeValue(r.outcome, before, rate, after); problem != "" {
		w.wrong(r, "the rate %s", problem)
	}
	w.report.settled(r, after == rate)
	var rates map[string]espo.Number
	if r, ok := w.read("CurrencyRates.Get", func(ctx context.Context) (err error) {
		rates, err = c.CurrencyRates.Get(ctx)
		return err
	}); ok && string(rates["UAH"]) != after {
		w.wrong(r, "the rate is read as %s, and is %s", rates["UAH"], after)
	}
	_, _ = w.read("Admin.JobNames", func(ctx context.Context) error { _, err := c.Admin.JobNames(ctx); return err })
	w.do("Admin.ClearCache", func(ctx context.Context) error { return c.Admin.ClearCache(ctx) })
	w.do("Admin.Rebuild", func(ctx context.Context) error { return c.Admin.Rebuild(ctx) })
	w.captureKey()
}

func (w *worker) setting(name string) {
	read := func() string { return w.truth.setting("applicationName") }
	before := read()
	r := w.do("App.UpdateSettings", func(ctx context.Context) error {
		_, err := w.client.App.UpdateSettings(ctx, espo.Attrs{"applicationName": name})
		return err
	})
	after := read()
	if problem := judgeValue(r.outcome, before, canon(name), after); problem != "" {
		w.wrong(r, "the setting %s", problem)
	}
	w.report.settled(r, after == canon(name))
}

// captureKey gives an entry point for leads another key.
func (w *worker) captureKey() {
	id := w.truth.create("LeadCapture", map[string]any{"name": w.mark(), "fieldList": []string{"lastName"}, "subscribeToTargetList": false})
	defer w.truth.remove("LeadCapture", id)
	before, _ := w.truth.get("LeadCapture", id)
	var key espo.Secret
	r := w.do("LeadCapture.GenerateAPIKey", func(ctx context.Context) (err error) {
		key, err = w.client.LeadCapture.GenerateAPIKey(ctx, id)
		return err
	})
	after, _ := w.truth.get("LeadCapture", id)
	w.state(r, after["apiKey"] != before["apiKey"], "a new key of %s", id)
	if r.outcome == done && string(key) != after.text("apiKey") {
		w.wrong(r, "the key in the answer is not that of the entry point")
	}
}
