package differ

import (
	"fmt"

	"github.com/go-espo/espo"
)

// basics are the least that a record of each entity type needs.
func (r *run) basics() []valueRow {
	return []valueRow{
		{entityType: "Account", base: rec{"name": "Crud"}},
		{entityType: "Contact", base: rec{"lastName": "Crud"}},
		{entityType: "Lead", base: rec{"lastName": "Crud"}},
		{entityType: "Opportunity", base: rec{"name": "Crud", "amount": 5, "closeDate": "2026-05-05"}},
		{entityType: "Case", base: rec{"name": "Crud"}},
		{entityType: "Task", base: rec{"name": "Crud"}},
		{entityType: "Meeting", base: rec{"name": "Crud", "dateStart": "2026-05-05 10:00:00", "dateEnd": "2026-05-05 11:00:00"}},
		{entityType: "Call", base: rec{"name": "Crud", "dateStart": "2026-05-05 10:00:00", "dateEnd": "2026-05-05 10:05:00"}},
		{entityType: "Campaign", base: rec{"name": "Crud"}},
		{entityType: "TargetList", base: rec{"name": "Crud"}},
		{entityType: "Document", base: rec{"name": "Crud"}},
		{entityType: "DocumentFolder", base: rec{"name": "Crud"}},
		{entityType: "KnowledgeBaseArticle", base: rec{"name": "Crud"}},
		{entityType: "KnowledgeBaseCategory", base: rec{"name": "Crud", "order": 1}},
		{entityType: "EmailTemplate", base: rec{"name": "Crud"}},
		{entityType: "EmailTemplateCategory", base: rec{"name": "Crud", "order": 1}},
		{entityType: "Email", base: rec{"subject": "Crud", "from": "a@crud.example", "to": "b@crud.example", "status": "Draft", "isHtml": false, "body": "Hello"}},
		{entityType: "Team", base: rec{"name": "Crud"}},
		{entityType: "NoSuchType", base: rec{"name": "Crud"}},
	}
}

func crud(r *run) {
	for _, row := range r.basics() {
		t := row.entityType
		say := func(what string) string { return t + "." + what }
		r.create(say("create.empty"), r.user, t, rec{})
		id := r.create(say("create"), r.user, t, row.base)
		r.get(say("get"), r.user, t, id)
		r.get(say("get.select"), r.user, t, id, espo.Select("name", "createdAt"))
		r.get(say("get.admin"), r.admin, t, id)
		r.get(say("get.limited"), r.limited, t, id)
		r.get(say("get.missing"), r.user, t, missing)
		r.create(say("create.again"), r.user, t, row.base)
		for i, a := range []attrs{
			{"description": "changed"}, {"noSuchAttribute": 1}, {"createdAt": "2020-01-01 00:00:00", "modifiedAt": "2020-01-01 00:00:00"}, {"createdById": missing},
			{"id": missing}, {"deleted": true}, {"name": nil}, {"name": "Crud renamed"}, {"assignedUserId": r.userID}, {"assignedUserId": r.limitedID, "teamsIds": []string{r.teamID}},
			{"assignedUserId": nil}, {},
		} {
			r.update(fmt.Sprintf("%s.update.%d", t, i), r.user, t, id, a)
		}
		r.update(say("update.limited"), r.limited, t, id, attrs{"description": "limited"})
		r.update(say("update.missing"), r.user, t, missing, attrs{"description": "x"})
		r.get(say("get.changed"), r.user, t, id)
		r.do(say("duplicateAttributes"), func() (any, error) { return r.user.Records(t).DuplicateAttributes(r.ctx, id) })
		r.do(say("exists"), func() (any, error) { return r.user.Records(t).Exists(r.ctx, id) })
		r.list(say("list"), r.user, t, espo.Query{Where: espo.Where(espo.In("id", id, missing))})
		r.remove(say("delete.limited"), r.limited, t, id)
		r.remove(say("delete"), r.user, t, id)
		r.get(say("get.deleted"), r.user, t, id)
		r.get(say("get.deleted.admin"), r.admin, t, id)
		r.update(say("update.deleted"), r.user, t, id, attrs{"description": "y"})
		r.remove(say("delete.again"), r.user, t, id)
		r.remove(say("delete.again.admin"), r.admin, t, id)
		r.do(say("restore"), func() (any, error) { return nil, r.user.Records(t).Restore(r.ctx, id) })
		r.do(say("restore.admin"), func() (any, error) { return nil, r.admin.Records(t).Restore(r.ctx, id) })
		r.get(say("get.restored"), r.user, t, id)
	}
}

