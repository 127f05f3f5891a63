package espo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
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
// start for Convert: an opportunity also needs a name, which has no counterpart
// in the lead, a closeDate and an amount, and what is not wanted is to be
// deleted from the map.
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
// refused is a [ValidationError] with the EntityType of the record; before
// EspoCRM 9.0 it is [ErrServer], and 7.5 takes records without a name.
//
// The server makes an account, a contact and an opportunity one after the
// other, and does not take back those that it has made when it refuses the next
// one. Then the error is a [LeadConversionError] that wraps the server's and names
// them. To go on, delete these, and convert the lead anew with what was wrong
// put right:
//
//	var left *espo.LeadConversionError
//	if errors.As(err, &left) {
//		for _, ref := range left.Created {
//			err = errors.Join(err, client.Records(ref.Type).Delete(ctx, ref.ID))
//		}
//	}
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
	start := time.Now()
	req := with(newRequest("Lead.convert", http.MethodPost, "Lead/action/convert").json(body), opts)
	lead, err := receiveRecord[Lead](ctx, s.client, req)
	if answered(err, http.StatusBadRequest) || answered(err, http.StatusInternalServerError) {
		err = s.leftBehind(ctx, start, into, err, req.options.every())
	}
	return lead, err
}

// LeadConversionError says that a conversion was refused after some of its records
// were made. The lead itself is as it was.
type LeadConversionError struct {
	Err error // the server's answer, such as a [ValidationError]

	// Created are the records that were made. They are not linked to the lead.
	// The server does not name them: they are what the same user has created
	// during the call with the same name.
	Created []Ref
	// Unknown are entity types of which nobody can tell whether there is a
	// record, because several match, or none can be looked for.
	Unknown []string
}

func (e *LeadConversionError) Error() string {
	text := "espo: the lead was not converted"
	if e.Err != nil { // unless a user's test has made it
		text = e.Err.Error()
	}
	if len(e.Created) > 0 {
		text += "; made before that: " + joinRefs(e.Created)
	}
	if len(e.Unknown) > 0 {
		text += "; not known whether made: " + strings.Join(e.Unknown, ", ")
	}
	return text
}

func joinRefs(refs []Ref) string {
	texts := make([]string, len(refs))
	for i, ref := range refs {
		texts[i] = ref.Type + "/" + ref.ID
	}
	return strings.Join(texts, ", ")
}

func (e *LeadConversionError) Unwrap() error { return e.Err }

// Format prints the text of the error alone.
func (e *LeadConversionError) Format(f fmt.State, _ rune) { show(f, e) }

// leftBehind makes a [LeadConversionError] of err when records were made.
func (s *LeadService) leftBehind(ctx context.Context, start time.Time, into LeadConversion, err error, opts []CallOption) error {
	var invalid *ValidationError
	errors.As(err, &invalid)
	var types []string
	for _, entityType := range slices.Sorted(maps.Keys(into.Records)) {
		if invalid == nil || entityType != invalid.EntityType {
			types = append(types, entityType)
		}
	}
	if len(types) == 0 {
		return err
	}
	created, ok := s.client.leftovers(ctx, start, err, opts)
	left := &LeadConversionError{Err: err}
	for _, entityType := range types {
		where := byName(into.Records[entityType])
		if !ok || len(where) == 0 {
			left.Unknown = append(left.Unknown, entityType)
			continue
		}
		record, sure := created.find(ctx, entityType, where...)
		switch {
		case !sure:
			left.Unknown = append(left.Unknown, entityType)
		case record != nil && record.String("originalLeadId") == "": // which only a conversion that succeeds sets
			left.Created = append(left.Created, Ref{Type: entityType, ID: record.ID()})
		}
	}
	if len(left.Created)+len(left.Unknown) == 0 {
		return err
	}
	return left
}

// byName finds records that have the names which attrs give.
func byName(attrs Attrs) []Filter {
	names := []string{"name"}
	if attrs["lastName"] != nil { // the name is made of these
		names = []string{"firstName", "lastName"}
	}
	var where []Filter
	for _, name := range names {
		if text, ok := attrs[name].(string); ok && text != "" {
			where = append(where, Equal(name, text))
		}
	}
	return where
}
