package main

import (
	"context"
	"reflect"
	"slices"

	"github.com/go-espo/espo"
)

// workServer reads what the server is and has, which is the same each time.
func (w *worker) workServer() {
	c := w.client
	pick(w, func() {
		same(w, "App.About", func(ctx context.Context) (espo.About, error) { return c.App.About(ctx) })
		_, _ = w.read("App.Ping", func(ctx context.Context) error { return c.App.Ping(ctx) })
	}, func() {
		var me espo.CurrentUser
		if r, ok := w.read("App.CurrentUser", func(ctx context.Context) (err error) { me, err = c.App.CurrentUser(ctx); return err }); ok && me.User.ID != c.userID {
			w.wrong(r, "the user of %s is %s", c.name, me.User.ID)
		}
	}, func() {
		same(w, "App.Params", func(ctx context.Context) (espo.Record, error) { return c.App.Params(ctx) })
	}, func() {
		var s espo.Settings
		if r, ok := w.read("App.Settings", func(ctx context.Context) (err error) { s, err = c.App.Settings(ctx); return err }); ok && s.BaseCurrency != "USD" {
			w.wrong(r, "the base currency is %q", s.BaseCurrency)
		}
	}, func() {
		same(w, "Metadata.EntityTypes", func(ctx context.Context) ([]string, error) { return c.Metadata.EntityTypes(ctx) })
	}, func() {
		same(w, "Metadata.EntityType", func(ctx context.Context) (espo.EntityTypeDefs, error) { return c.Metadata.EntityType(ctx, "Account") })
	}, func() {
		same(w, "Metadata.Field", func(ctx context.Context) (espo.FieldDefs, error) { return c.Metadata.Field(ctx, "Account", "type") })
		same(w, "Metadata.Link", func(ctx context.Context) (espo.LinkDefs, error) { return c.Metadata.Link(ctx, "Account", "contacts") })
	}, func() {
		same(w, "Metadata.EnumOptions", func(ctx context.Context) ([]string, error) { return c.Metadata.EnumOptions(ctx, "Account", "type") })
		var text string
		if r, ok := w.read("Metadata.Get", func(ctx context.Context) error {
			return c.Metadata.Get(ctx, "entityDefs.Account.fields.name.type", &text)
		}); ok && text != "varchar" && !r.any(func(f *fault) bool { return f.name == nullAfter }) /* which is a text, too */ {
			w.wrong(r, "the type of a name is %q", text)
		}
	}, func() {
		same(w, "I18n.Labels", func(ctx context.Context) (espo.Labels, error) { return c.I18n.Labels(ctx) })
	}, func() {
		same(w, "I18n.DefaultLabels", func(ctx context.Context) (espo.Labels, error) { return c.I18n.DefaultLabels(ctx) })
	}, func() {
		w.missingRoute()
	}, func() {
		w.logout()
	}, func() {
		w.metadata()
	})()
}

// same reads what never changes, and compares it with what was read first.
func same[T any](w *worker, name string, get func(context.Context) (T, error)) {
	var got T
	r, ok := w.read(name, func(ctx context.Context) (err error) { got, err = get(ctx); return err })
	if !ok {
		return
	}
	key := name + " of " + w.client.name
	if first, loaded := w.shared.first.LoadOrStore(key, got); loaded && !reflect.DeepEqual(first, got) {
		w.wrong(r, "it is not what it was")
	}
}

// logout ends the session that all workers of a client share: their calls log
// in again.
func (w *worker) logout() {
	if w.client.token {
		w.do("Client.Logout", func(ctx context.Context) error { return w.client.Logout(ctx) })
	}
}

// metadata reads everything that the server tells of itself.
func (w *worker) metadata() {
	var all espo.Record
	if r, ok := w.read("Metadata.Full", func(ctx context.Context) (err error) {
		all, err = w.client.Metadata.Full(ctx)
		return err
	}); ok && (len(all) == 0 || !all.Has("entityDefs")) {
		w.wrong(r, "the metadata have no entityDefs, but %d parts", len(all))
	}
}

// missingRoute calls what the server does not have.
func (w *worker) missingRoute() {
	r := w.do("Client.Do", func(ctx context.Context) error {
		var out espo.Record
		return w.client.Do(ctx, espo.Request{Path: []string{"Nothing", nobody}}, &out)
	}, espo.ErrNotFound)
	if r.outcome == done {
		w.wrong(r, "there is no such route")
	}
}

// workNotifications reads the notifications of the client's user, marks them
// and deletes them. Workers of one client share them.
func (w *worker) workNotifications() {
	c, mark := w.client.Notifications, w.mark()
	id := w.truth.create("Notification", map[string]any{"type": "Message", "message": mark, "userId": w.client.userID})
	gone := func() bool { _, there := w.truth.get("Notification", id); return !there }
	_, _ = w.read("Notifications.UnreadCount", func(ctx context.Context) error { _, err := c.UnreadCount(ctx); return err })
	is := func(n espo.Notification) bool { return n.ID == id }
	var list []espo.Notification
	if r, ok := w.read("Notifications.All", func(ctx context.Context) (err error) {
		list, err = espo.Collect(c.All(ctx, espo.Query{MaxSize: 20}))
		return err
	}); ok && !slices.ContainsFunc(list, is) {
		w.wrong(r, "notification %s is not among %d", id, len(list))
	}
	var page espo.Page[espo.Notification]
	if r, ok := w.read("Notifications.Group", func(ctx context.Context) (err error) {
		page, err = c.Group(id).List(ctx, espo.Paging{})
		return err
	}); ok && !slices.ContainsFunc(page.Records, is) {
		w.wrong(r, "notification %s is not in its own group", id)
	}
	r := w.do("Notifications.MarkAllRead", func(ctx context.Context) error { return c.MarkAllRead(ctx) })
	if v, _ := w.truth.get("Notification", id); r.outcome == done && v["read"] != "true" {
		w.wrong(r, "notification %s is not read", id)
	}
	w.toggles("notification "+id,
		toggle{"Notifications.Delete", func(ctx context.Context) error { return c.Delete(ctx, id) }, gone, true},
	)
	w.truth.remove("Notification", id)
}

// workSearch finds a record of the worker's among those of all entity types.
func (w *worker) workSearch() {
	it := w.some(pick(w, accounts, contacts, opportunities))
	if it == nil {
		return
	}
	is := func(h espo.FoundRecord) bool { return h.Ref() == it.ref() }
	var hits []espo.FoundRecord
	if r, ok := w.read("GlobalSearch.Search.All", func(ctx context.Context) (err error) {
		hits, err = espo.Collect(w.client.GlobalSearch.Search(it.mark).All(ctx))
		return err
	}); ok && (len(hits) != 1 || !is(hits[0])) {
		w.wrong(r, "%s is not the one that was found: %v", it.mark, hits)
	}
	var page espo.Page[espo.FoundRecord]
	if r, ok := w.read("GlobalSearch.Search.List", func(ctx context.Context) (err error) {
		page, err = w.client.GlobalSearch.Search(it.mark).List(ctx, espo.Paging{MaxSize: 5})
		return err
	}); ok && !slices.ContainsFunc(page.Records, is) {
		w.wrong(r, "%s was not found", it.mark)
	}
}
