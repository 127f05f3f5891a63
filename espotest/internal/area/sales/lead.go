package sales

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// convertTypes are what a lead can become, in the order of the work.
var convertTypes = []string{"Account", "Contact", "Opportunity"}

// convertFields maps fields of what a lead becomes to fields of the lead; the
// others are those of the same name and type.
var convertFields = map[string]map[string]string{
	"Account":     {"name": "accountName", "billingAddress": "address"},
	"Contact":     {"title": "title"},
	"Opportunity": {"amount": "opportunityAmount", "leadSource": "source"},
}

// notConverted are fields that stay with the lead although the others have
// them too.
var notConverted = []string{"createdAt", "modifiedAt", "createdBy", "modifiedBy", "createdByName", "isFollowed", "originalLead"}

func leadToConvert(c *crm.Call) (*store.Record, *answer.Error) {
	id, _ := c.Data["id"].(string)
	if id == "" {
		return nil, answer.BadRequest("")
	}
	r := c.Store.Find("Lead", id)
	if r == nil && !c.Has(release.ConvertChecked) {
		return nil, answer.Crash()
	}
	if r == nil {
		return nil, answer.NotFound("")
	}
	if !c.User.May(rights.Read, r) {
		return nil, answer.Forbidden("No 'read' access.")
	}
	return r, nil
}

// ConvertAttributes answers with what a lead's attributes are in each of the
// entity types that it can become.
func ConvertAttributes(c *crm.Call) (any, *answer.Error) {
	r, err := leadToConvert(c)
	if err != nil {
		return nil, err
	}
	lead := c.Fetched(r)
	c.Load(lead, r)
	answer := map[string]any{}
	for _, name := range convertTypes {
		e := c.Store.Types[name]
		if c.User.Level(e, rights.Create) == rights.LevelNo {
			continue
		}
		attrs := map[string]any{}
		if c.Has(release.ConvertCreator) {
			attrs["createdByName"] = lead["createdByName"]
		}
		for _, field := range e.FieldNames {
			convertField(e, field, lead, r.Entity, attrs)
		}
		answer[name] = attrs
	}
	return answer, nil
}

// convertField copies a field of a lead, if it has it.
func convertField(e *schema.EntityType, field string, lead map[string]any, from *schema.EntityType, attrs map[string]any) {
	source, mapped := convertFields[e.Name][field]
	if !mapped {
		source = field
	}
	f, g := e.Fields[field], from.Fields[source]
	if g == nil || slices.Contains(notConverted, field) || !mapped && (f.Type != g.Type || e.Name != "Contact" && source == "name") {
		return
	}
	if _, flag := schema.AddressFlag(field); flag {
		return // comes with its address
	}
	if !mapped && f.NotStorable && (f.Type == "link" || len(convertSuffixes(f)) == 1) {
		return
	}
	for _, suffix := range convertSuffixes(f) {
		to := field + suffix
		if f.Type == "personName" || f.Type == "address" {
			to = joinPart(field, suffix, f.Type)
		}
		part := source + suffix
		if f.Type == "personName" || f.Type == "address" {
			part = joinPart(source, suffix, f.Type)
		}
		attrs[to] = lead[part]
	}
}

func convertSuffixes(f *schema.Field) []string {
	switch f.Type {
	case "link":
		return []string{"Id", "Name"}
	case "linkMultiple":
		return []string{"Ids", "Names", "Columns"}
	case "email", "phone":
		return []string{"", "Data", "IsOptedOut", "IsInvalid"}
	case "currency":
		return []string{"", "Currency"}
	case "personName":
		return []string{"", "salutation", "first", "middle", "last"}
	case "address":
		return []string{"Street", "City", "State", "PostalCode", "Country"}
	}
	return []string{""}
}

// joinPart names a part of a personal name or of an address: firstName of
// name, billingAddressCity of billingAddress.
func joinPart(field, part, kind string) string {
	if kind == "address" || part == "" {
		return field + part
	}
	return part + strings.ToUpper(field[:1]) + field[1:]
}

// ConvertLead makes records of a lead.
func ConvertLead(c *crm.Call) (any, *answer.Error) {
	r, err := leadToConvert(c)
	if err != nil {
		return nil, err
	}
	if !c.User.May(rights.Edit, r) {
		return nil, answer.Forbidden("No 'edit' access.")
	}
	given, _ := c.Data["records"].(map[string]any)
	skip := c.Data["skipDuplicateCheck"] == true
	plan := map[string]map[string]any{}
	var duplicates []answer.Object
	for _, name := range convertTypes {
		data, ok := given[name].(map[string]any)
		if !ok {
			continue
		}
		found, err := planConversion(c, name, data)
		if err != nil {
			return nil, err
		}
		duplicates = append(duplicates, found...)
		plan[name] = maps.Clone(data)
	}
	if len(duplicates) > 0 && !skip {
		return nil, &answer.Error{Status: http.StatusConflict, Reason: "duplicate", Body: duplicates}
	}
	return carryOut(c, r, plan)
}

// planConversion checks one of the new records and returns the records that it
// duplicates.
func planConversion(c *crm.Call, name string, data map[string]any) ([]answer.Object, *answer.Error) {
	e := c.Store.Types[name]
	if c.User.Level(e, rights.Create) == rights.LevelNo {
		return nil, answer.Forbidden("No create access.")
	}
	mem := schema.Defaults(e)
	maps.Copy(mem, c.Input(e, data, true))
	crm.Populate(c, e, mem)
	var found []answer.Object
	for _, r := range c.Store.Duplicates(e, mem) {
		found = append(found, answer.Object{{Name: "id", Value: r.ID}, {Name: "name", Value: r.Get("name")}, {Name: "_entityType", Value: name}})
	}
	return found, nil
}

// carryOut creates the records of a conversion and links them. Those that it has
// created stay when the next is refused.
func carryOut(c *crm.Call, lead *store.Record, plan map[string]map[string]any) (any, *answer.Error) {
	before := c.Fetched(lead)
	c.Load(before, lead)
	created := map[string]string{}
	for _, name := range convertTypes {
		data, ok := plan[name]
		if !ok {
			continue
		}
		if id := created["Account"]; id != "" && data["accountId"] == nil {
			data["accountId"] = id
		}
		if id := created["Contact"]; id != "" && name == "Opportunity" {
			data["contactId"] = id
		}
		c.Unchecked = !c.Has(release.ConvertChecked)
		rec, _, err := c.Create(c.Store.Types[name], data, true)
		c.Unchecked = false
		if err != nil && !c.Has(release.ConvertRefused) {
			return nil, answer.ServerError()
		}
		if err != nil {
			return nil, err
		}
		created[name] = rec.ID
	}
	mem := maps.Clone(before)
	mem["status"], mem["convertedAt"] = "Converted", c.Store.Timestamp()
	mem["modifiedAt"], mem["streamUpdatedAt"] = c.Store.Timestamp(), c.Store.Timestamp()
	mem["modifiedById"], mem["modifiedByName"] = c.User.Rec.ID, c.User.Rec.Get("name")
	c.Save(lead, mem, before, false)
	for _, name := range convertTypes {
		if id := created[name]; id != "" {
			mem["created"+name+"Id"] = id
			lead.Set("created"+name+"Id", id)
		}
	}
	if id := created["Account"]; id != "" && c.Has(release.ConvertedNamed) { // the names of the others are not loaded
		mem["createdAccountName"] = c.Store.Find("Account", id).Get("name")
	}
	c.Updated(lead, mem, before)
	return c.Output(lead.Entity, mem), nil
}
