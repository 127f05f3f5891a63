package espo

import (
	"context"
	"maps"
	"net/http"
)

// LinkType is how many records can be at each end of a link.
type LinkType string

// The types of links, from the side of [LinkParams.EntityType].
const (
	LinkOneToMany        LinkType = "oneToMany"        // each foreign record has one of this entity type at most
	LinkManyToOne        LinkType = "manyToOne"        // each record of this entity type has one foreign record at most
	LinkManyToMany       LinkType = "manyToMany"       // each record has any number of the others
	LinkOneToOneRight    LinkType = "oneToOneRight"    // the record of this entity type has the foreign one's id
	LinkOneToOneLeft     LinkType = "oneToOneLeft"     // the foreign record has the id of the one of this entity type
	LinkChildrenToParent LinkType = "childrenToParent" // a parent of one of several entity types
)

// LinkParams say what link to make. It has two ends, each with a name.
type LinkParams struct {
	EntityType        string   `json:"entity"`
	ForeignEntityType string   `json:"entityForeign,omitzero"` // none of a LinkChildrenToParent
	Type              LinkType `json:"linkType"`

	Name         string `json:"link"`        // at EntityType; without the server's prefix
	ForeignName  string `json:"linkForeign"` // at ForeignEntityType, or at the parents
	Label        string `json:"label"`       // in the caller's language; the name where it is empty
	ForeignLabel string `json:"labelForeign,omitzero"`

	// RelationName is the name of the table of a LinkManyToMany; the server makes
	// one of the entity types. A second link of two entity types needs one.
	RelationName string `json:"relationName,omitzero"`

	// LinkMultiple gives an end to many a field, so that records have the ids.
	LinkMultiple        bool `json:"linkMultipleField,omitzero"`
	ForeignLinkMultiple bool `json:"linkMultipleFieldForeign,omitzero"`

	// Audited makes the streams of the records of EntityType show what is linked,
	// ForeignAudited those of the foreign records. EspoCRM takes them crosswise when a
	// link is made, and straight when it is updated.
	Audited        bool `json:"auditedForeign,omitzero"`
	ForeignAudited bool `json:"audited,omitzero"`

	// Of a LinkChildrenToParent: the entity types of the parents, which are all
	// where there is none, and those that have the link ForeignName to their
	// children.
	ParentTypes        []string `json:"parentEntityTypeList,omitzero"`
	ForeignParentTypes []string `json:"foreignLinkEntityTypeList,omitzero"`

	// Extra holds parameters that this type does not name.
	Extra Attrs `json:",embed"`
}

// LinkNames are the names of a link at its two ends.
type LinkNames struct {
	Name        string
	ForeignName string
}

func (p *LinkParams) check() error {
	one := p.Type != LinkChildrenToParent
	switch {
	case p.Type == "":
		return badInput("LinkParams.Type", "is empty")
	case p.EntityType == "":
		return badInput("LinkParams.EntityType", "is empty")
	case one && p.ForeignEntityType == "":
		return badInput("LinkParams.ForeignEntityType", "is empty")
	case !linkName.MatchString(p.Name):
		return badInput("LinkParams.Name", "%q is not made of letters and digits, the first a small letter", p.Name)
	case !linkName.MatchString(p.ForeignName):
		return badInput("LinkParams.ForeignName", "%q is not made of letters and digits, the first a small letter", p.ForeignName)
	case one && len(p.ParentTypes)+len(p.ForeignParentTypes) > 0:
		return badInput("LinkParams.ParentTypes", "only a LinkChildrenToParent has them")
	}
	return nil
}

// CreateLink makes a link between two entity types, with the fields that it
// needs, and returns the names of its ends. At an entity type of EspoCRM's own,
// versions after 7.5 put the prefix c before the name: "projects" of an Account
// becomes "cProjects".
//
// POST EntityManager/action/createLink, then GET Metadata for the names. A name
// that is taken, by a link or a field, is a [NameTakenError].
func (s *SchemaService) CreateLink(ctx context.Context, p LinkParams, opts ...CallOption) (LinkNames, error) {
	if err := p.check(); err != nil {
		return LinkNames{}, err
	}
	if p.Label == "" {
		p.Label = p.Name
	}
	if p.ForeignLabel == "" {
		p.ForeignLabel = p.ForeignName
	}
	req := with(newRequest("Schema.createLink", http.MethodPost, "EntityManager/action/createLink").json(p), opts)
	if err := s.client.doTrue(ctx, req); err != nil {
		return LinkNames{}, nameTaken(err, "")
	}
	defs, err := s.customs(ctx, p.EntityType, "links", req.options.every())
	if err != nil {
		return LinkNames{}, err
	}
	name, err := s.nameOf(ctx, p.EntityType, p.Name, defs, req.options.every())
	return LinkNames{Name: name, ForeignName: defs[name].Foreign}, err
}

// UpdateLink changes exactly the given parameters of a link: label,
// labelForeign, linkMultipleField, linkMultipleFieldForeign, audited and
// auditedForeign; what they mean stands at [LinkParams].
//
// POST EntityManager/action/updateLink, after GET Metadata for its other end. A
// link that does not exist is [ErrNotFound].
func (s *SchemaService) UpdateLink(ctx context.Context, entityType, link string, params Attrs, opts ...CallOption) error {
	if len(params) == 0 {
		return badInput("params", "there is none")
	}
	req := with(newRequest("Schema.updateLink", http.MethodPost, "EntityManager/action/updateLink").having(effectState), opts)
	if req.err != nil {
		return req.err
	}
	now, err := s.client.Metadata.Link(ctx, entityType, link, req.options.every()...)
	if err != nil {
		return err
	}
	body := Attrs{"entity": entityType, "link": link, "entityForeign": now.Entity, "linkForeign": now.Foreign}
	maps.Copy(body, params)
	return s.client.doTrue(ctx, req.json(body))
}

// RemoveLink removes a link at both of its ends, with what is linked by it.
//
// POST EntityManager/action/removeLink. One that does not exist, or that is
// EspoCRM's own, is [ErrServer].
func (s *SchemaService) RemoveLink(ctx context.Context, entityType, link string, opts ...CallOption) error {
	if err := notEmpty("entityType", entityType); err != nil {
		return err
	}
	if err := notEmpty("link", link); err != nil {
		return err
	}
	return s.client.doTrue(ctx, with(newRequest("Schema.removeLink", http.MethodPost, "EntityManager/action/removeLink").json(Attrs{"entity": entityType, "link": link}), opts))
}
