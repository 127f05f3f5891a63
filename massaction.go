package espo

import (
	"context"
	"net/http"
)

// MassActionService does one thing to many records at once, on the server.
type MassActionService struct{ client *Client }

// MassResult is what has come of a mass action.
type MassResult struct {
	Count int      `json:"count,omitzero"` // records it was done to
	IDs   []string `json:"ids,omitzero"`   // their ids, when they were selected by ids
	JobID string   `json:"id,omitzero"`    // of a queued one, to Wait for; empty when it is done

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// MassOptions says how a mass action is done.
type MassOptions struct {
	// InBackground queues it, for the server to do when its scheduled jobs next
	// run. The result then has the id of a job to wait for.
	InBackground bool
}

// massReply is a MassResult on the wire.
type massReply struct {
	MassResult
	Count *int `json:"count"`
}

func (r *massReply) proof() string {
	if r.Count != nil {
		r.MassResult.Count = *r.Count
	}
	return lacking(r.Count != nil || r.JobID != "", "count and no job")
}

// Update sets attributes of all selected records, as [RecordService.Update]
// does of one. A record for which the server refuses the values is passed
// over: compare the result's Count.
//
// POST MassAction. Without the permission massUpdate it is [ErrForbidden].
func (s *MassActionService) Update(ctx context.Context, sel Selection, attrs Attrs, o MassOptions, opts ...CallOption) (MassResult, error) {
	if len(attrs) == 0 {
		return MassResult{}, badInput("attrs", "there is none to update")
	}
	return s.Run(ctx, MassAction{Name: "update", Data: Attrs{"values": attrs}}, sel, o, opts...)
}

// Delete deletes all selected records that the user may delete.
//
// POST MassAction.
func (s *MassActionService) Delete(ctx context.Context, sel Selection, o MassOptions, opts ...CallOption) (MassResult, error) {
	return s.Run(ctx, MassAction{Name: "delete"}, sel, o, opts...)
}

// Recalculate runs the formulas of all selected records. It needs an
// administrator.
//
// POST MassAction.
func (s *MassActionService) Recalculate(ctx context.Context, sel Selection, o MassOptions, opts ...CallOption) (MassResult, error) {
	return s.Run(ctx, MassAction{Name: "recalculateFormula"}, sel, o, opts...)
}

// Follow makes the user follow all selected records.
//
// POST MassAction.
func (s *MassActionService) Follow(ctx context.Context, sel Selection, o MassOptions, opts ...CallOption) (MassResult, error) {
	return s.Run(ctx, MassAction{Name: "follow"}, sel, o, opts...)
}

// Unfollow makes the user no longer follow the selected records.
//
// POST MassAction.
func (s *MassActionService) Unfollow(ctx context.Context, sel Selection, o MassOptions, opts ...CallOption) (MassResult, error) {
	return s.Run(ctx, MassAction{Name: "unfollow"}, sel, o, opts...)
}

// MassCurrencyConversion says how [MassActionService.ConvertCurrency] converts.
type MassCurrencyConversion struct {
	To string // currency to convert to

	// Rates, unless empty, are used instead of the server's own: what one unit
	// of a currency is worth in Base, which must then be given.
	Rates map[string]Number
	Base  string
}

// ConvertCurrency converts the amounts of all currency fields of the selected
// records to another currency.
//
// POST MassAction.
func (s *MassActionService) ConvertCurrency(ctx context.Context, sel Selection, conv MassCurrencyConversion, o MassOptions, opts ...CallOption) (MassResult, error) {
	if conv.To == "" {
		return MassResult{}, badInput("MassCurrencyConversion.To", "is empty")
	}
	data := Attrs{"targetCurrency": conv.To}
	if len(conv.Rates) > 0 || conv.Base != "" {
		if _, ok := conv.Rates[conv.To]; conv.Base == "" || !ok && conv.To != conv.Base {
			return MassResult{}, badInput("MassCurrencyConversion", "the base currency of the rates, or the rate of %s, is missing", conv.To)
		}
		if err := checkRates(conv.Rates); err != nil {
			return MassResult{}, err
		}
		data["baseCurrency"], data["rates"] = conv.Base, conv.Rates
	}
	return s.Run(ctx, MassAction{Name: "convertCurrency", Data: data}, sel, o, opts...)
}

// MassAction is something to do to many records.
type MassAction struct {
	Name string // such as "update", or one that an extension has added
	Data Attrs  // what the action takes; may be nil
}

// Run does any mass action, such as one that an extension has added.
//
// POST MassAction. An action that the server does not have is [ErrNotFound].
func (s *MassActionService) Run(ctx context.Context, a MassAction, sel Selection, o MassOptions, opts ...CallOption) (MassResult, error) {
	if a.Name == "" {
		return MassResult{}, badInput("MassAction.Name", "is empty")
	}
	params, err := sel.params()
	if err != nil {
		return MassResult{}, err
	}
	body := Attrs{"entityType": sel.entityType, "action": a.Name, "params": params, "data": a.Data}
	if o.InBackground {
		body["idle"] = true
	}
	req := newRequest("MassAction."+a.Name, http.MethodPost, "MassAction").json(body)
	reply, err := receive[massReply](ctx, s.client, with(req, opts))
	return reply.MassResult, err
}

// MassStatus is how far a queued mass action is.
type MassStatus struct {
	Status    JobStatus `json:"status,omitzero"`
	Processed int       `json:"processedCount,omitzero"` // records it was done to so far

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// Status reads how far a queued mass action is.
//
// GET MassAction/{id}/status.
func (s *MassActionService) Status(ctx context.Context, jobID string, opts ...CallOption) (MassStatus, error) {
	return receive[MassStatus](ctx, s.client, with(newRequest("MassAction.status", http.MethodGet, "MassAction/{id}/status", jobID), opts))
}

// MassWait says how to wait for a queued mass action.
type MassWait struct {
	Progress func(MassStatus) // called with each answer, unless nil
}

// Wait waits until a queued mass action has ended, and returns its status at
// the end. It asks with growing pauses, those of [WithPolling]. A job that
// failed is a [JobError]. A server whose scheduled jobs do not run never ends
// it: give ctx a deadline.
//
// GET MassAction/{id}/status, until it has ended.
func (s *MassActionService) Wait(ctx context.Context, jobID string, w MassWait, opts ...CallOption) (MassStatus, error) {
	var status MassStatus
	err := s.client.poll(ctx, "mass action "+jobID, func() (JobStatus, error) {
		var err error
		status, err = s.Status(ctx, jobID, opts...)
		if err == nil && w.Progress != nil {
			w.Progress(status)
		}
		return status.Status, err
	})
	return status, err
}

// Subscribe makes the server notify the user when the mass action has ended.
//
// POST MassAction/{id}/subscribe.
func (s *MassActionService) Subscribe(ctx context.Context, jobID string, opts ...CallOption) error {
	req := newRequest("MassAction.subscribe", http.MethodPost, "MassAction/{id}/subscribe", jobID).json(Attrs{}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}
