package differ

import (
	"fmt"

	"github.com/go-espo/espo"
)

// rights are what a user with few of them may do with records of each kind of
// ownership.
func rights(r *run) {
	owners := []struct {
		name string
		a    rec
	}{
		{"nobody", rec{}}, {"mine", rec{"assignedUserId": r.limitedID}}, {"team", rec{"teamsIds": []string{r.teamID}}}, {"foreign", rec{"assignedUserId": r.userID}},
		{"both", rec{"assignedUserId": r.limitedID, "teamsIds": []string{r.teamID}}}, {"missing", rec{"assignedUserId": missing}},
	}
	for _, row := range r.basics() {
		t := row.entityType
		for _, o := range owners {
			say := func(what string) string { return t + "." + o.name + "." + what }
			record := rec{"website": "secret.example", "industry": "Finance"}
			if t != "Account" {
				record = rec{}
			}
			for _, more := range []rec{row.base, o.a} {
				for k, v := range more {
					record[k] = v
				}
			}
			r.create(say("create"), r.limited, t, record, espo.SkipDuplicateCheck())
			id := r.create(say("create.user"), r.user, t, record, espo.SkipDuplicateCheck())
			r.get(say("get"), r.limited, t, id)
			r.update(say("update"), r.limited, t, id, attrs{"description": "by the limited"})
			r.update(say("update.fields"), r.limited, t, id, attrs{"website": "x.example", "industry": "Energy"})
			r.update(say("assign"), r.limited, t, id, attrs{"assignedUserId": r.userID})
			r.update(say("teams"), r.limited, t, id, attrs{"teamsIds": []string{}})
			r.do(say("stream"), func() (any, error) {
				_, err := r.limited.Stream.Of(ref(t, id)).List(r.ctx, espo.FeedQuery{})
				return nil, err
			})
			r.do(say("link"), func() (any, error) { return nil, r.limited.Records(t).Link(r.ctx, id, "teams", r.teamID) })
			r.do(say("follow"), func() (any, error) { return nil, r.limited.Stream.Follow(r.ctx, ref(t, id)) })
			r.remove(say("delete"), r.limited, t, id)
		}
	}
	for _, field := range []string{"website", "industry", "name"} {
		for i, q := range []espo.Query{
			{Where: espo.Where(espo.IsNull(field))}, {OrderBy: field, Order: espo.Asc}, {Select: []string{field}}, {Where: espo.Where(espo.Or(espo.And(espo.IsNotNull(field))))},
		} {
			q.MaxSize = 2
			q.Where = append(q.Where, espo.Equal("id", missing))
			r.list(fmt.Sprintf("field.%s.%d", field, i), r.limited, "Account", q)
		}
	}
	for i, text := range []string{"", "Differ"} {
		r.list(fmt.Sprintf("users.%d", i), r.limited, "User", espo.Query{TextFilter: text, OrderBy: "userName", Order: espo.Asc, Select: []string{"userName"}})
	}
	r.list("teams", r.limited, "Team", espo.Query{OrderBy: "name", Order: espo.Asc})
	r.get("team", r.limited, "Team", r.teamID)
	r.update("self.title", r.limited, "User", r.limitedID, attrs{"title": "Mine"})
	r.update("self.type", r.limited, "User", r.limitedID, attrs{"type": "admin"})
	r.update("self.roles", r.limited, "User", r.limitedID, attrs{"rolesIds": []string{}})
	r.get("self", r.limited, "User", r.limitedID)
	r.do("access", func() (any, error) {
		return r.user.Users.AccessTo(ref("User", r.userID)).List(r.ctx, espo.Query{Select: []string{"userName", "type"}, Where: espo.Where(espo.StartsWith("userName", "differ-")), OrderBy: "userName", Order: espo.Asc})
	})
}

func portals(r *run) {
	account := r.create("account", r.user, "Account", rec{"name": "Portal account"})
	contact := r.create("contact", r.user, "Contact", rec{"lastName": "Portal contact", "accountId": account})
	role := r.create("role", r.admin, "PortalRole", rec{"name": "Differ portal", "data": map[string]any{"Case": access("yes", "own"), "Account": map[string]any{"read": "account"}, "Contact": map[string]any{"read": "contact"}, "KnowledgeBaseArticle": map[string]any{"read": "all"}}})
	portal := r.create("portal", r.admin, "Portal", rec{"name": "Differ portal", "portalRolesIds": []string{role}})
	r.create("portal.user", r.user, "Portal", rec{"name": "By a user"})
	r.create("user", r.admin, "User", rec{
		"userName": "differ-portal", "lastName": "Portal user", "type": "portal", "password": password, "passwordConfirm": password,
		"portalsIds": []string{portal}, "contactId": contact, "accountsIds": []string{account},
	})
	outside := client(r.t, r.url, "differ-portal", password, espo.WithPortal(portal))
	for _, row := range r.basics() {
		t := row.entityType
		say := func(what string) string { return t + "." + what }
		id := r.create(say("create"), outside, t, row.base, espo.SkipDuplicateCheck())
		r.get(say("get"), outside, t, id)
		r.update(say("update"), outside, t, id, attrs{"description": "by the portal"})
		r.list(say("list"), outside, t, espo.Query{MaxSize: 2, OrderBy: "name", Order: espo.Asc})
		r.do(say("stream"), func() (any, error) { return outside.Stream.Of(ref(t, id)).List(r.ctx, espo.FeedQuery{}) })
		r.do(say("post"), func() (any, error) { return outside.Stream.Post(r.ctx, ref(t, id), "From outside") })
		r.do(say("post.internal"), func() (any, error) { return r.user.Stream.Post(r.ctx, ref(t, id), "Inside", espo.PostInternal()) })
		r.do(say("stream.after"), func() (any, error) { return outside.Stream.Of(ref(t, id)).List(r.ctx, espo.FeedQuery{}) })
		r.remove(say("delete"), outside, t, id)
	}
	r.get("account.get", outside, "Account", account)
	r.get("contact.get", outside, "Contact", contact)
	r.get("portal.get", r.admin, "Portal", portal)
	r.do("settings", func() (any, error) { s, err := outside.App.Settings(r.ctx); return s.BaseCurrency, err })
}
