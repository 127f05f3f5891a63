package email

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// BeforeCheck gives the e-mail its name and its subject, each from the other.
func BeforeCheck(_ *crm.Call, mem map[string]any) *answer.Error {
	if mem["id"] != nil { // an update, which has both
		return nil
	}
	// Either names it; the server takes one for the other.
	if subject, given := mem["subject"]; given {
		mem["name"] = subject
	} else {
		mem["subject"] = mem["name"]
	}
	return nil
}

// BeforeSave fills in the account of the parent, the sender, and what follows
// from the body.
func BeforeSave(c *crm.Call, mem, before map[string]any) {
	if before != nil {
		keepEmail(c, mem, before)
	}
	if before != nil && crm.Changed(mem, before, "name") && !crm.Changed(mem, before, "subject") {
		mem["subject"] = mem["name"]
	}
	mem["name"] = mem["subject"]
	crm.ParentAccount(c, mem, before)
	if body, ok := mem["body"].(string); ok && mem["isHtml"] != false {
		mem["bodyPlain"] = crm.PlainText(body)
	}
	if mem["messageId"] == nil {
		mem["messageId"] = "dummy:" + c.Store.NewID()
	}
	if before == nil {
		for _, name := range []string{"isImportant", "inTrash", "inArchive"} {
			delete(mem, name)
		}
	}
	from, _ := mem["from"].(string)
	mem["fromEmailAddressId"], mem["fromEmailAddressName"] = nil, nil
	if from != "" && !isAddress(from) {
		delete(mem, "fromEmailAddressId")
		return
	}
	if a := emailAddress(c, from); a != nil {
		mem["fromEmailAddressId"], mem["fromEmailAddressName"] = a.ID, a.Get("name")
	}
}

// AfterSave stores the addresses, and links the e-mail to whom they belong to.
func AfterSave(c *crm.Call, r *store.Record, mem, before map[string]any) {
	if body, ok := mem["body"].(string); ok && before == nil && mem["isHtml"] == false {
		r.Put("bodyPlain", body) // the answer does not show it
	}
	for _, name := range schema.EmailAddresses {
		s, _ := mem[name].(string)
		r.Put(name, s)
		mem[name] = s
		if name == "from" {
			if s != "" && !isAddress(s) {
				r.Put(name, nil) // it is forgotten
			}
			continue
		}
		link := name + "EmailAddresses"
		for _, id := range slices.Clone(c.Store.Linked(r, link)) {
			c.Store.Unrelate(r, link, id)
		}
		for _, address := range addressesIn(s) {
			c.Store.Relate(r, link, emailAddress(c, address).ID, nil)
		}
		mem[link+"Ids"], mem[link+"Names"] = r.Get(link+"Ids"), r.Get(link+"Names")
	}
	ids, names := r.Get("usersIds"), r.Get("usersNames")
	toUsers(c, r, mem)
	mem["sentByName"] = r.Get("sentByName")
	mem["usersIds"], mem["usersNames"] = withUsers(ids, r), names // as they were
	mem["assignedUsersIds"], mem["assignedUsersNames"] = r.Get("assignedUsersIds"), r.Get("assignedUsersNames")
	shown(c, r, mem, before)
	if before != nil {
		mem["nameHash"], mem["typeHash"], mem["idHash"] = who(c, r)
	}
}

// withUsers are the users who had an e-mail before, and then those who have it now.
func withUsers(before any, r *store.Record) []any {
	had, _ := before.([]any)
	ids := append([]any{}, had...)
	now, _ := r.Get("usersIds").([]any)
	for _, id := range now {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// addressesIn returns the addresses of a list with semicolons.
func addressesIn(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ' ' })
}

// emailAddress returns the record of an address, new if need be; nil for none.
func emailAddress(c *crm.Call, address string) *store.Record {
	if address == "" {
		return nil
	}
	for _, a := range c.Store.All("EmailAddress") {
		if a.Str("lower") == crm.Lower(address) {
			return a
		}
	}
	a := c.Store.Insert(c.Store.Types["EmailAddress"], c.Store.NewID())
	a.Set("name", address)
	a.Set("lower", crm.Lower(address))
	return a
}

