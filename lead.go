package espo

import (
	"context"
	"net/http"
)

// LeadService has the records of the entity type Lead, and converts them.
type LeadService struct {
	*RecordService[Lead]
}

// LeadConversion is what a lead becomes.
type LeadConversion struct {
	// Records are the attributes of a new record by entity type, at most one of
	// each, such as "Account", "Contact" and "Opportunity".
	Records map[string]Attrs

	// SkipDuplicateCheck makes the records although there are others like them.
	SkipDuplicateCheck bool
}

// ConvertAttributes returns what the server would fill in for each of the
// entity types that a lead can become, from the lead's attributes. It is a
// start for Convert: an opportunity also needs a name, a closeDate and an
// amount, and what is not wanted is to be deleted from the map.
//
// POST Lead/action/getConvertAttributes.
func (s *LeadService) ConvertAttributes(ctx context.Context, id string, opts ...CallOption) (LeadConversion, error) {
	if err := notEmpty("id", id); err != nil {
		return LeadConversion{}, err
	}
	req := newRequest("Lead.convertAttributes", http.MethodPost, "Lead/action/getConvertAttributes").json(Attrs{"id": id}).having(effectNone)
	reply, err := receive[fullObject[Attrs]](ctx, s.client, with(req, opts))
	return LeadConversion{Records: reply}, err
}

// Convert makes records out of a lead, links them to each other and to it, and
// sets its status to Converted. It returns the lead, whose CreatedAccountID,
// CreatedContactID and CreatedOpportunityID name the new records. An empty
// conversion sets the status alone. Entity types that a lead cannot become are
// ignored by the server.
//
// POST Lead/action/convert. When one of the records is like one that exists,
// nothing is made and the error is a [DuplicateError], whose Records have
// their entity type in the attribute _entityType. A value that is missing or
// refused is a [ValidationError] with the EntityType of the record.
func (s *LeadService) Convert(ctx context.Context, id string, into LeadConversion, opts ...CallOption) (Lead, error) {
	if err := notEmpty("id", id); err != nil {
		return Lead{}, err
	}
	if into.Records == nil {
		into.Records = map[string]Attrs{}
	}
	body := Attrs{"id": id, "records": into.Records}
	if into.SkipDuplicateCheck {
		body["skipDuplicateCheck"] = true // the header has no effect here
	}
	return receiveRecord[Lead](ctx, s.client, with(newRequest("Lead.convert", http.MethodPost, "Lead/action/convert").json(body), opts))
}
