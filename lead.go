package espo

import (
	"context"
	"net/http"
)

// LeadService has the records of the entity type Lead, and converts them.
type LeadService struct {
	*RecordService[Lead]
}

// Conversion is what a lead becomes: the attributes of a new record by entity
// type, at most one of each, such as "Account", "Contact" and "Opportunity".
type Conversion map[string]Attrs

// ConvertAttributes returns what the server would fill in for each of the
// entity types that a lead can become, from the lead's attributes. It is a
// start for Convert: an opportunity also needs a closeDate and an amount, and
// what is not wanted is to be deleted from the map.
//
// POST Lead/action/getConvertAttributes.
func (s *LeadService) ConvertAttributes(ctx context.Context, id string) (Conversion, error) {
	if err := notEmpty("id", id); err != nil {
		return nil, err
	}
	req, err := newRequest(http.MethodPost, "Lead", "action", "getConvertAttributes")
	if err != nil {
		return nil, err
	}
	req.body, req.effect = Attrs{"id": id}, effectNone
	reply, err := receive[fullObject[Attrs]](ctx, s.client, req)
	return Conversion(reply), err
}

// Convert makes records out of a lead, links them to each other and to it, and
// sets its status to Converted. It returns the lead, whose CreatedAccountID,
// CreatedContactID and CreatedOpportunityID name the new records. An empty
// conversion sets the status alone. Entity types that a lead cannot become are
// ignored by the server.
//
// POST Lead/action/convert. When one of the records is like one that exists,
// nothing is made and the error is a [DuplicateError], whose Records have
// their entity type in the attribute _entityType; [SkipDuplicateCheck] makes
// them all the same. A value that is missing or refused is a
// [ValidationError] with the EntityType of the record.
func (s *LeadService) Convert(ctx context.Context, id string, into Conversion, opts ...CallOption) (Lead, error) {
	if err := notEmpty("id", id); err != nil {
		return Lead{}, err
	}
	req, err := newRequest(http.MethodPost, "Lead", "action", "convert")
	if err != nil {
		return Lead{}, err
	}
	if err := req.apply(s.client, opts); err != nil {
		return Lead{}, err
	}
	body := Attrs{"id": id, "records": into}
	if into == nil {
		body["records"] = Conversion{}
	}
	if req.header.Get(skipDuplicateCheck) != "" {
		body["skipDuplicateCheck"] = true // here the header has no effect
	}
	req.body = body
	return receiveRecord[Lead](ctx, s.client, req)
}
