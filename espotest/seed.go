package espotest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/validate"
)

// Seed creates records as an administrator does, without a search for
// duplicates and without a request, and returns their ids. What the server
// would refuse fails the test, or panics where there is none.
//
// createdAt, modifiedAt, createdById and modifiedById can be set, too, so that
// old records need no clock of their own. With createdAt alone, the record was
// not modified since. Of notifications, which only the server makes, everything
// can be set. An attribute that the entity type does not have, or that
// nobody can set, fails the test.
func (s *Server) Seed(entityType string, records ...espo.Attrs) []string {
	return seedAll(s, "Seed", entityType, records)
}

// SeedRecords is [Server.Seed] for structs, such as [espo.Account]. What is
// zero in one is left out, as by [espo.RecordService.Create].
func SeedRecords[T any](s *Server, entityType string, records ...T) []string {
	return seedAll(s, "SeedRecords", entityType, records)
}

func seedAll[T any](s *Server, function, entityType string, records []T) []string {
	s.crm.Mu.Lock()
	defer s.crm.Mu.Unlock()
	c := s.crm.InternalCall()
	ids := make([]string, 0, len(records))
	for i, record := range records {
		id, err := seed(c, entityType, record)
		if err != nil {
			s.onFail("espotest: %s: record %d of %s: %v", function, i, entityType, err)
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}

func seed(c *crm.Call, entityType string, record any) (string, error) {
	raw, err := espo.Marshal(record)
	if err != nil {
		return "", err
	}
	data, err := php.DecodeJSON(raw)
	if err != nil {
		return "", err
	}
	e, err := declared(c, entityType)
	if err != nil {
		return "", err
	}
	object, ok := data.(map[string]any)
	if !ok {
		return "", errors.New("it is nil, or no object with attributes")
	}
	if err := seedable(c, e, object); err != nil {
		return "", err
	}
	if c.Stamps, err = takeStamps(c, e, object); err != nil {
		return "", err
	}
	r, _, apiErr := c.Create(e, object, true)
	if apiErr != nil {
		return "", apiErr
	}
	return r.ID, nil
}

// declared is entity for those who have declared it, and may have misspelt it.
func declared(c *crm.Call, name string) (*schema.EntityType, error) {
	if c.Store.Types[name] == nil {
		return nil, fmt.Errorf("there is no entity type %q%s", name, schema.Meant(name, slices.Collect(maps.Keys(c.Store.Types))))
	}
	e, err := c.Entity(name)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// stampAttributes are those that only Seed can set: the server fills them in.
var stampAttributes = []string{"createdAt", "modifiedAt", "createdById", "modifiedById"}

// notificationStamps are those of notifications, which the server makes.
var notificationStamps = []string{"relatedType", "relatedId", "relatedParentType", "relatedParentId", "actionId", "isFeatured"}

// stampsOf are the attributes of an entity type that only Seed can set.
func stampsOf(e *schema.EntityType) []string {
	if e.Name != "Notification" {
		return stampAttributes
	}
	return append(slices.Clone(stampAttributes), notificationStamps...)
}

// seedable refuses attributes that would have no effect.
func seedable(c *crm.Call, e *schema.EntityType, attrs map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		a := e.Attr(name)
		switch {
		case a == nil:
			return fmt.Errorf("%s has no attribute %q%s", e.Name, name, schema.Meant(name, e.AttrNames))
		case slices.Contains(stampsOf(e), name), c.Writable(a, true):
		case a.Kind == schema.KindID:
			return fmt.Errorf("the attribute %q cannot be set: Seed returns the ids", name)
		case a.Kind == schema.KindLinkName && e.Attr(a.Link+"Id") != nil:
			return fmt.Errorf("the attribute %q cannot be set: set %q", name, a.Link+"Id")
		default:
			return fmt.Errorf("the attribute %q cannot be set: it is read-only", name)
		}
	}
	return nil
}

// takeStamps takes out of the attributes what the server fills in otherwise.
func takeStamps(c *crm.Call, e *schema.EntityType, attrs map[string]any) (map[string]any, error) {
	stamps := map[string]any{}
	for _, name := range stampsOf(e) {
		v, given := attrs[name]
		if !given {
			continue
		}
		delete(attrs, name)
		a := e.Attr(name)
		v = validate.Sanitize(a, v)
		id, isText := v.(string)
		switch {
		case v == nil: // as a record of an importer's may have it
		case a.Kind == schema.KindDateTime && !validate.DateTime(v):
			return nil, fmt.Errorf("%s is not a date-time such as 2006-01-02 15:04:05: %v", name, v)
		case a.Kind == schema.KindLink && slices.Contains(stampAttributes, name) && (!isText || c.Store.Find("User", id) == nil):
			return nil, fmt.Errorf("%s is the id of no user: %v", name, v)
		}
		stamps[name] = v
	}
	if _, modified := stamps["modifiedAt"]; !modified && stamps["createdAt"] != nil && e.Attr("modifiedAt") != nil {
		stamps["modifiedAt"] = stamps["createdAt"]
	}
	return stamps, nil
}
