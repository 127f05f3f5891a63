package espotest

import (
	"slices"
	"strings"
)

// derive fills in what follows from the facts: names, defaults by field type
// and the attributes.
func (e *entityType) derive(all map[string]*entityType) {
	for name, l := range e.Links {
		l.Name = name
	}
	for name, f := range e.Fields {
		f.Name = name
		if f.Type == "attachmentMultiple" && e.Links[name] == nil {
			if e.Links == nil {
				e.Links = map[string]*link{}
			}
			e.Links[name] = &link{Name: name, Type: "hasChildren", Entity: "Attachment", Foreign: "parent"}
			e.LinkNames = append(e.LinkNames, name)
		}
		if from, of, ok := strings.Cut(f.OptionsFrom, "."); ok && f.Options == nil {
			if t := all[from]; t != nil && t.Fields[of] != nil {
				f.Options = t.Fields[of].Options
			}
		}
		if s, ok := f.Default.(string); ok && strings.HasPrefix(s, "javascript:") {
			f.Default = nil // for the web page only
		}
		if f.Default == nil {
			if f.Type == "bool" {
				f.Default = false
			}
		}
	}
	e.attrs, e.attrNames = map[string]*attribute{}, nil
	e.add(&attribute{Name: "id", Kind: kindID, ReadOnly: true, Selected: true})
	for _, name := range e.FieldNames {
		e.addField(e.Fields[name])
		if name == "name" || e.attrs["deleted"] == nil && name == e.FieldNames[0] {
			e.add(&attribute{Name: "deleted", Kind: kindBool, ReadOnly: true, Selected: true})
		}
	}
	if e.attrs["deleted"] == nil {
		e.add(&attribute{Name: "deleted", Kind: kindBool, ReadOnly: true, Selected: true})
	}
	if e.OptimisticConcurrency {
		e.add(&attribute{Name: "versionNumber", Kind: kindInt, ReadOnly: true, Selected: true})
	}
	for _, name := range e.DuplicateCheckFields {
		if f := e.Fields[name]; f != nil {
			for _, attr := range f.duplicateAttributes() {
				if a := e.attrs[attr]; a != nil {
					a.FindsDuplicates = true
				}
			}
		}
	}
}

func (e *entityType) add(a *attribute) {
	if _, ok := e.attrs[a.Name]; ok {
		return
	}
	a.index = len(e.attrNames)
	if name := e.Name + "." + a.Name; slices.Contains(computedAttributes, name) {
		a.Computed = name
	} else if a.Field == nil && slices.Contains(computedAttributes, a.Name) {
		a.Computed = a.Name
	}
	e.attrs[a.Name] = a
	e.attrNames = append(e.attrNames, a.Name)
}

// computedAttributes are what the server's database works out whenever a record
// is read: "EntityType.attribute", or the name alone of one that is of no field.
var computedAttributes = []string{
	"deleted", "versionNumber", "Meeting.duration", "Call.duration", "Contact.title", "Contact.accountIsInactive",
	"Contact.hasPortalUser", "CampaignTrackingUrl.urlToUse", "Opportunity.amountWeightedConverted",
}

var kindOfType = map[string]attrKind{
	"varchar": kindVarchar, "url": kindVarchar, "colorpicker": kindVarchar, "base": kindVarchar,
	"email": kindVarchar, "phone": kindVarchar, "personName": kindVarchar, "barcode": kindVarchar,
	"number": kindVarchar, "id": kindVarchar,
	"text": kindText, "wysiwyg": kindText,
	"enum": kindEnum, "bool": kindBool,
	"int": kindInt, "enumInt": kindInt, "autoincrement": kindInt, "duration": kindInt,
	"float": kindFloat, "enumFloat": kindFloat, "currencyConverted": kindFloat,
	"currency": kindCurrency, "decimal": kindDecimal,
	"date": kindDate, "datetime": kindDateTime, "datetimeOptional": kindDateTimeOptional,
	"array": kindArray, "multiEnum": kindArray, "checklist": kindArray, "urlMultiple": kindArray,
	"jsonArray": kindJSON, "jsonObject": kindJSON, "map": kindJSON,
	"foreign": kindForeign, "password": kindPassword,
}

func (e *entityType) addField(f *field) {
	a := func(suffix string, kind attrKind, stored, selected bool) *attribute {
		at := &attribute{
			Name: f.Name + suffix, Kind: kind, Field: f,
			NotStorable: !stored || f.NotStorable,
			ReadOnly:    f.ReadOnly || f.Forbidden,
			Selected:    selected && (!f.NotStorable || f.Computed),
		}
		e.add(at)
		return at
	}
	linked := func(at *attribute, name string) { at.Link = name }
	switch f.Type {
	case "address", "rangeInt", "rangeFloat", "rangeCurrency":
		return // only their parts have attributes
	case "link", "file", "image":
		linked(a("Id", kindLink, true, true), f.Name)
		named := !f.NoJoin && (e.Links[f.Name] == nil || !e.Links[f.Name].NoJoin)
		linked(a("Name", kindLinkName, false, named && !f.NotStorable), f.Name)
	case "linkOne":
		// kept at the other end, joined when read
		for _, at := range []*attribute{a("Id", kindLink, false, false), a("Name", kindLinkName, false, false)} {
			at.Link, at.Selected = f.Name, true
		}
	case "linkParent":
		linked(a("Id", kindLink, true, true), f.Name)
		linked(a("Type", kindLinkType, true, true), f.Name)
		linked(a("Name", kindLinkName, false, false), f.Name)
	case "linkMultiple", "attachmentMultiple":
		linked(a("Ids", kindLinkMultiple, false, false), f.Name)
		linked(a("Names", kindLinkNames, false, false), f.Name)
		if len(f.Columns) > 0 {
			linked(a("Columns", kindLinkColumns, false, false), f.Name)
		}
		if f.Type == "attachmentMultiple" {
			linked(a("Types", kindLinkTypes, false, false), f.Name)
		}
	case "email", "phone":
		// The flags of the primary address are joined, too.
		a("", kindVarchar, true, true)
		a("Data", kindJSON, false, false)
		if f.Type == "phone" {
			a("Numeric", kindVarchar, false, false).ReadOnly = true // for filters only
		}
	case "foreign":
		at := a("", kindForeign, false, false)
		at.Link, at.Selected, at.ReadOnly = f.Link, true, true
	case "currencyConverted":
		at := a("", kindFloat, false, false)
		at.Selected = !f.NotStorable
	case "autoincrement":
		a("", kindInt, true, true)
	case "personName":
		a("", kindVarchar, true, true)
	case "bool":
		at := a("", kindBool, true, true)
		if base, ok := addressFlag(f.Name); ok && e.hasField(base) {
			at.Selected = true
		}
	default:
		kind, ok := kindOfType[f.Type]
		if !ok {
			kind = kindJSON
		}
		a("", kind, true, true)
	}
}

// addressFlag returns the e-mail or phone field whose flag this is.
func addressFlag(name string) (string, bool) {
	for _, suffix := range []string{"IsOptedOut", "IsInvalid"} {
		if base, ok := strings.CutSuffix(name, suffix); ok {
			return base, base == "emailAddress" || base == "phoneNumber"
		}
	}
	return "", false
}
