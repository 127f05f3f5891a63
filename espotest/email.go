package espotest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

func emailBeforeCheck(_ *call, mem map[string]any) *answer.Error {
	// Either names it; the server takes one for the other.
	if mem["subject"] == nil {
		mem["subject"] = mem["name"]
	}
	if mem["name"] == nil {
		mem["name"] = mem["subject"]
	}
	return nil
}

var tags = regexp.MustCompile(`<[^>]*>`)

func emailBeforeSave(c *call, mem, before map[string]any) {
	if before != nil {
		c.keepEmail(mem, before)
	}
	if before != nil && mem["name"] != before["name"] && mem["subject"] == before["subject"] {
		mem["subject"] = mem["name"]
	}
	mem["name"] = mem["subject"]
	parentAccount(c, mem, before)
	if body, ok := mem["body"].(string); ok && mem["isHtml"] != false {
		mem["bodyPlain"] = tags.ReplaceAllString(body, "")
	}
	if mem["messageId"] == nil {
		mem["messageId"] = "dummy:" + c.store.NewID()
	}
	if before == nil {
		for _, name := range []string{"isImportant", "inTrash", "inArchive"} {
			delete(mem, name)
		}
	}
	from, _ := mem["from"].(string)
	mem["fromEmailAddressId"], mem["fromEmailAddressName"] = nil, nil
	if a := c.emailAddress(from); a != nil {
		mem["fromEmailAddressId"], mem["fromEmailAddressName"] = a.ID, a.Get("name")
	}
}

func emailAfterSave(c *call, r *store.Record, mem, before map[string]any) {
	if body, ok := mem["body"].(string); ok && before == nil && mem["isHtml"] == false {
		r.Put("bodyPlain", body) // the answer does not show it
	}
	for _, name := range schema.EmailAddresses {
		s, _ := mem[name].(string)
		r.Put(name, s)
		mem[name] = s
		if name == "from" {
			continue
		}
		link := name + "EmailAddresses"
		for _, id := range slices.Clone(c.store.Linked(r, link)) {
			c.store.Unrelate(r, link, id)
		}
		for _, address := range addressesIn(s) {
			c.store.Relate(r, link, c.emailAddress(address).ID, nil)
		}
		mem[link+"Ids"], mem[link+"Names"] = r.Get(link+"Ids"), r.Get(link+"Names")
	}
	mem["sentByName"] = r.Get("sentByName")
	mem["usersIds"], mem["usersNames"] = r.Get("usersIds"), r.Get("usersNames")
}

// addressesIn returns the addresses of a list with semicolons.
func addressesIn(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ' ' })
}

// emailAddress returns the record of an address, new if need be; nil for none.
func (c *call) emailAddress(address string) *store.Record {
	if address == "" {
		return nil
	}
	for _, a := range c.store.All("EmailAddress") {
		if a.Str("lower") == lower(address) {
			return a
		}
	}
	a := c.store.Insert(c.store.Types["EmailAddress"], c.store.NewID())
	a.Set("name", address)
	a.Set("lower", lower(address))
	return a
}

// emailItem adds what lists of e-mails have besides stored attributes.
func emailItem(c *call, r *store.Record, item answer.Object) answer.Object {
	own := c.store.ColumnsOf(r, "users", c.user.Rec.ID)
	for _, name := range schema.UnparsedAddresses {
		item = append(item, answer.Member{Name: name, Value: nil})
	}
	var who any = r.Str("from")
	if p := c.person(r.Str("from")); p != nil {
		who = p.Get("name")
	}
	item = append(item,
		answer.Member{Name: "subject", Value: r.Get("name")}, answer.Member{Name: "personStringData", Value: who},
		answer.Member{Name: "isRead", Value: own == nil || own["isRead"] == true}, answer.Member{Name: "isUsers", Value: own != nil},
	)
	for _, name := range []string{"isImportant", "inTrash", "inArchive", "folderId"} {
		item = append(item.Without(name), answer.Member{Name: name, Value: own[name]})
	}
	if item.Has("repliedId") {
		item = append(item.Without("repliedName"), answer.Member{Name: "repliedName", Value: r.Get("repliedName")})
	}
	return item
}

// emailLoad adds the addresses and what the e-mail is to the user.
func emailLoad(c *call, mem map[string]any, r *store.Record) {
	for _, name := range schema.EmailAddresses {
		mem[name] = r.Str(name)
	}
	mem["subject"] = mem["name"]
	_, fetched := mem["fromString"]
	if fetched {
		for _, name := range schema.UnparsedAddresses {
			mem[name] = nil
		}
	}
	names, types, ids := map[string]any{}, map[string]any{}, map[string]any{}
	for _, name := range schema.EmailAddresses {
		for _, address := range addressesIn(r.Str(name)) {
			if p := c.person(address); p != nil {
				names[address], types[address], ids[address] = p.Get("name"), p.Entity.Name, p.ID
			}
		}
	}
	mem["nameHash"], mem["typeHash"], mem["idHash"] = names, types, ids
	own := c.store.ColumnsOf(r, "users", c.user.Rec.ID)
	read := own == nil || own["isRead"] == true
	mem["folderId"] = nil
	mem["isRead"], mem["isUsers"] = read, own != nil
	if !fetched {
		mem["isNotRead"] = !read
	}
	if own != nil {
		mem["isImportant"], mem["inTrash"], mem["folderId"] = own["isImportant"], own["inTrash"], own["folderId"]
	}
}

