package differ

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-espo/espo"
)

func mass(r *run) {
	var ids []string
	for i := range 5 {
		ids = append(ids, r.create(fmt.Sprintf("account.%d", i), r.user, "Account", rec{"name": fmt.Sprint("Mass ", i), "type": "Customer"}))
		r.create(fmt.Sprintf("opportunity.%d", i), r.user, "Opportunity", rec{"name": fmt.Sprint("Mass ", i), "amount": 10 * i, "closeDate": "2026-01-01"})
	}
	byName := espo.ByFilter("Account", espo.StartsWith("name", "Mass "))
	for _, who := range []struct {
		name   string
		client *espo.Client
	}{{"limited", r.limited}, {"user", r.user}, {"admin", r.admin}} {
		m := who.client.MassActions
		for i, a := range []attrs{{"type": "Partner"}, {"type": "NoSuch"}, {"noSuch": 1}, {"name": ""}, {"industry": "Finance", "website": "m.example"}, {"assignedUserId": r.userID}, {"assignedUserId": missing}, {"createdById": r.userID}} {
			r.do(fmt.Sprintf("%s.update.%d", who.name, i), func() (any, error) { return m.Update(r.ctx, byName, a, espo.MassOptions{}) })
		}
		r.do(who.name+".follow", func() (any, error) { return m.Follow(r.ctx, byName, espo.MassOptions{}) })
		r.do(who.name+".unfollow", func() (any, error) { return m.Unfollow(r.ctx, byName, espo.MassOptions{}) })
		r.do(who.name+".recalculate", func() (any, error) { return m.Recalculate(r.ctx, byName, espo.MassOptions{}) })
		r.do(who.name+".noSuch", func() (any, error) { return m.Run(r.ctx, espo.MassAction{Name: "noSuch"}, byName, espo.MassOptions{}) })
		r.do(who.name+".queued", func() (any, error) {
			return m.Update(r.ctx, byName, attrs{"type": "Investor"}, espo.MassOptions{InBackground: true})
		})
		r.do(who.name+".convert", func() (any, error) {
			return m.ConvertCurrency(r.ctx, espo.ByFilter("Opportunity", espo.StartsWith("name", "Mass ")), espo.MassCurrencyConversion{To: "EUR"}, espo.MassOptions{})
		})
		r.do(who.name+".convert.noSuch", func() (any, error) {
			return m.ConvertCurrency(r.ctx, espo.ByFilter("Opportunity", espo.StartsWith("name", "Mass ")), espo.MassCurrencyConversion{To: "ZZZ"}, espo.MassOptions{})
		})
		r.list(who.name+".list", r.user, "Account", espo.Query{Where: espo.Where(espo.StartsWith("name", "Mass ")), OrderBy: "name", Order: espo.Asc})
		r.list(who.name+".list.deals", r.user, "Opportunity", espo.Query{Where: espo.Where(espo.StartsWith("name", "Mass ")), OrderBy: "name", Order: espo.Asc})
		r.do(who.name+".delete", func() (any, error) {
			return m.Delete(r.ctx, espo.ByIDs("Account", ids[0], missing), espo.MassOptions{})
		})
	}
	r.do("user.delete.filter", func() (any, error) { return r.user.MassActions.Delete(r.ctx, byName, espo.MassOptions{}) })
	r.do("user.type", func() (any, error) {
		return r.user.MassActions.Delete(r.ctx, espo.ByIDs("NoSuchType", missing), espo.MassOptions{})
	})
	r.do("user.status", func() (any, error) { return r.user.MassActions.Status(r.ctx, missing) })
}