// duplicates are creates beside records that are like them.
func duplicates(r *run) {
	r.create("account", r.user, "Account", rec{"name": "Twin Ltd", "emailAddress": "twin@differ.example"})
	r.create("contact", r.user, "Contact", rec{"firstName": "Twin", "lastName": "Person", "emailAddress": "tp@differ.example", "phoneNumber": "+380441112233"})
	r.create("lead", r.user, "Lead", rec{"firstName": "Twin", "lastName": "Lead", "emailAddress": "tl@differ.example"})
	r.create("contact.single", r.user, "Contact", rec{"lastName": "Single"})
	for i, c := range []struct {
		entityType string
		record     rec
	}{
		{"Account", rec{"name": "Twin Ltd"}}, {"Account", rec{"name": "twin ltd"}}, {"Account", rec{"name": "Twin Ltd "}}, {"Account", rec{"name": "Twin"}},
		{"Account", rec{"name": "A", "emailAddress": "twin@differ.example"}}, {"Account", rec{"name": "B", "emailAddress": "TWIN@differ.example"}},
		{"Contact", rec{"firstName": "Twin", "lastName": "Person"}}, {"Contact", rec{"firstName": "twin", "lastName": "person"}},
		{"Contact", rec{"lastName": "Person"}}, {"Contact", rec{"lastName": "Single"}}, {"Contact", rec{"firstName": "", "lastName": "Single"}},
		{"Contact", rec{"firstName": "X", "lastName": "Y", "emailAddress": "tp@differ.example"}},
		{"Contact", rec{"firstName": "X", "lastName": "Z", "phoneNumber": "+380441112233"}},
		{"Contact", rec{"firstName": "X", "lastName": "W", "emailAddress": "twin@differ.example"}},
		{"Lead", rec{"firstName": "Twin", "lastName": "Lead"}}, {"Lead", rec{"lastName": "Lead"}}, {"Lead", rec{"lastName": "L2", "emailAddress": "tl@differ.example"}},
		{"Lead", rec{"lastName": "L3", "emailAddress": "tp@differ.example"}}, {"Lead", rec{"emailAddress": "only@differ.example"}}, {"Lead", rec{"accountName": "Only account"}},
		{"Lead", rec{"phoneNumber": "+380440000001"}}, {"Opportunity", rec{"name": "Twin", "amount": 1, "closeDate": "2026-01-01"}},
	} {
		r.create(fmt.Sprintf("create.%02d.%s", i, c.entityType), r.user, c.entityType, c.record)
		r.create(fmt.Sprintf("create.skip.%02d.%s", i, c.entityType), r.user, c.entityType, c.record, espo.SkipDuplicateCheck())
	}
	r.do("upsert", func() (any, error) {
		got, created, err := r.user.Records("Account").Upsert(r.ctx, espo.Upsert{Match: attrs{"name": "Upserted"}, Set: attrs{"type": "Customer"}})
		return []any{got, created}, err
	})
	r.do("upsert.again", func() (any, error) {
		got, created, err := r.user.Records("Account").Upsert(r.ctx, espo.Upsert{Match: attrs{"name": "Upserted"}, Set: attrs{"type": "Partner"}})
		return []any{got, created}, err
	})
}

// versions are updates that are guarded by a version.
func versions(r *run) {
	for _, row := range r.basics()[:5] {
		t := row.entityType
		id := r.create(t+".create", r.user, t, row.base, espo.SkipDuplicateCheck())
		for i, c := range []struct {
			version int64
			a       attrs
		}{
			{1, attrs{"description": "one"}}, {1, attrs{"description": "two"}}, {1, attrs{"description": "one"}}, {1, attrs{"name": "Other"}},
			{2, attrs{"description": "three"}}, {9, attrs{"description": "four"}},
		} {
			r.update(fmt.Sprintf("%s.update.%d", t, i), r.user, t, id, c.a, espo.IfVersion(c.version))
		}
		r.do(t+".modify", func() (any, error) {
			return r.user.Records(t).Modify(r.ctx, id, func(x *espo.Record) error { (*x)["description"] = "modified"; return nil }, espo.Unguarded())
		})
		r.do(t+".modify.nothing", func() (any, error) {
			return r.user.Records(t).Modify(r.ctx, id, func(*espo.Record) error { return nil }, espo.Unguarded())
		})
	}
}
