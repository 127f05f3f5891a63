package differ

import (
	"fmt"

	"github.com/go-espo/espo"
)

// who are the users that questions are asked for.
func (r *run) who() []struct {
	name string
	*espo.Client
} {
	return []struct {
		name string
		*espo.Client
	}{{"admin", r.admin}, {"user", r.user}, {"limited", r.limited}}
}

func admin(r *run) {
	some := func(m rec, keys ...string) rec {
		out := rec{}
		for _, k := range keys {
			if v, ok := m[k]; ok {
				out[k] = v
			}
		}
		return out
	}
	for _, c := range r.who() {
		r.do("me."+c.name, func() (any, error) {
			me, err := c.App.CurrentUser(r.ctx)
			levels := map[string]any{}
			for _, t := range append(recordTypes, "User", "Team", "Role", "Import", "Webhook", "NoSuchType") {
				for _, a := range []espo.AccessAction{"create", "read", "edit", "delete", "stream"} {
					levels[t+" "+string(a)] = me.Level(a, t)
				}
			}
			return map[string]any{"user": me.User.UserName, "type": me.User.Type, "levels": levels, "permissions": me.ACL.Permissions}, err
		})
		r.do("settings."+c.name, func() (any, error) {
			s, err := c.App.Settings(r.ctx)
			return map[string]any{"currencies": s.CurrencyList, "base": s.BaseCurrency}, err
		})
		for i, a := range []attrs{{"recordsPerPage": 25}, {"recordsPerPage": "abc"}, {"noSuchSetting": 1}, {"recordsPerPage": 20}} {
			r.do(fmt.Sprintf("settings.update.%s.%d", c.name, i), func() (any, error) {
				s, err := c.App.UpdateSettings(r.ctx, a)
				return map[string]any{"currencies": s.CurrencyList, "perPage": s.Extra["recordsPerPage"]}, err
			})
		}
		r.do("about."+c.name, func() (any, error) { a, err := c.App.About(r.ctx); return a.Version, err })
		r.do("jobs."+c.name, func() (any, error) { return c.Admin.JobNames(r.ctx) })
		r.do("cache."+c.name, func() (any, error) { return nil, c.Admin.ClearCache(r.ctx) })
		r.do("rebuild."+c.name, func() (any, error) { return nil, c.Admin.Rebuild(r.ctx) })
		r.do("types."+c.name, func() (any, error) { return c.Metadata.EntityTypes(r.ctx) })
		for _, key := range []string{"entityDefs.Account.fields.type", "entityDefs.Account.links.contacts", "entityDefs.NoSuchType", "scopes.Account", "clientDefs.Account.iconClass", "app.currency", "entityDefs.Account.collection", "fields.varchar", "scopes.User", "entityDefs.Role.fields.data"} {
			r.do("metadata."+c.name+"."+key, func() (any, error) { var v any; err := c.Metadata.Get(r.ctx, key, &v); return v, err })
		}
		for _, t := range append(recordTypes, "User", "NoSuchType") {
			r.do("entitytype."+c.name+"."+t, func() (any, error) {
				d, err := c.Metadata.EntityType(r.ctx, t)
				fields := map[string]any{}
				for name, f := range d.Fields {
					fields[name] = f.Type
				}
				return fields, err
			})
		}
		r.do("options."+c.name, func() (any, error) { return c.Metadata.EnumOptions(r.ctx, "Lead", "industry") })
		r.do("labels."+c.name, func() (any, error) {
			l, err := c.I18n.Labels(r.ctx)
			return []string{l.Field("Account", "name"), l.Option("Account", "type", "Customer"), l.Scope("Case"), l.ScopePlural("Case"), l.Link("Account", "contacts"), l.Field("Meeting", "dateStart"), l.Text("Global", "labels", "Save")}, err
		})
		r.do("layout.list."+c.name, func() (any, error) { return c.Layouts.Columns(r.ctx, "Account", "list") })
		r.do("layout.detail."+c.name, func() (any, error) { return c.Layouts.Panels(r.ctx, "Account", "detail") })
		r.do("layout.filters."+c.name, func() (any, error) { return c.Layouts.Fields(r.ctx, "Account", "filters") })
		r.do("layout.noSuch."+c.name, func() (any, error) { raw, err := c.Layouts.Raw(r.ctx, "Account", "noSuch"); return string(raw), err })
		r.do("rates."+c.name, func() (any, error) { return c.CurrencyRates.Get(r.ctx) })
		r.do("rates.set."+c.name, func() (any, error) {
			return nil, c.CurrencyRates.Set(r.ctx, map[string]espo.Number{"EUR": "1.123456789012"})
		})
		r.do("rates.again."+c.name, func() (any, error) { return c.CurrencyRates.Get(r.ctx) })
		r.do("rates.back."+c.name, func() (any, error) { return nil, c.CurrencyRates.Set(r.ctx, map[string]espo.Number{"EUR": "1"}) })
		for i, id := range []string{r.userID, r.limitedID, missing} {
			r.do(fmt.Sprintf("preferences.%s.%d", c.name, i), func() (any, error) {
				p, err := c.Users.Preferences(r.ctx, id)
				return some(p, "timeZone", "dateFormat", "timeFormat", "weekStart", "language", "defaultCurrency", "thousandSeparator", "decimalMark", "exportDelimiter", "autoFollowEntityTypeList", "receiveAssignmentEmailNotifications", "theme", "signature", "followCreatedEntities", "id", "name"), err
			})
			r.do(fmt.Sprintf("preferences.update.%s.%d", c.name, i), func() (any, error) {
				p, err := c.Users.UpdatePreferences(r.ctx, id, attrs{"timeZone": "Europe/Kyiv", "dateFormat": "DD.MM.YYYY", "noSuch": 1})
				return some(p, "timeZone", "dateFormat", "noSuch"), err
			})
			r.do(fmt.Sprintf("preferences.reset.%s.%d", c.name, i), func() (any, error) {
				p, err := c.Users.ResetPreferences(r.ctx, id)
				return some(p, "timeZone", "dateFormat"), err
			})
			r.do(fmt.Sprintf("acl.%s.%d", c.name, i), func() (any, error) {
				acl, err := c.Users.ACL(r.ctx, id)
				levels := map[string]any{}
				for _, t := range recordTypes {
					levels[t] = acl.Scopes[t]
				}
				return map[string]any{"levels": levels, "permissions": acl.Permissions}, err
			})
			r.do(fmt.Sprintf("apikey.%s.%d", c.name, i), func() (any, error) { _, err := c.Users.GenerateAPIKey(r.ctx, id); return nil, err })
			r.do(fmt.Sprintf("password.generate.%s.%d", c.name, i), func() (any, error) { return nil, c.Users.GeneratePassword(r.ctx, id) })
		}
		r.do("password.wrong."+c.name, func() (any, error) {
			return nil, c.Users.ChangePassword(r.ctx, espo.PasswordChange{Current: "wrong", New: "Differ-password-2"})
		})
		for _, t := range []string{"Role", "Team", "User", "Webhook", "ScheduledJob", "Portal", "LeadCapture", "ActionHistoryRecord", "AuthToken", "Job", "Extension", "EmailAccount", "Dashboard", "Note", "Notification", "Preferences", "Attachment", "Import", "EmailFolder", "Template"} {
			r.do("scope."+c.name+"."+t, func() (any, error) {
				_, err := c.Records(t).List(r.ctx, espo.Query{MaxSize: 1, Select: []string{"id"}})
				return nil, err
			})
			r.do("scope."+c.name+"."+t+".get", func() (any, error) { _, err := c.Records(t).Get(r.ctx, missing); return nil, err })
			r.do("scope."+c.name+"."+t+".delete", func() (any, error) { return nil, c.Records(t).Delete(r.ctx, missing) })
		}
	}
}