func exports(r *run) {
	for i, c := range []struct {
		entityType string
		o          espo.ExportOptions
	}{
		{"Account", espo.ExportOptions{Fields: []string{"name", "type", "billingAddress", "emailAddress", "phoneNumber"}}}, {"Account", espo.ExportOptions{Attributes: []string{"name", "assignedUserName"}}},
		{"Account", espo.ExportOptions{Fields: []string{"name", "assignedUser", "teams", "description"}}}, {"Account", espo.ExportOptions{Fields: []string{"noSuch"}}},
		{"Account", espo.ExportOptions{Format: "noSuch"}}, {"Opportunity", espo.ExportOptions{Fields: []string{"name", "amount", "closeDate", "account", "stage", "probability"}}},
		{"Contact", espo.ExportOptions{Fields: []string{"name", "doNotCall", "account", "title"}}}, {"Meeting", espo.ExportOptions{Fields: []string{"name", "dateStart", "status", "parent", "users"}}},
		{"Task", espo.ExportOptions{Fields: []string{"name", "dateEnd", "status", "priority"}}}, {"Lead", espo.ExportOptions{Fields: []string{"name", "opportunityAmount", "doNotCall"}}},
		{"Case", espo.ExportOptions{Fields: []string{"name", "account", "priority"}}}, {"User", espo.ExportOptions{Fields: []string{"userName"}}},
	} {
		for _, who := range []struct {
			name   string
			client *espo.Client
		}{{"user", r.user}, {"limited", r.limited}} {
			r.do(fmt.Sprintf("%s.%02d.%s", who.name, i, c.entityType), func() (any, error) {
				var b bytes.Buffer
				q := stockQuery(c.entityType)
				if c.entityType == "User" {
					q = espo.Query{Where: espo.Where(espo.StartsWith("userName", "differ-"))}
				}
				q.Select = nil
				_, err := who.client.Exports.Export(r.ctx, espo.ByQuery(c.entityType, q), &b, c.o)
				return strings.Split(b.String(), "\n"), err
			})
		}
	}
	r.create("formula", r.user, "Account", rec{"name": "=SUM(1)", "sicCode": "-5", "website": "a.example", "description": "line\nbreak, \"quoted\"", "billingAddressCity": `back\slash`})
	r.do("formula.export", func() (any, error) {
		var b bytes.Buffer
		_, err := r.user.Exports.Export(r.ctx, espo.ByFilter("Account", espo.Equal("name", "=SUM(1)")), &b, espo.ExportOptions{Fields: []string{"name", "sicCode", "description", "billingAddress"}})
		return strings.Split(b.String(), "\n"), err
	})
	r.do("queued", func() (any, error) {
		return r.user.Exports.Start(r.ctx, espo.ByFilter("Account", espo.Equal("name", "=SUM(1)")), espo.ExportOptions{InBackground: true})
	})
}

