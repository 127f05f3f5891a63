package espo

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// RelatedService has the records that are linked to one record through one
// link, such as the contacts of an account.
type RelatedService[T any] struct{ link link }

// link is what a RelatedService works with, without its type parameter; see table.
type link struct {
	client *Client
	parent Ref
	name   string
	kind   reflect.Type // of the records
}

// Related returns the service for a link of a record, whose records are read
// into T:
//
//	contacts := espo.Related[espo.Contact](client, client.Accounts.Ref(id), "contacts")
//
// GET {entityType}/{id}/{link}, and POST and DELETE to change the link.
func Related[T any](client *Client, parent Ref, link string) *RelatedService[T] {
	return &RelatedService[T]{linkTo(client, parent, link, reflect.TypeFor[T]())}
}

func linkTo(client *Client, parent Ref, name string, kind reflect.Type) link {
	return link{client, parent, name, kind}
}

// Related returns the service for a link of a record, without a struct for
// the linked records.
//
// GET {entityType}/{id}/{link}, and POST and DELETE to change the link.
func (c *Client) Related(parent Ref, link string) *RelatedService[Record] {
	return Related[Record](c, parent, link)
}

// List reads one page of the linked records. Of some links, such as the
// contacts of an account, the server gives little more than ids unless it is
// told what to select. So without a Select, what T has fields for is selected,
// but for the ids and names of links to several records. A [Record] has no
// fields: name the attributes.
//
// GET {entityType}/{id}/{link}. A link that the entity type does not have is
// [ErrNotFound], as is a record that does not exist.
func (s *RelatedService[T]) List(ctx context.Context, q Query, opts ...CallOption) (Page[T], error) {
	return pageOf[T](s.link.list(ctx, q, opts))
}

func (l *link) list(ctx context.Context, q Query, opts []CallOption) (page, error) {
	if len(q.Select) == 0 {
		q.Select = selectable(l.kind)
	}
	return l.client.listPage(ctx, l.kind, q, with(l.request("list", http.MethodGet), opts))
}

// All reads every linked record that the query matches; see
// [RecordService.All].
//
// GET {entityType}/{id}/{link}, once for each page.
func (s *RelatedService[T]) All(ctx context.Context, q Query, opts ...AllOption) iter.Seq2[T, error] {
	return recordsIn[T](iterateParts(ctx, s.link.client, q, opts, s.link.list))
}

// Count returns the number of linked records that the query matches.
//
// GET {entityType}/{id}/{link}, of which only the total is read.
func (s *RelatedService[T]) Count(ctx context.Context, q Query, opts ...CallOption) (int, error) {
	return s.link.count(ctx, q, opts)
}

func (l *link) count(ctx context.Context, q Query, opts []CallOption) (int, error) {
	return countParts(l.client, q, func(q Query) (page, error) { return l.list(ctx, q, opts) })
}

// request makes a request for the link.
func (l *link) request(what, method string) *request {
	req := newRequest(l.parent.Type+"."+l.name+"."+what, method, "{type}/{id}/{link}", l.parent.Type, l.parent.ID, l.name)
	if err := checkStruct(l.kind); err != nil && req.err == nil {
		req.err = err
	}
	return req
}

// selectable returns the attributes that a struct has fields for and that a
// list has: not those of links to several records, which cost a query each.
func selectable(kind reflect.Type) []string {
	t := structOf(kind)
	if t == nil {
		return nil
	}
	if known, ok := selectableByType.Load(t); ok {
		return known.([]string)
	}
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		name := jsonName(f)
		if f.IsExported() && !f.Anonymous && checkAttribute("", name) == nil && !ofLinks(f.Type.Kind(), name) && name != campaignSum {
			names = append(names, name)
		}
	}
	names = slices.Clip(names)
	selectableByType.Store(t, names)
	return names
}

