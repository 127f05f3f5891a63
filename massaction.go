package espo

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// MassActionService does one thing to many records at once, on the server.
type MassActionService struct{ client *Client }

// Selection says which records of an entity type a mass action or an export
// is about. Make one with [ByIDs], [ByFilter], [ByQuery] or [AllRecords]: an
// empty list or an empty filter is an error, and never all records.
type Selection struct {
	entityType string
	by         string // the function that made it
	ids        []string
	query      Query
}

// ByIDs selects the records with the given ids, of which there must be one at
// least. Those that do not exist are passed over.
func ByIDs(entityType string, ids ...string) Selection {
	return Selection{entityType: entityType, by: "ByIDs", ids: ids}
}

// ByFilter selects the records for which all of the filters hold, of which
// there must be one at least.
func ByFilter(entityType string, filters ...Filter) Selection {
	return Selection{entityType: entityType, by: "ByFilter", query: Query{Where: filters}}
}

// ByQuery selects what the query's Where, TextFilter, PrimaryFilter and
// BoolFilters select, of which there must be one at least. OrderBy and Order
// matter to an export. The query must have nothing else.
func ByQuery(entityType string, q Query) Selection {
	return Selection{entityType: entityType, by: "ByQuery", query: q}
}

// AllRecords selects every record of the entity type that the user may read.
func AllRecords(entityType string) Selection {
	return Selection{entityType: entityType, by: "AllRecords"}
}

// params returns the selection as the server reads it.
func (s Selection) params() (Attrs, error) {
	if s.by == "" {
		return nil, badInput("Selection", "is empty; AllRecords selects all records")
	}
	if s.entityType == "" {
		return nil, badInput(s.by, "the entity type is empty")
	}
	q := s.query
	switch s.by {
	case "ByIDs":
		if len(s.ids) == 0 || slices.Contains(s.ids, "") {
			return nil, badInput(s.by, "there is no id, or an empty one")
		}
		return Attrs{"ids": s.ids}, nil
	case "AllRecords":
		return Attrs{"where": []Filter{}}, nil
	case "ByFilter", "ByQuery":
		if len(q.Where) == 0 && q.TextFilter == "" && q.PrimaryFilter == "" && len(q.BoolFilters) == 0 {
			return nil, badInput(s.by, "there is no filter; AllRecords selects all records")
		}
	}
	if q.Offset != 0 || q.MaxSize != 0 || len(q.Select) > 0 || q.Q != "" {
		return nil, badInput(s.by, "Offset, MaxSize, Select and Q have no effect here")
	}
	if err := q.validate(); err != nil {
		return nil, err
	}
	if s.by == "ByFilter" {
		return Attrs{"where": q.Where}, nil
	}
	return Attrs{"searchParams": queryParams{
		Where: q.Where, TextFilter: q.TextFilter, PrimaryFilter: q.PrimaryFilter,
		BoolFilters: q.BoolFilters, OrderBy: q.OrderBy, Order: q.Order,
	}}, nil
}

