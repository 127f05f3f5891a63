package espo

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CallOption is an option of a single call that every method takes which
// sends a request: [Header], [Timeout], [ActAs] and [StoreResponse]. Where a
// method takes another kind of option, it takes these as well.
type CallOption interface {
	AllOption
	GetOption
	CreateOption
	UpdateOption
	PostOption
	callOption()
}

// AllOption is an option of [RecordService.All] and [RelatedService.All]:
// [Concurrency], or a [CallOption].
type AllOption interface {
	option
	allOption()
}

// GetOption is an option of a call that reads records by their ids: [Select],
// or a [CallOption].
type GetOption interface {
	option
	getOption()
}

// CreateOption is an option of a call that creates records:
// [SkipDuplicateCheck], [DuplicateOf] or [Strict], or a [CallOption].
type CreateOption interface {
	option
	createOption()
}

// UpdateOption is an option of a call that updates records: [IfVersion],
// [SkipDuplicateCheck] or [Strict], or a [CallOption].
type UpdateOption interface {
	ModifyOption
	updateOption()
}

// ModifyOption is an option of [RecordService.Modify]: [Unguarded], or an
// [UpdateOption].
type ModifyOption interface {
	option
	modifyOption()
}

// SaveOption is an option of a call that creates or updates records.
type SaveOption interface {
	CreateOption
	UpdateOption
}

// PostOption is an option of a post in a stream: [PostAttachments] or
// [PostInternal], or a [CallOption].
type PostOption interface {
	option
	postOption()
}

// option is what every kind of option has.
type option interface{ apply(*callOptions) }

// callOptions are the options of a call.
type callOptions struct {
	selected []string
	header   http.Header
	timeout  time.Duration // 0 is the client's
	response *Response
	strict   bool

	concurrency int // of pages that are read

	unguarded bool
	post      newPost
	shared    []CallOption // those that every request of a call has
	err       error        // of the first option that cannot be
}

func (o *callOptions) set(key, value string) {
	if o.header == nil {
		o.header = make(http.Header)
	}
	o.header.Set(key, value)
}

func (o *callOptions) fail(err error) {
	if o.err == nil {
		o.err = err
	}
}

// collect reads options of any kind.
func collect[O option](opts []O) (callOptions, error) {
	var o callOptions
	for _, opt := range opts {
		if any(opt) == nil {
			o.fail(badInput("option", "is nil"))
			continue
		}
		opt.apply(&o)
		if opt, ok := any(opt).(CallOption); ok {
			o.shared = append(o.shared, opt)
		}
	}
	return o, o.err
}

// atOnce refuses the options that several requests at once cannot share.
func atOnce[O option](opts []O) error {
	o, err := collect(opts)
	if err == nil && o.response != nil {
		err = severalResponses()
	}
	return err
}

func severalResponses() error {
	return badInput("StoreResponse", "is for one request, and not for several at once")
}

// as returns options of one kind that are also of another one.
func as[To, From option](opts []From, more ...To) []To {
	list := make([]To, 0, len(opts)+len(more))
	for _, opt := range opts {
		to, _ := any(opt).(To) // nil, which collect refuses, stays nil
		list = append(list, to)
	}
	return append(list, more...)
}

// every are the options for what the client asks the server beside the call.
func (o callOptions) every() []CallOption {
	return append(slices.Clip(o.shared), withoutResponse())
}

// The kinds of options that there are.
type (
	everyOption  func(*callOptions)
	allOption    func(*callOptions)
	getOption    func(*callOptions)
	createOption func(*callOptions)
	updateOption func(*callOptions)
	modifyOption func(*callOptions)
	saveOption   func(*callOptions)
	postOption   func(*callOptions)
)

func (f everyOption) apply(o *callOptions)  { f(o) }
func (f allOption) apply(o *callOptions)    { f(o) }
func (f getOption) apply(o *callOptions)    { f(o) }
func (f createOption) apply(o *callOptions) { f(o) }
func (f updateOption) apply(o *callOptions) { f(o) }
func (f modifyOption) apply(o *callOptions) { f(o) }
func (f saveOption) apply(o *callOptions)   { f(o) }
func (f postOption) apply(o *callOptions)   { f(o) }

func (everyOption) callOption()    {}
func (everyOption) allOption()     {}
func (everyOption) getOption()     {}
func (everyOption) createOption()  {}
func (everyOption) updateOption()  {}
func (everyOption) postOption()    {}
func (everyOption) modifyOption()  {}
func (allOption) allOption()       {}
func (getOption) getOption()       {}
func (createOption) createOption() {}
func (updateOption) updateOption() {}
func (updateOption) modifyOption() {}
func (modifyOption) modifyOption() {}
func (saveOption) createOption()   {}
func (saveOption) updateOption()   {}
func (saveOption) modifyOption()   {}
func (postOption) postOption()     {}

// Header adds a header to the requests of the call. Headers that the client
// itself sets, such as those with credentials, and those of the connection,
// such as Transfer-Encoding, are an [InputError].
func Header(key, value string) CallOption {
	return everyOption(func(o *callOptions) {
		switch key := http.CanonicalHeaderKey(key); {
		case !isToken(key) || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
			o.fail(badInput("Header", "%q is not a header", key))
		case ownHeaders[key]:
			o.fail(badInput("Header", "%s is set by the client itself", key))
		default:
			o.set(key, value)
		}
	})
}