func hooks(r *run) {
	for _, c := range r.who() {
		for i, w := range []rec{
			{"event": "Account.create", "url": "https://93.184.216.34/a"}, {"event": "Account.fieldUpdate.name", "url": "https://93.184.216.34/b"}, {"event": "Account.fieldUpdate.noSuch", "url": "https://93.184.216.34/b"},
			{"event": "NoSuchType.create", "url": "https://93.184.216.34/c"}, {"event": "Account.explode", "url": "https://93.184.216.34/d"}, {"event": "Account.create"}, {"url": "https://93.184.216.34/e"},
			{"event": "Account.create", "url": "not a url"}, {"event": "Account.create", "url": "http://127.0.0.1:9/x"}, {"event": "Note.create", "url": "https://93.184.216.34/n"}, {"event": "Account.update", "url": "https://93.184.216.34/f", "isActive": false, "skipOwn": true},
			{"event": "Account.delete", "url": "ftp://93.184.216.34/f"}, {"event": "Account.delete", "url": "https://user:pw@93.184.216.34/f"}, {"event": "User.update", "url": "https://93.184.216.34/u"},
		} {
			id := r.create(fmt.Sprintf("create.%s.%d", c.name, i), c.Client, "Webhook", w)
			r.get(fmt.Sprintf("get.%s.%d", c.name, i), c.Client, "Webhook", id)
			r.update(fmt.Sprintf("update.%s.%d", c.name, i), c.Client, "Webhook", id, attrs{"isActive": false, "event": "Account.delete", "url": "https://93.184.216.34/changed"})
			r.remove(fmt.Sprintf("delete.%s.%d", c.name, i), c.Client, "Webhook", id)
		}
		r.list("list."+c.name, c.Client, "Webhook", espo.Query{})
	}
}