// MassResult is what has come of a mass action.
type MassResult struct {
	Count int      `json:"count"` // records it was done to
	IDs   []string `json:"ids"`   // their ids, when they were selected by ids
	JobID string   `json:"id"`    // of a queued one, to Wait for; empty when it is done
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

// MassOption is an option of a mass action.
type MassOption func(*massOptions)

type massOptions struct{ idle bool }

// InBackground queues a mass action, for the server to do when its scheduled
// jobs next run. The result then has the id of a job to wait for.
func InBackground() MassOption { return func(o *massOptions) { o.idle = true } }

// Update sets attributes of all selected records, as [RecordService.Update]
// does of one. A record for which the server refuses the values is passed
// over: compare the result's Count.
//
// POST MassAction. Without the permission massUpdate it is [ErrForbidden].
func (s *MassActionService) Update(ctx context.Context, sel Selection, attrs Attrs, opts ...MassOption) (MassResult, error) {
	if len(attrs) == 0 {
		return MassResult{}, badInput("attrs", "there is none to update")
	}
	return s.Run(ctx, "update", sel, Attrs{"values": attrs}, opts...)
}

// Delete deletes all selected records that the user may delete.
//
// POST MassAction.
func (s *MassActionService) Delete(ctx context.Context, sel Selection, opts ...MassOption) (MassResult, error) {
	return s.Run(ctx, "delete", sel, nil, opts...)
}

// Recalculate runs the formulas of all selected records. It needs an
// administrator.
//
// POST MassAction.
func (s *MassActionService) Recalculate(ctx context.Context, sel Selection, opts ...MassOption) (MassResult, error) {
	return s.Run(ctx, "recalculateFormula", sel, nil, opts...)
}

// Follow makes the user follow all selected records.
//
// POST MassAction.
func (s *MassActionService) Follow(ctx context.Context, sel Selection, opts ...MassOption) (MassResult, error) {
	return s.Run(ctx, "follow", sel, nil, opts...)
}

// Unfollow makes the user no longer follow the selected records.
//
// POST MassAction.
func (s *MassActionService) Unfollow(ctx context.Context, sel Selection, opts ...MassOption) (MassResult, error) {
	return s.Run(ctx, "unfollow", sel, nil, opts...)
}

// CurrencyConversion says how [MassActionService.ConvertCurrency] converts.
type CurrencyConversion struct {
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
func (s *MassActionService) ConvertCurrency(ctx context.Context, sel Selection, conv CurrencyConversion, opts ...MassOption) (MassResult, error) {
	if conv.To == "" {
		return MassResult{}, badInput("CurrencyConversion.To", "is empty")
	}
	data := Attrs{"targetCurrency": conv.To}
	if len(conv.Rates) > 0 || conv.Base != "" {
		if _, ok := conv.Rates[conv.To]; conv.Base == "" || !ok && conv.To != conv.Base {
			return MassResult{}, badInput("CurrencyConversion", "the base currency of the rates, or the rate of %s, is missing", conv.To)
		}
		if err := checkRates(conv.Rates); err != nil {
			return MassResult{}, err
		}
		data["baseCurrency"], data["rates"] = conv.Base, conv.Rates
	}
	return s.Run(ctx, "convertCurrency", sel, data, opts...)
}

// Run does any mass action, such as one that an extension has added. data is
// what the action takes; it may be nil.
//
// POST MassAction. An action that the server does not have is [ErrNotFound].
func (s *MassActionService) Run(ctx context.Context, action string, sel Selection, data any, opts ...MassOption) (MassResult, error) {
	if action == "" {
		return MassResult{}, badInput("action", "is empty")
	}
	params, err := sel.params()
	if err != nil {
		return MassResult{}, err
	}
	var o massOptions
	for _, opt := range opts {
		opt(&o)
	}
	body := Attrs{"entityType": sel.entityType, "action": action, "params": params, "data": data}
	if o.idle {
		body["idle"] = true
	}
	reply, err := invoke[massReply](ctx, s.client, http.MethodPost, body, "MassAction")
	return reply.MassResult, err
}

// JobStatus is how far a queued job is. A server may have other values.
type JobStatus string

// The statuses of a job.
const (
	JobPending JobStatus = "Pending"
	JobRunning JobStatus = "Running"
	JobSuccess JobStatus = "Success"
	JobFailed  JobStatus = "Failed"

	// Those of an [Import], which may also be Pending and Failed.
	JobInProcess JobStatus = "In Process"
	JobComplete  JobStatus = "Complete"
)

// MassStatus is how far a queued mass action is.
type MassStatus struct {
	Status    JobStatus `json:"status"`
	Processed int       `json:"processedCount"` // records it was done to so far
}

// Status reads how far a queued mass action is.
//
// GET MassAction/{id}/status.
func (s *MassActionService) Status(ctx context.Context, jobID string) (MassStatus, error) {
	return get[MassStatus](ctx, s.client, nil, "MassAction", jobID, "status")
}

// Wait waits until a queued mass action has ended, and returns its status at
// the end. It asks with growing pauses, those of the client's [RetryPolicy];
// progress, unless nil, is called with each answer. A job that failed is a
// [JobError]. A server whose scheduled jobs do not run never ends it: give ctx
// a deadline.
//
// GET MassAction/{id}/status, until it has ended.
func (s *MassActionService) Wait(ctx context.Context, jobID string, progress func(MassStatus)) (MassStatus, error) {
	var status MassStatus
	err := s.client.poll(ctx, "mass action "+jobID, func() (JobStatus, error) {
		var err error
		status, err = s.Status(ctx, jobID)
		if err == nil && progress != nil {
			progress(status)
		}
		return status.Status, err
	})
	return status, err
}

// Subscribe makes the server notify the user when the mass action has ended.
//
// POST MassAction/{id}/subscribe.
func (s *MassActionService) Subscribe(ctx context.Context, jobID string) error {
	return s.client.invokeTrue(ctx, http.MethodPost, Attrs{}, "MassAction", jobID, "subscribe")
}

// JobError says that a queued job has ended without success. The server's log
// has the reason.
type JobError struct {
	Job    string // what it was, with its id
	Status JobStatus
}

func (e *JobError) Error() string {
	return printable(fmt.Sprintf("espo: %s ended as %s", e.Job, e.Status))
}

// poll asks for the status of a job until it has ended.
func (c *Client) poll(ctx context.Context, job string, status func() (JobStatus, error)) error {
	delays := c.retry.delays()
	for {
		now, err := status()
		if err != nil {
			return err
		}
		switch now {
		case JobSuccess, JobComplete:
			return nil
		case JobPending, JobRunning, JobInProcess:
		default:
			return &JobError{Job: job, Status: now}
		}
		if err := c.retry.Wait(ctx, delays.NextBackOff()); err != nil {
			return fmt.Errorf("espo: %s is %s: %w", job, now, err)
		}
	}
}