// ownHeaders are set by the client, by an option that checks its value, or by
// net/http for the connection.
var ownHeaders = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Content-Length": true, "Content-Type": true, "User-Agent": true, "Host": true,
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
	"Authorization": true, "X-Api-Key": true, "X-Hmac-Authorization": true,
	"Espo-Authorization": true, "Espo-Authorization-By-Token": true, "Espo-Authorization-Code": true,
	"Espo-Authorization-Create-Token-Secret": true, "X-Captcha-Token": true,
	http.CanonicalHeaderKey(versionHeader): true, http.CanonicalHeaderKey(skipDuplicateCheck): true,
	http.CanonicalHeaderKey(duplicateSource): true, http.CanonicalHeaderKey(noTotal): true, http.CanonicalHeaderKey(anotherUser): true,
}

const (
	versionHeader      = "X-Version-Number"
	skipDuplicateCheck = "X-Skip-Duplicate-Check"
	duplicateSource    = "X-Duplicate-Source-Id"
	noTotal            = "X-No-Total"
	anotherUser        = "X-Another-User"
)

// Timeout sets how long each try of the call may wait for a sign of life of
// the server, instead of the time of [WithTimeout].
func Timeout(d time.Duration) CallOption {
	return everyOption(func(o *callOptions) {
		if d <= 0 {
			o.fail(badInput("Timeout", "%s is not above zero", d))
		}
		o.timeout = d
	})
}

// ActAs makes the call as another user, with that user's rights: what it
// creates is created by that user. Only an administrator may, and only as a
// regular user; otherwise, and when there is no such user, the call is
// [ErrUnauthorized].
func ActAs(userName string) CallOption {
	return everyOption(func(o *callOptions) {
		if err := checkCredential("ActAs", userName, ""); err != nil {
			o.fail(err)
			return
		}
		o.set(anotherUser, userName)
	})
}

// Response is what a server has answered beside the body.
type Response struct {
	Status int
	Header http.Header
	Tries  int // how often the request was sent, the last try included
}

// StoreResponse stores what the server has answered beside the body: of a
// success, or the last answer before an error. Of a method that sends several
// requests it is the one of the last. Without an answer, r stays as it is.
//
// Methods that send several requests at once, such as [RecordService.All] and
// [RecordService.CreateAll], refuse it with an [InputError].
func StoreResponse(r *Response) CallOption {
	return everyOption(func(o *callOptions) {
		if r == nil {
			o.fail(badInput("StoreResponse", "is nil"))
		}
		o.response = r
	})
}

// withoutResponse stores no answer, for a request beside those of the call.
func withoutResponse() CallOption {
	return everyOption(func(o *callOptions) { o.response = nil })
}

// Select reads only these attributes, which is faster. The server may add
// some of its own, such as id. Where one record is read, as by
// [RecordService.Get], servers up to EspoCRM 10.0 send every attribute all the
// same. Lists have [Query].Select instead.
func Select(attributes ...string) GetOption {
	return getOption(func(o *callOptions) {
		for _, name := range attributes {
			if err := checkAttribute("Select", name); err != nil {
				o.fail(err)
			}
		}
		o.selected = append(o.selected, attributes...)
	})
}

// SkipDuplicateCheck creates or updates a record although there are others
// like it.
func SkipDuplicateCheck() SaveOption {
	return saveOption(func(o *callOptions) { o.set(skipDuplicateCheck, "true") })
}

// DuplicateOf says that a record to be created is a copy of another one, so
// that the server copies what the web client would, such as attachments.
func DuplicateOf(id string) CreateOption {
	return createOption(func(o *callOptions) {
		if problem := badSegment(id); problem != "" {
			o.fail(badInput("DuplicateOf", "the id %s", problem))
			return
		}
		o.set(duplicateSource, id)
	})
}

// IfVersion guards an update: it is done only when the record still has this
// versionNumber, and is a [ConflictError] otherwise. What the guard cannot do
// stands at [RecordService.Modify].
//
// Where the server would ignore the version, the error is a
// [NotSupportedError], and nothing is sent. Servers compare the versions of
// entity types with optimistic concurrency control: Account, Opportunity, Case
// and Task since EspoCRM 9.1, EmailTemplate, KnowledgeBaseArticle and Template
// before that too, and others where it is turned on for them. The client asks
// once for the metadata of each entity type to know.
//
// A record that was last saved before its entity type had the control has no
// version, and the server lets every version pass.
func IfVersion(n int64) UpdateOption {
	return updateOption(func(o *callOptions) {
		if n <= 0 {
			o.fail(badInput("IfVersion", "%d is not a version", n))
		}
		o.set(versionHeader, strconv.FormatInt(n, 10))
	})
}

// Unguarded lets [RecordService.Modify] change a record that the server cannot
// guard although it should: the last writer of an attribute wins. It has no
// effect on a record that the server can guard.
func Unguarded() ModifyOption {
	return modifyOption(func(o *callOptions) { o.unguarded = true })
}

// Strict makes it an [IgnoredError] when the answer does not have every
// attribute that was sent, since a server ignores attributes that it does not
// know. The others are stored all the same. Attributes that can only be
// written, such as a password, count as ignored.
func Strict() SaveOption {
	return saveOption(func(o *callOptions) { o.strict = true })
}

// isToken reports whether s can be the name of a header or a method.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}