func imports(r *run) {
	for i, c := range []struct {
		csv string
		o   espo.ImportOptions
	}{
		{"name,type\nImp one,Customer\nImp two,Partner\n", espo.ImportOptions{Columns: []string{"name", "type"}}},
		{"name,type\nImp one,Customer\nimp three,NoSuch\n,Customer\n", espo.ImportOptions{Columns: []string{"name", "type"}}},
		{"name,type\nimp ONE,Investor\nNobody,Partner\n", espo.ImportOptions{Columns: []string{"name", "type"}, Action: espo.ImportUpdate, UpdateBy: []string{"name"}}},
		{"name,type\nImp one,Reseller\nImp four,Partner\n", espo.ImportOptions{Columns: []string{"name", "type"}, Action: espo.ImportCreateAndUpdate, UpdateBy: []string{"name"}}},
		{"name\n\n\nAfter blank\n", espo.ImportOptions{Columns: []string{"name"}}},
		{"name;city\nImp semi;'Ky;iv'\n", espo.ImportOptions{Columns: []string{"name", "billingAddressCity"}, Delimiter: ";", TextQualifier: "'"}},
		{"Imp nohead,1\n", espo.ImportOptions{Columns: []string{"name", "sicCode"}, NoHeader: true}},
		{"name,x\nImp skipped,zzz\n", espo.ImportOptions{Columns: []string{"name", ""}, Defaults: attrs{"type": "Customer", "industry": "Finance"}}},
		{"name,user\nImp assigned,Differ differ-user\n", espo.ImportOptions{Columns: []string{"name", "assignedUserName"}}},
		{"name,mail,phone\nImp mail,imp@differ.example,+380441230000\nImp bad,notmail,notphone\n", espo.ImportOptions{Columns: []string{"name", "emailAddress", "phoneNumber"}}},
		{"name,city\nImp \xe9,K\xfc\n", espo.ImportOptions{Columns: []string{"name", "billingAddressCity"}}},
		{"name,a\n\"Imp \"\"quoted\"\"\",\"multi\nline\"\n", espo.ImportOptions{Columns: []string{"name", "description"}}},
		{"name\nImp one\n", espo.ImportOptions{Columns: []string{"name"}, SkipDuplicateCheck: true}},
		{"name,extra,more\nImp short\nImp long,a,b,c,d\n", espo.ImportOptions{Columns: []string{"name", "sicCode", "website"}}},
		{"name,amount,date,stage\nImp deal,1 000.5,31.12.2026,Prospecting\nImp deal2,abc,2026-13-13,NoSuch\nImp deal3,\"1,5\",,\n", espo.ImportOptions{
			EntityType: "Opportunity", Columns: []string{"name", "amount", "closeDate", "stage"}, DateFormat: "DD.MM.YYYY", Currency: "EUR",
		}},
		{"name,amount,date\nImp comma,\"1.000,5\",2026-12-31\n", espo.ImportOptions{EntityType: "Opportunity", Columns: []string{"name", "amount", "closeDate"}, DecimalMark: ","}},
		{"n,title\nAnn Import,Boss\nSingle,Clerk\n", espo.ImportOptions{EntityType: "Contact", Columns: []string{"name", "title"}}},
		{"n,account\nImport Last,Imp one\nImport Other,No such account\n", espo.ImportOptions{EntityType: "Contact", Columns: []string{"name", "accountName"}, PersonNameFormat: "l f"}},
		{"name,start,end\nImp task,31.12.2026 10:30,\n", espo.ImportOptions{EntityType: "Task", Columns: []string{"name", "dateStart", "dateEnd"}, DateFormat: "DD.MM.YYYY", TimeZone: "Europe/Kyiv"}},
		{"name,done\nImp lead,1\nImp lead2,no\nImp lead3,true\n", espo.ImportOptions{EntityType: "Lead", Columns: []string{"lastName", "doNotCall"}}},
		{"u,l\ndiffer-imported,Imported\n", espo.ImportOptions{EntityType: "User", Columns: []string{"userName", "lastName"}}},
		{"name\nx\n", espo.ImportOptions{EntityType: "NoSuchType", Columns: []string{"name"}}},
		{"name,no\nImp unknown,1\n", espo.ImportOptions{Columns: []string{"name", "noSuchAttribute"}}},
		{"id,name\n" + "5f5f5f5f5f5f5f5f5" + ",Imp id\n5f5f5f5f5f5f5f5f5,Imp id again\n", espo.ImportOptions{Columns: []string{"id", "name"}}},
		{"name,stage\nImp bad both,NoSuch\n", espo.ImportOptions{EntityType: "Opportunity", Columns: []string{"name", "stage"}}},
	} {
		if c.o.EntityType == "" {
			c.o.EntityType = "Account"
		}
		r.importOne(fmt.Sprintf("%02d.%s", i, c.o.EntityType), r.user, c.csv, c.o)
	}
	r.importOne("limited", r.limited, "name\nImp limited\n", espo.ImportOptions{EntityType: "Account", Columns: []string{"name"}})
	r.importOne("admin.user", r.admin, "u,l\ndiffer-imported,Imported\n", espo.ImportOptions{EntityType: "User", Columns: []string{"userName", "lastName"}})
	r.importOne("queued", r.user, "name\nImp queued\n", espo.ImportOptions{EntityType: "Account", Columns: []string{"name"}, InBackground: true})
}

// importOne imports and reads all there is about it.
func (r *run) importOne(name string, c *espo.Client, csv string, o espo.ImportOptions) {
	id := missing
	r.do(name+".upload", func() (any, error) {
		var err error
		o.AttachmentID, err = c.Imports.UploadCSV(r.ctx, strings.NewReader(csv))
		return o.AttachmentID, err
	})
	if o.AttachmentID == "" {
		o.AttachmentID = missing
	}
	r.do(name+".run", func() (any, error) {
		result, err := c.Imports.Run(r.ctx, o)
		if err == nil {
			id = result.ID
		}
		return result, err
	})
	r.do(name+".get", func() (any, error) { return c.Imports.Get(r.ctx, id) })
	q := espo.Query{OrderBy: "name", Order: espo.Asc}
	r.related(name+".imported", c, ref("Import", id), "imported", q)
	r.related(name+".updated", c, ref("Import", id), "updated", q)
	r.related(name+".duplicates", c, ref("Import", id), "duplicates", q)
	r.do(name+".errors", func() (any, error) {
		return c.Imports.Errors(id).List(r.ctx, espo.Query{OrderBy: "rowIndex", Order: espo.Asc})
	})
	r.do(name+".errors.file", func() (any, error) {
		var b bytes.Buffer
		_, err := c.Imports.ExportErrors(r.ctx, id, &b)
		return strings.ToValidUTF8(b.String(), "?"), err
	})
	if strings.HasPrefix(name, "12.") {
		r.do(name+".duplicates.remove", func() (any, error) { return nil, c.Imports.RemoveDuplicates(r.ctx, id) })
		r.do(name+".revert", func() (any, error) { return nil, c.Imports.Revert(r.ctx, id) })
	}
}
