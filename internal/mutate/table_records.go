package main

// records is reading and writing records, one or many.
var records = []mutation{
	{"modify-without-guard", "modify.go",
		`opts = append(opts, Version(guard))`, `_ = opts`,
		"Modify does not guard its update by the version"},
	{"modify-ignores-the-answer", "modify.go",
		`after.version <= guard+1 {`, `true {`,
		"Modify does not look at the version in the answer"},
	{"modify-repeats-the-unclear", "modify.go",
		` && !errors.Is(err, ErrOutcomeUnknown)`, ``,
		"Modify begins anew after an update that may have been done"},
	{"modify-beyond-its-version", "modify.go",
		` && o.header.Get(versionHeader) == ""`, ``,
		"Modify begins anew although a version was asked for"},
	{"modify-sends-null-for-false", "modify.go",
		`jsontext.Value("false")`, `jsontext.Value("null")`,
		"Modify sends null where a boolean has become false"},
	{"attribute-twice", "send.go",
		`json.Marshal(req.body, sendOptions)`, `json.Marshal(req.body, jsonOptions)`,
		"a body holds an attribute twice"},
	{"delete-behind-a-lost-answer", "crud.go",
		`if errors.Is(err, ErrOutcomeUnknown) && missing(err) {`, `if false {`,
		"Delete fails when an earlier try has deleted the record"},
	{"delete-of-what-is-missing", "crud.go",
		`if errors.Is(err, ErrOutcomeUnknown) && missing(err) {`, `if missing(err) {`,
		"Delete of a record that does not exist is a success"},
	{"deleted-exists", "crud.go",
		`!record.Bool("deleted")`, `!record.Bool("")`,
		"Exists says true of a deleted record that administrators still get"},
	{"upsert-of-two-creates", "crud.go",
		`case len(page.Records) > 1:`, `case false:`,
		"Upsert creates a third record when two match"},
	{"upsert-of-two-duplicates", "crud.go",
		`|| len(dup.Records) != 1 {`, `|| len(dup.Records) == 0 {`,
		"Upsert updates one of two duplicates"},

	{"unlink-ids-in-the-query", "relationships.go",
		`return s.client.setTrue(ctx, method, body, s.parent.Type, s.parent.ID, s.link)`, `
			req, err := newRequest(method, s.parent.Type, s.parent.ID, s.link)
			if err != nil {
				return err
			}
			req.effect = effectState
			if method == http.MethodDelete {
				req.query = "ids=" + strings.Join(ids, ",")
			} else {
				req.body = body
			}
			return s.client.doTrue(ctx, req)`,
		"Unlink sends the ids in the query, where the server ignores them"},
	{"link-every-record", "relationships.go",
		`if len(where) == 0 {`, `if false {`,
		"LinkWhere without a filter links every record there is"},
	{"link-without-ids", "request.go",
		`if len(ids) == 0 || slices.Contains(ids, "") {`, `if slices.Contains(ids, "") {`,
		"Link without an id is sent"},
	{"mass-action-without-filter", "massaction.go",
		`if len(q.Where) == 0 && `, `if false && `,
		"a mass action with an empty filter is done to every record"},
	{"mass-action-without-ids", "massaction.go",
		`if len(s.ids) == 0 || `, `if `,
		"a mass action with an empty list of ids is sent"},
	{"mass-action-without-entity-type", "massaction.go",
		`if s.entityType == "" {`, `if false {`,
		"a mass action without an entity type is sent"},
	{"mass-action-drops-the-offset", "massaction.go",
		`if q.Offset != 0 || `, `if `,
		"the Offset of a mass action's query is dropped without a word"},
	{"failed-job-succeeds", "massaction.go",
		`case JobSuccess, JobComplete:`, `case JobSuccess, JobComplete, JobFailed:`,
		"a job that has failed is a success"},

	{"bulk-left-not-named", "bulk.go",
		`fmt.Errorf("espo: %w: %w", ErrNotTried, err)`, `err`,
		"ErrNotTried is missing for records whose turn has not come when the context ends"},
	{"bulk-goes-on-after-401", "bulk.go",
		`stopped.CompareAndSwap(nil, &err)`, `_ = err`,
		"CreateAll goes on with credentials that were refused"},
	{"bulk-too-many-at-once", "bulk.go",
		`for range n {`, `for range 2 * n {`,
		"CreateAll makes more calls at once than it should"},

	{"email-not-sent-is-sent", "email.go",
		`if e.Status == EmailStatusSent {`, `if true {`,
		"Send succeeds although the answer does not say that the e-mail was sent"},
	{"email-sent-twice", "email.go",
		`case EmailStatusDraft:`, `case EmailStatusDraft, EmailStatusSent:`,
		"SendDraft goes on with an e-mail that was sent already"},
	{"email-failed-before", "email.go",
		`if _, err := s.Update(ctx, id, Attrs{"status": EmailStatusDraft}); err != nil {`, `if err != nil {`,
		"SendDraft leaves an e-mail unsent whose sending has failed before"},
}
