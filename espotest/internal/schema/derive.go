package schema

import (
	"slices"
	"strings"
)

// Derive fills in what follows from the facts: names, defaults by field type
// and the attributes.
func (e *EntityType) Derive(all map[string]*EntityType) {
	for _, name := range e.LinkNames {
		e.Links[name].Name = name
	}
	e.FieldList = make([]*Field, len(e.FieldNames))
	for i, name := range e.FieldNames {
		f := e.Fields[name]
		f.Name, f.Of, e.FieldList[i] = name, e.Name, f
		e.deriveField(f, all)
	}
	e.deriveAttributes()
	for _, name := range e.DuplicateCheckFields {
		if f := e.Fields[name]; f != nil {
			for _, attr := range f.DuplicateAttributes() {
				if a := e.Attrs[attr]; a != nil {
					a.FindsDuplicates = true
				}
			}
		}
	}
}

// deriveField gives a field its link, its options and its default.
func (e *EntityType) deriveField(f *Field, all map[string]*EntityType) {
	if f.Type == "attachmentMultiple" && e.Links[f.Name] == nil {
		if e.Links == nil {
			e.Links = map[string]*Link{}
		}
		e.Links[f.Name] = &Link{Name: f.Name, Type: "hasChildren", Entity: "Attachment", Foreign: "parent"}
		e.LinkNames = append(e.LinkNames, f.Name)
	}
	if from, of, ok := strings.Cut(f.OptionsFrom, "."); ok && f.Options == nil {
		if t := all[from]; t != nil && t.Fields[of] != nil {
			f.Options = t.Fields[of].Options
		}
	}
	if s, ok := f.Default.(string); ok && strings.HasPrefix(s, "javascript:") {
		f.Default = nil // for the web page only
	}
	if f.Type == "duration" {
		f.Computed = true
	}
	if f.Default == nil && f.Type == "bool" {
		f.Default = false
	}
}

// deriveAttributes makes the attributes of the fields and those of none.
func (e *EntityType) deriveAttributes() {
	e.Attrs, e.AttrNames, e.AttrList = map[string]*Attribute{}, nil, nil
	e.add(&Attribute{Name: "id", Kind: KindID, ReadOnly: true, Selected: true})
	for _, f := range e.FieldList {
		e.addField(f)
		if f.Name == "name" || e.Attrs["deleted"] == nil && f == e.FieldList[0] {
			e.add(&Attribute{Name: "deleted", Kind: KindBool, ReadOnly: true, Selected: true})
		}
	}
	if e.Attrs["deleted"] == nil {
		e.add(&Attribute{Name: "deleted", Kind: KindBool, ReadOnly: true, Selected: true})
	}
	for _, name := range e.LinkNames {
		if l := e.Links[name]; l.Type == "belongsTo" && e.Fields[name] == nil { // the e-mail of a task
			e.add(&Attribute{Name: name + "Id", Kind: KindLink, Link: name, ReadOnly: true, Selected: true})
		}
	}
	if e.OptimisticConcurrency {
		e.add(&Attribute{Name: "versionNumber", Kind: KindInt, ReadOnly: true, Selected: true})
	}
	e.defaults = defaultsOf(e)
}

func (e *EntityType) add(a *Attribute) {
	if _, ok := e.Attrs[a.Name]; ok {
		return
	}
	a.Index = len(e.AttrNames)
	if name := e.Name + "." + a.Name; slices.Contains(computedAttributes, name) {
		a.Computed = name
	} else if a.Field != nil && a.Field.Type == "duration" {
		a.Computed = "duration"
	} else if a.Field == nil && slices.Contains(computedAttributes, a.Name) {
		a.Computed = a.Name
	}
	e.Attrs[a.Name] = a
	e.AttrNames, e.AttrList = append(e.AttrNames, a.Name), append(e.AttrList, a)
}

// computedAttributes are what the server's database works out whenever a record
// is read: "EntityType.attribute", or the name alone of one that is of no field.
var computedAttributes = []string{
	"deleted", "versionNumber", "Contact.title", "Contact.accountIsInactive",
	"Contact.hasPortalUser", "CampaignTrackingUrl.urlToUse", "Opportunity.amountWeightedConverted",
}

