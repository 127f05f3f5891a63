package espo

import (
	"context"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// StreamService has the streams: the notes about records, posts among them,
// and who follows what.
type StreamService struct{ client *Client }

// Feed is one list of notes, newest first.
type Feed struct {
	client    *Client
	operation string
	pattern   string
	args      []string
	needs     *feature
}

// Of is the stream of a record: GET {entityType}/{id}/stream.
func (s *StreamService) Of(ref Ref) *Feed { return s.about(ref, "stream") }

// Posts is the posts in the stream of a record: GET {entityType}/{id}/posts.
func (s *StreamService) Posts(ref Ref) *Feed { return s.about(ref, "posts") }

// Updates is what has been changed, by the stream of a record:
// GET {entityType}/{id}/updateStream. EspoCRM 8.2 and later.
func (s *StreamService) Updates(ref Ref) *Feed {
	return s.about(ref, "updateStream").needing(featureUpdateStream)
}

// Mine is the stream of the caller: the notes about the records that it
// follows, its own posts and those for it: GET Stream.
func (s *StreamService) Mine() *Feed { return s.feed("Stream.mine", "Stream") }

// Global is the notes about all records that the caller may read; servers
// keep it for users with the right to it and answer [ErrForbidden] to the
// others: GET GlobalStream. EspoCRM 8.2 and later.
func (s *StreamService) Global() *Feed {
	return s.feed("Stream.global", "GlobalStream").needing(featureGlobalStream)
}

// User is the stream of a user, as [StreamService.Mine] is of the caller:
// GET User/{id}/stream.
func (s *StreamService) User(id string) *Feed { return s.feed("Stream.user", "User/{id}/stream", id) }

// By is the notes that a user has caused: GET User/{id}/stream/own. EspoCRM 8.2
// and later.
func (s *StreamService) By(userID string) *Feed {
	return s.feed("Stream.by", "User/{id}/stream/own", userID).needing(featureOwnStream)
}

func (s *StreamService) about(ref Ref, list string) *Feed {
	return s.feed(ref.Type+"."+list, "{type}/{id}/{list}", ref.Type, ref.ID, list)
}

func (s *StreamService) feed(operation, pattern string, args ...string) *Feed {
	return &Feed{client: s.client, operation: operation, pattern: pattern, args: args}
}

func (f *Feed) needing(feature *feature) *Feed {
	f.needs = feature
	return f
}

// FeedQuery says which notes to list. The zero FeedQuery is all of them.
//
// Streams have one order, newest first. For a filter of records there is
// Where; by text a stream cannot be searched.
type FeedQuery struct {
	Where  []Filter // on attributes of [Note], such as Equal("type", "Post")
	Before int64    // only notes with a number below this one; 0 means no limit
	After  int64    // only notes with a number above this one, that is, newer ones
	// MaxSize is how many notes a page has; 0 is the server's default, mostly
	// 20, and 200 in [Feed.All]; servers allow at most 200.
	MaxSize int
}

func (q FeedQuery) query() (Query, error) {
	if q.Before < 0 || q.After < 0 {
		return Query{}, badInput("FeedQuery", "the number of a note is not negative")
	}
	where := slices.Clip(q.Where)
	if q.Before > 0 {
		where = append(where, LessThan("number", q.Before))
	}
	if q.After > 0 {
		where = append(where, GreaterThan("number", q.After))
	}
	return Query{Where: where, MaxSize: q.MaxSize}, nil
}

// FeedPage is one page of a feed. The total is counted for the stream of a
// record and not for the others.
type FeedPage struct {
	Page[Note]
	Pinned []Note // all pinned notes; for [StreamService.Of] only
}

// List reads one page of notes. The next one is that before the number of the
// last note:
//
//	q.Before = page.Records[len(page.Records)-1].Number
//
// A record that does not exist is [ErrNotFound]; one whose stream the user
// may not read is [ErrForbidden].
func (f *Feed) List(ctx context.Context, q FeedQuery, opts ...CallOption) (FeedPage, error) {
	query, err := q.query()
	if err != nil {
		return FeedPage{}, err
	}
	reply, err := f.list(ctx, query, opts)
	if err != nil {
		return FeedPage{}, err
	}
	page, err := pageOf[Note](reply.List.page(reply.Total, 0), nil)
	return FeedPage{Page: page, Pinned: reply.Pinned}, err
}

func (f *Feed) list(ctx context.Context, q Query, opts []CallOption) (feedReply, error) {
	req := with(newRequest(f.operation, http.MethodGet, f.pattern, f.args...).needing(f.needs), opts)
	kind := reflect.TypeFor[Note]()
	listing(kind, req, q)
	reply := feedReply{wirePage: wirePage{Total: totalNone, List: recordList{kind: kind, size: q.MaxSize}}}
	err := f.client.do(ctx, req, &reply)
	return reply, err
}

// feedReply is a page of a feed on the wire.
type feedReply struct {
	wirePage
	Pinned []Note `json:"pinnedList"`
}

// All reads every note that the query matches, newest first, page by page, in
// constant memory. It pages by note number, so that no note is skipped or
// repeated although others are written meanwhile. It ends with the first
// error, which comes with a zero Note. It can be ranged over more than
// once, and begins anew each time.
func (f *Feed) All(ctx context.Context, q FeedQuery, opts ...CallOption) iter.Seq2[Note, error] {
	query, err := q.query()
	if err != nil {
		return func(yield func(Note, error) bool) { yield(Note{}, err) }
	}
	return recordsIn[Note](iterate(ctx, byNumber, query, opts, func(ctx context.Context, q Query) (page, error) {
		reply, err := f.list(ctx, q, opts)
		if err != nil {
			return page{}, err
		}
		return reply.List.page(reply.Total, 0), nil
	}))
}

// newPost is a post as it goes on the wire.
type newPost struct {
	Type           NoteType `json:"type"`
	ParentType     string   `json:"parentType,omitzero"`
	ParentID       string   `json:"parentId,omitzero"`
	Post           string   `json:"post,omitzero"`
	AttachmentsIDs []string `json:"attachmentsIds,omitzero"`
	IsInternal     bool     `json:"isInternal,omitzero"`
	TargetType     string   `json:"targetType,omitzero"`
	UsersIDs       []string `json:"usersIds,omitzero"`
	TeamsIDs       []string `json:"teamsIds,omitzero"`
}

// PostAttachments attaches files, which have been uploaded for
// [NoteAttachment].
func PostAttachments(ids ...string) PostOption {
	return postOption(func(o *callOptions) { o.post.AttachmentsIDs = append(o.post.AttachmentsIDs, ids...) })
}

// PostInternal hides the post from portal users. Since EspoCRM 10.0 it is
// [ErrForbidden] where the entity type does not allow internal notes.
func PostInternal() PostOption {
	return postOption(func(o *callOptions) { o.post.IsInternal = true })
}

// Post writes a post into the stream of a record. The text is Markdown; it
// may be empty when there are attachments. The note that is returned has no
// Number yet.
//
// POST Note. A record that does not exist, or whose stream the user may not
// write to, is [ErrForbidden].
func (s *StreamService) Post(ctx context.Context, parent Ref, text string, opts ...PostOption) (Note, error) {
	if err := parent.check("parent"); err != nil {
		return Note{}, err
	}
	return s.post(ctx, newPost{ParentType: parent.Type, ParentID: parent.ID, Post: text}, opts)
}

// PostTo writes a post without a record, to whom the target says. The user
// needs the right to send messages to them.
//
// POST Note.
func (s *StreamService) PostTo(ctx context.Context, target PostTarget, text string, opts ...PostOption) (Note, error) {
	p := newPost{TargetType: target.targetType, Post: text}
	var err error
	switch target.targetType {
	case "":
		err = badInput("target", "is none of ToSelf, ToAll, ToUsers and ToTeams")
	case "users":
		p.UsersIDs, err = target.ids, checkIDs("target", target.ids)
	case "teams":
		p.TeamsIDs, err = target.ids, checkIDs("target", target.ids)
	}
	if err != nil {
		return Note{}, err
	}
	return s.post(ctx, p, opts)
}

// PostTarget says whom a post without a record is for: [ToSelf], [ToAll],
// [ToUsers] or [ToTeams].
type PostTarget struct {
	targetType string
	ids        []string
}

// ToSelf is the caller alone.
func ToSelf() PostTarget { return PostTarget{targetType: "self"} }

// ToAll is every user.
func ToAll() PostTarget { return PostTarget{targetType: "all"} }

// ToUsers is users by id.
func ToUsers(ids ...string) PostTarget { return PostTarget{targetType: "users", ids: ids} }

// ToTeams is the users of teams by id.
func ToTeams(ids ...string) PostTarget { return PostTarget{targetType: "teams", ids: ids} }

// Reply writes a post into the stream that another one is in, after a
// quotation of its text. EspoCRM has no threads: a reply is a post that quotes.
//
// POST Note.
func (s *StreamService) Reply(ctx context.Context, to Note, text string, opts ...PostOption) (Note, error) {
	if strings.TrimSpace(text) == "" {
		return Note{}, badInput("text", "the reply is empty")
	}
	if to.Post != "" {
		text = "> " + strings.ReplaceAll(strings.TrimRight(to.Post, "\n"), "\n", "\n> ") + "\n\n" + text
	}
	return s.Post(ctx, to.Parent(), text, opts...)
}

func (s *StreamService) post(ctx context.Context, p newPost, opts []PostOption) (Note, error) {
	req := with(newRequest("Stream.post", http.MethodPost, "Note"), opts)
	p.Type, p.AttachmentsIDs, p.IsInternal = NoteTypePost, req.options.post.AttachmentsIDs, req.options.post.IsInternal
	switch {
	case slices.Contains(p.AttachmentsIDs, ""):
		return Note{}, badInput("attachments", "one has no id")
	case strings.TrimSpace(p.Post) == "" && len(p.AttachmentsIDs) == 0:
		return Note{}, badInput("text", "is empty, and there are no attachments")
	}
	return receiveRecord[Note](ctx, s.client, req.json(p))
}