func pipelines(r *run) {
	// On a new server no entity type has pipelines; the fake has them turned on.
	turn := func(on bool) {
		_ = r.admin.Do(r.ctx, espo.Request{Method: "POST", Path: []string{"EntityManager", "action", "updateEntity"}, Body: attrs{"name": "Opportunity", "pipelines": on}}, nil)
	}
	if r.from("10.0") {
		turn(true)
		defer turn(false)
	}
	r.do("list", func() (any, error) { return r.admin.Pipelines.List(r.ctx, espo.Query{}) })
	for _, c := range r.who() {
		id := r.create("create."+c.name, c.Client, "Pipeline", rec{"name": "Differ " + c.name, "entityType": "Opportunity"})
		r.create("create.bad."+c.name, c.Client, "Pipeline", rec{"name": "Bad " + c.name, "entityType": "NoSuchType"})
		r.create("create.none."+c.name, c.Client, "Pipeline", rec{"name": "None " + c.name})
		r.get("get."+c.name, c.Client, "Pipeline", id)
		var stages []string
		for i, s := range []rec{{"name": "One"}, {"name": "Two", "style": "success"}, {"name": "Three", "mappedStatus": "Closed Won"}, {"name": ""}, {"name": "Bad", "mappedStatus": "NoSuch"}} {
			s["pipelineId"] = id
			stages = append(stages, r.create(fmt.Sprintf("stage.%s.%d", c.name, i), c.Client, "PipelineStage", s))
		}
		for _, to := range []espo.PipelineMove{espo.MoveTop, espo.MoveUp, espo.MoveDown, espo.MoveBottom} {
			r.do(fmt.Sprintf("move.%s.%s", c.name, to), func() (any, error) { return nil, c.Pipelines.Move(r.ctx, id, to) })
			r.do(fmt.Sprintf("move.stage.%s.%s", c.name, to), func() (any, error) { return nil, c.PipelineStages.Move(r.ctx, stages[2], to) })
			r.do(fmt.Sprintf("stages.%s.%s", c.name, to), func() (any, error) {
				return c.Pipelines.Stages(id).List(r.ctx, espo.Query{OrderBy: "order", Order: espo.Asc})
			})
		}
		r.update("update."+c.name, c.Client, "Pipeline", id, attrs{"name": "Renamed", "isActive": false})
		r.remove("stage.delete."+c.name, c.Client, "PipelineStage", stages[0])
		r.list("list."+c.name, c.Client, "Pipeline", espo.Query{})
		r.remove("delete."+c.name, c.Client, "Pipeline", id)
	}
}