var kindOfType = map[string]Kind{
	"varchar": KindVarchar, "url": KindVarchar, "colorpicker": KindVarchar, "base": KindVarchar,
	"email": KindVarchar, "phone": KindVarchar, "personName": KindVarchar, "barcode": KindVarchar,
	"number": KindVarchar, "id": KindVarchar,
	"text": KindText, "wysiwyg": KindText,
	"enum": KindEnum, "bool": KindBool,
	"int": KindInt, "enumInt": KindInt, "autoincrement": KindInt, "duration": KindInt,
	"float": KindFloat, "enumFloat": KindFloat, "currencyConverted": KindFloat,
	"currency": KindCurrency, "decimal": KindDecimal,
	"date": KindDate, "datetime": KindDateTime, "datetimeOptional": KindDateTimeOptional,
	"array": KindArray, "multiEnum": KindArray, "checklist": KindArray, "urlMultiple": KindArray,
	"jsonArray": KindJSON, "jsonObject": KindJSON, "map": KindJSON,
	"foreign": KindForeign, "password": KindPassword,
}

// addField makes the attributes of a field, by its type.
func (e *EntityType) addField(f *Field) {
	switch f.Type {
	case "address", "rangeInt", "rangeFloat", "rangeCurrency":
		return // only their parts have attributes
	case "link", "file", "image", "linkOne", "linkParent", "linkMultiple", "attachmentMultiple":
		e.addLinkField(f)
	case "email", "phone":
		// The flags of the primary address are joined, too.
		e.addOf(f, "", KindVarchar, true, true)
		e.addOf(f, "Data", KindJSON, false, false)
		if f.Type == "phone" {
			e.addOf(f, "Numeric", KindVarchar, false, false).ReadOnly = true // for filters only
		}
	case "foreign":
		at := e.addOf(f, "", KindForeign, false, false)
		at.Link, at.Selected, at.ReadOnly = f.Link, true, true
	case "currencyConverted":
		e.addOf(f, "", KindFloat, false, false).Selected = !f.NotStorable
	case "bool":
		at := e.addOf(f, "", KindBool, true, true)
		if base, ok := AddressFlag(f.Name); ok && e.HasField(base) {
			at.Selected = true
		}
	default:
		kind, ok := kindOfType[f.Type]
		switch {
		case !ok:
			kind = KindJSON
		case f.Type == "currency" && f.Decimal:
			kind = KindDecimal
		}
		e.addOf(f, "", kind, true, true)
	}
}

// addLinkField makes the attributes of a field that is a link, or several.
func (e *EntityType) addLinkField(f *Field) {
	add := func(suffix string, kind Kind, stored, selected bool) *Attribute {
		at := e.addOf(f, suffix, kind, stored, selected)
		at.Link = f.Name
		return at
	}
	switch f.Type {
	case "link", "file", "image":
		add("Id", KindLink, true, true)
		named := !f.NoJoin && (e.Links[f.Name] == nil || !e.Links[f.Name].NoJoin)
		add("Name", KindLinkName, false, named && !f.NotStorable)
	case "linkOne":
		// kept at the other end, joined when read
		add("Id", KindLink, false, false).Selected = true
		add("Name", KindLinkName, false, false).Selected = true
	case "linkParent":
		add("Id", KindLink, true, true)
		add("Type", KindLinkType, true, true)
		add("Name", KindLinkName, false, false)
	case "linkMultiple", "attachmentMultiple":
		add("Ids", KindLinkMultiple, false, false)
		add("Names", KindLinkNames, false, false)
		if len(f.Columns) > 0 {
			add("Columns", KindLinkColumns, false, false)
		}
		if f.Type == "attachmentMultiple" {
			add("Types", KindLinkTypes, false, false)
		}
	}
}

// addOf makes one attribute of a field.
func (e *EntityType) addOf(f *Field, suffix string, kind Kind, stored, selected bool) *Attribute {
	at := &Attribute{
		Name: f.Name + suffix, Kind: kind, Field: f,
		NotStorable: !stored || f.NotStorable,
		ReadOnly:    f.ReadOnly || f.Forbidden,
		Selected:    selected && (!f.NotStorable || f.Computed),
	}
	e.add(at)
	return at
}

// AddressFlag returns the e-mail or phone field whose flag this is.
func AddressFlag(name string) (string, bool) {
	for _, suffix := range []string{"IsOptedOut", "IsInvalid"} {
		if base, ok := strings.CutSuffix(name, suffix); ok {
			return base, base == "emailAddress" || base == "phoneNumber"
		}
	}
	return "", false
}
