package espo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// EnsureWebhooksOptions are those of [WebhookService.Ensure].
type EnsureWebhooksOptions struct {
	// Mine reports whether a webhook is one of the program's: those that are not
	// wanted are deleted, and one that is wanted at another URL is moved there.
	// Nil means those with the URL and the UserID of a wanted one. An API user's
	// program is asked about its own webhooks, an administrator's about all.
	Mine func(Webhook) bool
}

// EnsuredWebhooks is what [WebhookService.Ensure] has found and done.
type EnsuredWebhooks struct {
	// Webhooks are the wanted ones, in their order, as they are registered, with
	// their SecretKey. Beside an error they are none.
	Webhooks []Webhook

	Registered []string // the ids of those that were lacking
	Changed    []string // the ids of those that were not active, or not as wanted
	Deleted    []string // the ids of those that were not wanted
}

// String says how many webhooks were registered, changed and deleted.
func (e EnsuredWebhooks) String() string {
	return fmt.Sprintf("%d registered, %d changed, %d deleted", len(e.Registered), len(e.Changed), len(e.Deleted))
}

// Secrets are what a [WebhookHandler] needs to check the deliveries.
func (e EnsuredWebhooks) Secrets() []WebhookSecret {
	secrets := make([]WebhookSecret, len(e.Webhooks))
	for i, w := range e.Webhooks {
		secrets[i] = w.Secret()
	}
	return secrets
}

// Ensure makes the webhooks of a program those that are wanted, and returns them
// with their secrets, which servers show to those whose webhooks they are, and
// to administrators. It changes nothing where nothing has to be changed, so that
// a service can call it each time that it starts:
//
//	ensured, err := client.Webhooks.Ensure(ctx, []espo.Webhook{
//		{Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: url},
//		{Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookUpdate}, URL: url},
//	}, espo.EnsureWebhooksOptions{})
//	handler, err := espo.NewWebhookHandler(receive, espo.WebhookSecrets(ensured.Secrets()...))
//
// A webhook is the wanted one if it has its Event, URL and UserID. It is
// registered if it is lacking, as by [WebhookService.Register], and made active,
// with the wanted SkipOwn and, unless that is empty, the wanted Description;
// nothing else of a wanted one counts. One that is there twice is deleted but for
// the oldest, also when two programs call Ensure at the same time. Of those at the
// URL of a wanted one, the others are deleted if they have its UserID too: an
// administrator's program does not touch what API users have registered. Only an
// administrator can set a UserID.
//
// What is queued for a webhook is lost when it is deleted or not active: this is
// why nothing is registered anew that can be changed, and why deleting comes last.
//
// The error says what was done before it, and so do the results beside it; the
// next call goes on from there. A wanted webhook that cannot be, or that comes
// twice, is an [InputError].
//
// GET Webhook, and POST Webhook, PUT and DELETE Webhook/{id} for what has to be
// done.
func (s *WebhookService) Ensure(ctx context.Context, wanted []Webhook, o EnsureWebhooksOptions, opts ...CallOption) (EnsuredWebhooks, error) {
	var done EnsuredWebhooks
	err := checkWanted(wanted)
	if err == nil {
		err = atOnce(opts)
	}
	if err == nil {
		err = s.ensure(ctx, wanted, o, opts, &done)
	}
	if err != nil {
		done.Webhooks = nil
		return done, fmt.Errorf("espo: ensuring webhooks, of which %s: %w", done, err)
	}
	return done, nil
}

func (s *WebhookService) ensure(ctx context.Context, wanted []Webhook, o EnsureWebhooksOptions, opts []CallOption, done *EnsuredWebhooks) error {
	plan, err := s.plan(ctx, wanted, o, opts)
	if err != nil {
		return err
	}
	if len(plan.lacking) > 0 {
		for _, w := range plan.lacking {
			if err := s.registerWanted(ctx, w, opts, done); err != nil {
				return err
			}
		}
		// Another program may have registered the same meanwhile: each of the two
		// sees both now, at the latest the one that comes second.
		if plan, err = s.plan(ctx, wanted, o, opts); err != nil {
			return err
		}
		if err := s.unlisted(ctx, plan, opts, done); err != nil {
			return err
		}
	}
	for i, w := range plan.found {
		if attrs := changes(w, wanted[i]); len(attrs) > 0 {
			if w, err = s.change(ctx, w.ID, attrs, opts); err != nil {
				return err
			}
			done.Changed = append(done.Changed, w.ID)
		}
		done.Webhooks = append(done.Webhooks, w)
	}
	for _, w := range plan.surplus {
		if err := s.Delete(ctx, w.ID, opts...); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		done.Deleted = append(done.Deleted, w.ID)
	}
	return nil
}