// Item adds what lists of e-mails have besides stored attributes.
func Item(c *crm.Call, r *store.Record, item answer.Object) answer.Object {
	own := c.Store.ColumnsOf(r, "users", c.User.Rec.ID)
	for _, name := range schema.UnparsedAddresses {
		item = append(item, answer.Member{Name: name, Value: nil})
	}
	var who any = r.Str("from")
	if p := person(c, r.Str("from")); p != nil {
		who = p.Get("name")
		if p.ID == c.User.Rec.ID {
			who = "To: " + toWhom(c, r)
			for _, name := range []string{"toEmailAddressesIds", "toEmailAddressesNames"} {
				item = append(item.Without(name), answer.Member{Name: name, Value: r.Get(name)})
			}
		}
	}
	if who != "To: " && who != "" {
		item = append(item, answer.Member{Name: "personStringData", Value: who})
	}
	item = append(item,
		answer.Member{Name: "subject", Value: r.Get("name")},
		answer.Member{Name: "isRead", Value: own == nil || own["isRead"] == true}, answer.Member{Name: "isUsers", Value: own != nil},
	)
	for _, name := range []string{"isImportant", "inTrash", "inArchive", "folderId"} {
		v := own[name]
		if own != nil && name != "folderId" {
			v = v == true
		}
		item = append(item.Without(name), answer.Member{Name: name, Value: v})
	}
	if item.Has("repliedId") {
		item = append(item.Without("repliedName"), answer.Member{Name: "repliedName", Value: r.Get("repliedName")})
	}
	return item
}

// toWhom are the recipients of an e-mail, by name where they have one.
func toWhom(c *crm.Call, r *store.Record) string {
	to := addressesIn(r.Str("to"))
	for i, address := range to {
		if p := person(c, address); p != nil {
			to[i] = p.Str("name")
		}
	}
	return strings.Join(to, ", ")
}

// Load adds the addresses and what the e-mail is to the user.
func Load(c *crm.Call, mem map[string]any, r *store.Record) {
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
	if r.Stored("from") == nil {
		mem["from"] = nil
	}
	mem["nameHash"], mem["typeHash"], mem["idHash"] = who(c, r)
	own := c.Store.ColumnsOf(r, "users", c.User.Rec.ID)
	read := own == nil || own["isRead"] == true
	mem["folderId"] = nil
	mem["isRead"], mem["isUsers"] = read, own != nil
	if !fetched {
		mem["isNotRead"] = false // whether it is or not
	}
	if own != nil {
		showOwn(c, r, mem, own)
	}
}

// who are those that the addresses of an e-mail belong to.
func who(c *crm.Call, r *store.Record) (names, types, ids map[string]any) {
	names, types, ids = map[string]any{}, map[string]any{}, map[string]any{}
	for _, name := range schema.EmailAddresses {
		for _, address := range addressesIn(r.Str(name)) {
			if p := person(c, address); p != nil {
				names[address], types[address], ids[address] = p.Get("name"), p.Entity.Name, p.ID
			}
		}
	}
	return names, types, ids
}

// person finds the record that an address belongs to.
func person(c *crm.Call, address string) *store.Record {
	for _, name := range []string{"Contact", "Lead", "User", "Account"} {
		for _, r := range c.Store.All(name) {
			has := slices.ContainsFunc(r.Addresses("emailAddress"), func(s string) bool { return strings.EqualFold(s, address) })
			if has && c.User.May(rights.Read, r) {
				return r
			}
		}
	}
	return nil
}

// SearchAddresses finds the addresses of users: the setting
// emailAddressLookupEntityTypeList has no other entity type by default.
func SearchAddresses(c *crm.Call) (any, *answer.Error) {
	q := c.Req.URL.Query().Get("q")
	if q == "" {
		return nil, answer.BadRequest("No `q` parameter.")
	}
	if e := c.Store.Types["Email"]; c.User.Level(e, rights.Create) == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	_, size, err := c.PageOf()
	if err != nil {
		return nil, err
	}
	list := []answer.Object{}
	for _, r := range c.Store.All("User") {
		if r.Get("isActive") != true || !c.User.May(rights.Read, r) {
			continue
		}
		byName := strings.HasPrefix(crm.Lower(r.Str("name")), crm.Lower(q))
		for _, address := range r.Addresses("emailAddress") {
			if (byName || strings.HasPrefix(crm.Lower(address), crm.Lower(q))) && len(list) < size {
				list = append(list, answer.Object{
					{Name: "emailAddress", Value: address}, {Name: "entityName", Value: r.Get("name")}, {Name: "entityType", Value: "User"}, {Name: "entityId", Value: r.ID},
				})
			}
		}
	}
	return list, nil
}