func ofLinks(kind reflect.Kind, name string) bool {
	return (kind == reflect.Slice || kind == reflect.Map) && slices.ContainsFunc(
		[]string{"Ids", "Names", "Columns", "Types", "Data"},
		func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

var selectableByType sync.Map // []string by reflect.Type

// campaignSum is computed for a single campaign: servers answer 500 when a
// list is to have it.
const campaignSum = "revenueConverted"

// Link adds a record to the link. A record that is in it already stays so.
//
// POST {entityType}/{id}/{link}. See [RelatedService.LinkMany] for the errors.
func (s *RelatedService[T]) Link(ctx context.Context, id string, opts ...CallOption) error {
	return s.link.change(ctx, "link", http.MethodPost, []string{id}, opts)
}

// LinkMany adds records to the link. Records that are in it already stay so.
//
// POST {entityType}/{id}/{link}. A record that does not exist is
// [ErrNotFound]; those named before it are linked all the same. A link to one
// record, such as the account of a contact, is [ErrForbidden]: it is an
// attribute, to be set by Update. So is, on some servers, a record that can
// be linked to one only and is linked already, such as an opportunity that
// has an account. When the server says that it has done nothing, the error
// is [ErrNothingDone].
func (s *RelatedService[T]) LinkMany(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.link.change(ctx, "link", http.MethodPost, ids, opts)
}

// LinkWith adds a record to the link and sets columns of the link for it, such
// as the role of a contact in an opportunity. For the links that have columns
// see Columns.
//
// POST {entityType}/{id}/{link}, then PUT {entityType}/{id} as
// [RelatedService.SetColumns] does. When the columns cannot be set, the record
// is linked all the same.
func (s *RelatedService[T]) LinkWith(ctx context.Context, id string, columns Attrs, opts ...CallOption) error {
	return s.link.addWith(ctx, id, columns, opts)
}

func (l *link) addWith(ctx context.Context, id string, columns Attrs, opts []CallOption) error {
	if err := checkColumns(id, columns); err != nil {
		return err
	}
	if err := l.change(ctx, "link", http.MethodPost, []string{id}, opts); err != nil {
		return err
	}
	return l.setColumns(ctx, id, columns, opts)
}

// Unlink takes a record out of the link; the record itself stays. A record
// that is not in the link is not an error.
//
// DELETE {entityType}/{id}/{link}. A record that does not exist is
// [ErrNotFound].
func (s *RelatedService[T]) Unlink(ctx context.Context, id string, opts ...CallOption) error {
	return s.link.change(ctx, "unlink", http.MethodDelete, []string{id}, opts)
}

// UnlinkMany takes records out of the link; see [RelatedService.Unlink].
//
// DELETE {entityType}/{id}/{link}, with the ids in the body: in the query the
// server ignores them.
func (s *RelatedService[T]) UnlinkMany(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.link.change(ctx, "unlink", http.MethodDelete, ids, opts)
}

// LinkWhere links every record that the filters match. There must be a filter:
// without one the server would link every record there is. Servers allow it
// for few links, such as the leads of a target list, and answer
// [ErrForbidden] for the others. They do not say how many records matched.
//
// POST {entityType}/{id}/{link} with massRelate.
func (s *RelatedService[T]) LinkWhere(ctx context.Context, where []Filter, opts ...CallOption) error {
	return s.link.addWhere(ctx, where, opts)
}

func (l *link) addWhere(ctx context.Context, where []Filter, opts []CallOption) error {
	if len(where) == 0 {
		return badInput("where", "has no filter")
	}
	for _, f := range where {
		if err := f.validate(); err != nil {
			return err
		}
	}
	if err := checkKinds(l.kind, where); err != nil {
		return err
	}
	body := Attrs{"massRelate": true, "where": where}
	return l.client.doTrue(ctx, with(l.request("linkWhere", http.MethodPost).json(body).having(effectState), opts))
}

func (l *link) change(ctx context.Context, what, method string, ids []string, opts []CallOption) error {
	if err := checkIDs("ids", ids); err != nil {
		return err
	}
	body := Attrs{"ids": ids}
	if len(ids) == 1 {
		body = Attrs{"id": ids[0]}
	}
	return l.client.doTrue(ctx, with(l.request(what, method).json(body).having(effectState), opts))
}

// Columns reads the columns of the link, such as the role of a contact in an
// opportunity, of every record in it, by id. A link has them when the entity
// type has a field of that name for it: contacts of Opportunity, users,
// contacts and leads of Meeting and Call, accounts of Contact, teams of User.
// Without one the error is [ErrNotFound]; the columns of an account's contacts
// are read from the other end, or as accountRole in a list of them.
//
// GET {entityType}/{id}, attribute {link}Columns.
func (s *RelatedService[T]) Columns(ctx context.Context, opts ...CallOption) (Columns, error) {
	return s.link.columns(ctx, opts)
}

func (l *link) columns(ctx context.Context, opts []CallOption) (Columns, error) {
	attribute := l.name + "Columns"
	req := with(l.parentRequest("columns", http.MethodGet), as(opts, Select(attribute)))
	reply, err := receiveRecord[map[string]jsontext.Value](ctx, l.client, req)
	if err != nil {
		return nil, err
	}
	var columns Columns
	raw, ok := reply[attribute]
	if !ok {
		return nil, req.wrap(fmt.Errorf("there is no attribute %s: %w", attribute, ErrNotFound))
	}
	if err := json.Unmarshal(raw, &columns, jsonOptions); err != nil {
		reason, cause := misread(err)
		return nil, req.failure(http.StatusOK, reason, cause)
	}
	return columns, nil
}

// SetColumns changes columns of the link for one of the records in it; what is
// not named stays. When the record is not in the link, the error is
// [ErrNothingDone]. For the links that have columns see Columns.
//
// PUT {entityType}/{id}, attribute {link}Columns. Some columns are checked: a
// role that is not an option of the contacts of an opportunity is a
// [ValidationError]. Others are not: any status of a contact of a meeting is
// stored.
func (s *RelatedService[T]) SetColumns(ctx context.Context, id string, columns Attrs, opts ...CallOption) error {
	return s.link.setColumns(ctx, id, columns, opts)
}

func (l *link) setColumns(ctx context.Context, id string, columns Attrs, opts []CallOption) error {
	if err := checkColumns(id, columns); err != nil {
		return err
	}
	req := l.parentRequest("setColumns", l.client.updateMethod).json(Attrs{l.name + "Columns": Columns{id: columns}})
	reply, err := receiveRecord[Record](ctx, l.client, with(req, opts))
	if err != nil {
		return err
	}
	// The columns in the reply are those that were sent, linked or not.
	if !slices.Contains(reply.Strings(l.name+"Ids"), id) {
		return req.wrap(ErrNothingDone)
	}
	return nil
}

func checkColumns(id string, columns Attrs) error {
	if id == "" || len(columns) == 0 {
		return badInput("columns", "there is no id, or no column")
	}
	return nil
}

// parentRequest makes a request for the record whose link it is.
func (l *link) parentRequest(what, method string) *request {
	return newRequest(l.parent.Type+"."+l.name+"."+what, method, "{type}/{id}", l.parent.Type, l.parent.ID)
}

// Link links a record to another one; see [RelatedService.Link].
//
// POST {entityType}/{id}/{link}.
func (s *RecordService[T]) Link(ctx context.Context, id, link, foreignID string, opts ...CallOption) error {
	return s.table.client.Related(s.table.ref(id), link).Link(ctx, foreignID, opts...)
}

// Unlink removes the link between a record and another one; see
// [RelatedService.Unlink].
//
// DELETE {entityType}/{id}/{link}.
func (s *RecordService[T]) Unlink(ctx context.Context, id, link, foreignID string, opts ...CallOption) error {
	return s.table.client.Related(s.table.ref(id), link).Unlink(ctx, foreignID, opts...)
}