// unlisted reads what was registered and is not listed, as where lists come from
// a replica of the database.
func (s *WebhookService) unlisted(ctx context.Context, plan webhookPlan, opts []CallOption, done *EnsuredWebhooks) error {
	if len(plan.lacking) == 0 {
		return nil
	}
	for _, id := range done.Registered {
		w, err := s.Get(ctx, id, as[GetOption](opts)...)
		if err != nil {
			return err
		}
		for i, want := range plan.wanted {
			if plan.found[i].ID == "" && w.same(want) {
				plan.found[i] = w
			}
		}
	}
	return nil
}

func checkWanted(wanted []Webhook) error {
	for i, w := range wanted {
		if err := w.validate(); err != nil {
			return err
		}
		if slices.ContainsFunc(wanted[:i], w.same) {
			return badInput("wanted", "%s comes twice for %s", w.Event, w.URL)
		}
	}
	return nil
}

// same reports whether two webhooks are for the same events, receiver and user.
func (w Webhook) same(other Webhook) bool { return w.samePlace(other) && w.URL == other.URL }

func (w Webhook) samePlace(other Webhook) bool {
	return w.Event == other.Event && w.UserID == other.UserID
}

// webhookPlan is what has to be done.
type webhookPlan struct {
	wanted  []Webhook
	found   []Webhook // for each wanted one, unless it is lacking
	lacking []Webhook
	surplus []Webhook
}

// plan compares the webhooks that there are with the wanted ones.
func (s *WebhookService) plan(ctx context.Context, wanted []Webhook, o EnsureWebhooksOptions, opts []CallOption) (p webhookPlan, err error) {
	var mine []Webhook // the active ones first, and of these the oldest, as ids are
	for w, err := range s.All(ctx, Query{}, as[AllOption](opts)...) {
		if err != nil {
			return p, err
		}
		if isMine(w, wanted, o) {
			mine = append(mine, w)
		}
	}
	slices.SortStableFunc(mine, func(a, b Webhook) int {
		switch {
		case a.IsActive == b.IsActive:
			return 0
		case a.IsActive:
			return -1
		}
		return 1
	})
	p.wanted, p.found = wanted, make([]Webhook, len(wanted))
	take := func(like func(have, want Webhook) bool) {
		for i, want := range wanted {
			at := slices.IndexFunc(mine, func(have Webhook) bool { return like(have, want) })
			if p.found[i].ID == "" && at >= 0 {
				p.found[i] = mine[at]
				mine = slices.Delete(mine, at, at+1)
			}
		}
	}
	take(Webhook.same)
	take(Webhook.samePlace) // at another URL
	for i, w := range p.found {
		if w.ID == "" {
			p.lacking = append(p.lacking, wanted[i])
		}
	}
	p.surplus = mine
	return p, nil
}

func isMine(w Webhook, wanted []Webhook, o EnsureWebhooksOptions) bool {
	if o.Mine != nil {
		return o.Mine(w)
	}
	return slices.ContainsFunc(wanted, func(want Webhook) bool { return w.UserID == want.UserID && w.URL == want.URL })
}

// changes are the attributes of have that are not as wanted.
func changes(have, want Webhook) Attrs {
	attrs := Attrs{}
	if !have.IsActive {
		attrs["isActive"] = true
	}
	if have.URL != want.URL {
		attrs["url"] = want.URL
	}
	if have.SkipOwn != want.SkipOwn {
		attrs["skipOwn"] = want.SkipOwn
	}
	if want.Description != "" && have.Description != want.Description {
		attrs["description"] = want.Description
	}
	return attrs
}

// change updates a webhook, and refuses what an older server would ignore.
func (s *WebhookService) change(ctx context.Context, id string, attrs Attrs, opts []CallOption) (Webhook, error) {
	req := with(s.table.updating(id, attrs), opts)
	if attrs["skipOwn"] == true {
		req.needing(featureSkipOwn)
	}
	var stored Webhook
	err := s.table.save(ctx, req, &stored)
	return stored, err
}

// registerWanted registers a webhook, and takes it back if it would be another
// user's the next time.
func (s *WebhookService) registerWanted(ctx context.Context, want Webhook, opts []CallOption, done *EnsuredWebhooks) error {
	w, err := s.Register(ctx, Webhook{
		Event: want.Event, URL: want.URL, SkipOwn: want.SkipOwn, Description: want.Description, UserID: want.UserID,
	}, as[CreateOption](opts)...)
	if err != nil {
		return err
	}
	if w.UserID == want.UserID {
		done.Registered = append(done.Registered, w.ID)
		return nil
	}
	return errors.Join(
		badInput("wanted", "%s has a UserID, which the server takes from administrators only", want.Event),
		s.Delete(ctx, w.ID, opts...),
	)
}

// validate refuses what cannot be registered.
func (w Webhook) validate() error {
	if err := w.Event.validate(); err != nil {
		return err
	}
	if !strings.HasPrefix(w.URL, "https://") && !strings.HasPrefix(w.URL, "http://") {
		return badInput("Webhook.URL", "%q does not begin with https:// or http://: servers take it, and never deliver", w.URL)
	}
	return nil
}