// person finds the record that an address belongs to.
func (c *call) person(address string) *store.Record {
	for _, name := range []string{"Contact", "Lead", "User", "Account"} {
		for _, r := range c.store.All(name) {
			has := slices.ContainsFunc(r.Addresses("emailAddress"), func(s string) bool { return strings.EqualFold(s, address) })
			if has && c.user.May(rights.Read, r) {
				return r
			}
		}
	}
	return nil
}

// searchAddresses finds the addresses of users: the setting
// emailAddressLookupEntityTypeList has no other entity type by default.
func (c *call) searchAddresses() (any, *answer.Error) {
	q := c.req.URL.Query().Get("q")
	if q == "" {
		return nil, answer.BadRequest("No `q` parameter.")
	}
	if e := c.store.Types["Email"]; c.user.Level(e, rights.Create) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	_, size, err := c.pageOf()
	if err != nil {
		return nil, err
	}
	list := []answer.Object{}
	for _, r := range c.store.All("User") {
		if r.Get("isActive") != true || !c.user.May(rights.Read, r) {
			continue
		}
		byName := strings.HasPrefix(lower(r.Str("name")), lower(q))
		for _, address := range r.Addresses("emailAddress") {
			if (byName || strings.HasPrefix(lower(address), lower(q))) && len(list) < size {
				list = append(list, answer.Object{
					{Name: "emailAddress", Value: address}, {Name: "entityName", Value: r.Get("name")}, {Name: "entityType", Value: "User"}, {Name: "entityId", Value: r.ID},
				})
			}
		}
	}
	return list, nil
}

func (c *call) insertFields() (any, *answer.Error) {
	query := c.req.URL.Query()
	answer := map[string]any{}
	if r := c.store.Find(query.Get("parentType"), query.Get("parentId")); r != nil && c.user.May(rights.Read, r) {
		answer["parent"] = insertable(r)
	}
	if to := query.Get("to"); to != "" {
		if r := c.person(to); r != nil {
			answer["to"] = insertable(r)
		}
	}
	return answer, nil
}

func insertable(r *store.Record) answer.Object {
	values := map[string]any{}
	for _, name := range r.Entity.AttrNames {
		a := r.Entity.Attrs[name]
		if s, ok := r.Get(name).(string); ok && s != "" && a.Selected && a.Kind != schema.KindID {
			values[name] = s
		}
	}
	return answer.Object{{Name: "entityType", Value: r.Entity.Name}, {Name: "id", Value: r.ID}, {Name: "name", Value: r.Get("name")}, {Name: "values", Value: values}}
}

var placeholder = regexp.MustCompile(`\{(\w+)\.(\w+)\}`)

// prepareTemplate fills in the placeholders that there is a record for.
func (c *call) prepareTemplate() (any, *answer.Error) {
	tpl := c.store.Find("EmailTemplate", c.params["id"])
	if tpl == nil {
		return nil, answer.NotFound("")
	}
	if !c.user.May(rights.Read, tpl) {
		return nil, answer.Forbidden("")
	}
	text := func(name string) string { s, _ := c.data[name].(string); return s }
	sources := map[string]*store.Record{}
	use := func(r *store.Record) {
		if r != nil && c.user.May(rights.Read, r) {
			sources[r.Entity.Name] = r
		}
	}
	use(c.store.Find(text("relatedType"), text("relatedId")))
	use(c.store.Find(text("parentType"), text("parentId")))
	if address := text("emailAddress"); address != "" {
		if r := c.person(address); r != nil {
			use(r)
			sources["Person"] = r
		}
	}
	fill := func(name string) string {
		return placeholder.ReplaceAllStringFunc(tpl.Str(name), func(s string) string {
			m := placeholder.FindStringSubmatch(s)
			if r := sources[m[1]]; r != nil && r.Entity.Attr(m[2]) != nil {
				v, _ := php.Text(r.Get(m[2]))
				return v
			}
			return s
		})
	}
	return answer.Object{
		{Name: "subject", Value: fill("subject")}, {Name: "body", Value: fill("body")}, {Name: "isHtml", Value: tpl.Get("isHtml")},
		{Name: "attachmentsIds", Value: []any{}}, {Name: "attachmentsNames", Value: map[string]any{}},
	}, nil
}
