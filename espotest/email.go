package espotest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
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
		mem["messageId"] = "dummy:" + c.store.newID()
	}
	if before == nil {
		for _, name := range []string{"isImportant", "inTrash", "inArchive"} {
			delete(mem, name)
		}
	}
	from, _ := mem["from"].(string)
	mem["fromEmailAddressId"], mem["fromEmailAddressName"] = nil, nil
	if a := c.emailAddress(from); a != nil {
		mem["fromEmailAddressId"], mem["fromEmailAddressName"] = a.ID, a.get("name")
	}
}

func emailAfterSave(c *call, r *record, mem, before map[string]any) {
	if body, ok := mem["body"].(string); ok && before == nil && mem["isHtml"] == false {
		r.put("bodyPlain", body) // the answer does not show it
	}
	for _, name := range schema.EmailAddresses {
		s, _ := mem[name].(string)
		r.put(name, s)
		mem[name] = s
		if name == "from" {
			continue
		}
		link := name + "EmailAddresses"
		for _, id := range slices.Clone(c.store.linked(r, link)) {
			c.store.unrelate(r, link, id)
		}
		for _, address := range addressesIn(s) {
			c.store.relate(r, link, c.emailAddress(address).ID, nil)
		}
		mem[link+"Ids"], mem[link+"Names"] = r.get(link+"Ids"), r.get(link+"Names")
	}
	mem["sentByName"] = r.get("sentByName")
	mem["usersIds"], mem["usersNames"] = r.get("usersIds"), r.get("usersNames")
}

// addressesIn returns the addresses of a list with semicolons.
func addressesIn(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ' ' })
}

// emailAddress returns the record of an address, new if need be; nil for none.
func (c *call) emailAddress(address string) *record {
	if address == "" {
		return nil
	}
	for _, a := range c.store.all("EmailAddress") {
		if a.str("lower") == lower(address) {
			return a
		}
	}
	a := c.store.insert(c.store.types["EmailAddress"], c.store.newID())
	a.set("name", address)
	a.set("lower", lower(address))
	return a
}

// emailItem adds what lists of e-mails have besides stored attributes.
func emailItem(c *call, r *record, item answer.Object) answer.Object {
	own := c.store.columnsOf(r, "users", c.user.rec.ID)
	for _, name := range schema.UnparsedAddresses {
		item = append(item, answer.Member{Name: name, Value: nil})
	}
	var who any = r.str("from")
	if p := c.person(r.str("from")); p != nil {
		who = p.get("name")
	}
	item = append(item,
		answer.Member{Name: "subject", Value: r.get("name")}, answer.Member{Name: "personStringData", Value: who},
		answer.Member{Name: "isRead", Value: own == nil || own["isRead"] == true}, answer.Member{Name: "isUsers", Value: own != nil},
	)
	for _, name := range []string{"isImportant", "inTrash", "inArchive", "folderId"} {
		item = append(item.Without(name), answer.Member{Name: name, Value: own[name]})
	}
	if item.Has("repliedId") {
		item = append(item.Without("repliedName"), answer.Member{Name: "repliedName", Value: r.get("repliedName")})
	}
	return item
}

// emailLoad adds the addresses and what the e-mail is to the user.
func emailLoad(c *call, mem map[string]any, r *record) {
	for _, name := range schema.EmailAddresses {
		mem[name] = r.str(name)
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
		for _, address := range addressesIn(r.str(name)) {
			if p := c.person(address); p != nil {
				names[address], types[address], ids[address] = p.get("name"), p.entity.Name, p.ID
			}
		}
	}
	mem["nameHash"], mem["typeHash"], mem["idHash"] = names, types, ids
	own := c.store.columnsOf(r, "users", c.user.rec.ID)
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
func (c *call) person(address string) *record {
	for _, name := range []string{"Contact", "Lead", "User", "Account"} {
		for _, r := range c.store.all(name) {
			has := slices.ContainsFunc(r.addresses("emailAddress"), func(s string) bool { return strings.EqualFold(s, address) })
			if has && c.user.may(actionRead, r) {
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
	if e := c.store.types["Email"]; c.user.level(e, actionCreate) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	_, size, err := c.pageOf()
	if err != nil {
		return nil, err
	}
	list := []answer.Object{}
	for _, r := range c.store.all("User") {
		if r.get("isActive") != true || !c.user.may(actionRead, r) {
			continue
		}
		byName := strings.HasPrefix(lower(r.str("name")), lower(q))
		for _, address := range r.addresses("emailAddress") {
			if (byName || strings.HasPrefix(lower(address), lower(q))) && len(list) < size {
				list = append(list, answer.Object{
					{Name: "emailAddress", Value: address}, {Name: "entityName", Value: r.get("name")}, {Name: "entityType", Value: "User"}, {Name: "entityId", Value: r.ID},
				})
			}
		}
	}
	return list, nil
}

func (c *call) insertFields() (any, *answer.Error) {
	query := c.req.URL.Query()
	answer := map[string]any{}
	if r := c.store.find(query.Get("parentType"), query.Get("parentId")); r != nil && c.user.may(actionRead, r) {
		answer["parent"] = insertable(r)
	}
	if to := query.Get("to"); to != "" {
		if r := c.person(to); r != nil {
			answer["to"] = insertable(r)
		}
	}
	return answer, nil
}

func insertable(r *record) answer.Object {
	values := map[string]any{}
	for _, name := range r.entity.AttrNames {
		a := r.entity.Attrs[name]
		if s, ok := r.get(name).(string); ok && s != "" && a.Selected && a.Kind != schema.KindID {
			values[name] = s
		}
	}
	return answer.Object{{Name: "entityType", Value: r.entity.Name}, {Name: "id", Value: r.ID}, {Name: "name", Value: r.get("name")}, {Name: "values", Value: values}}
}

var placeholder = regexp.MustCompile(`\{(\w+)\.(\w+)\}`)

// prepareTemplate fills in the placeholders that there is a record for.
func (c *call) prepareTemplate() (any, *answer.Error) {
	tpl := c.store.find("EmailTemplate", c.params["id"])
	if tpl == nil {
		return nil, answer.NotFound("")
	}
	if !c.user.may(actionRead, tpl) {
		return nil, answer.Forbidden("")
	}
	text := func(name string) string { s, _ := c.data[name].(string); return s }
	sources := map[string]*record{}
	use := func(r *record) {
		if r != nil && c.user.may(actionRead, r) {
			sources[r.entity.Name] = r
		}
	}
	use(c.store.find(text("relatedType"), text("relatedId")))
	use(c.store.find(text("parentType"), text("parentId")))
	if address := text("emailAddress"); address != "" {
		if r := c.person(address); r != nil {
			use(r)
			sources["Person"] = r
		}
	}
	fill := func(name string) string {
		return placeholder.ReplaceAllStringFunc(tpl.str(name), func(s string) string {
			m := placeholder.FindStringSubmatch(s)
			if r := sources[m[1]]; r != nil && r.entity.Attr(m[2]) != nil {
				v, _ := php.Text(r.get(m[2]))
				return v
			}
			return s
		})
	}
	return answer.Object{
		{Name: "subject", Value: fill("subject")}, {Name: "body", Value: fill("body")}, {Name: "isHtml", Value: tpl.get("isHtml")},
		{Name: "attachmentsIds", Value: []any{}}, {Name: "attachmentsNames", Value: map[string]any{}},
	}, nil
}
