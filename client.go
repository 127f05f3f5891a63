package espo

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Client talks to one EspoCRM server as one user. It does not change after
// [NewClient] and is safe for concurrent use.
type Client struct {
	// The records of the stock entity types. For others there is [Records].
	Accounts              *AccountService
	Contacts              *ContactService
	Leads                 *LeadService
	Opportunities         *OpportunityService
	Cases                 *CaseService
	Meetings              *MeetingService
	Calls                 *CallService
	Tasks                 *TaskService
	Emails                *EmailService
	Documents             *DocumentService
	TargetLists           *TargetListService
	Campaigns             *CampaignService
	KnowledgeBaseArticles *KnowledgeBaseArticleService
	Users                 *UserService
	Teams                 *TeamService
	Roles                 *RoleService
	Portals               *PortalService
	PortalRoles           *PortalRoleService
	Pipelines             *PipelineService      // EspoCRM 10.0 and later
	PipelineStages        *PipelineStageService // EspoCRM 10.0 and later

	// Stream is the streams: posts, notes, and who follows what.
	Stream *StreamService
	// Notes are the notes of streams, one by one.
	Notes *NoteService
	// Attachments are files.
	Attachments *AttachmentService
	// Webhooks are the webhooks that the server posts records to.
	Webhooks *WebhookService
	// Activities are meetings, calls, tasks and e-mails, planned and done.
	Activities *ActivityService
	// Notifications are those of the caller.
	Notifications *NotificationService
	// GlobalSearch searches several entity types at once.
	GlobalSearch *GlobalSearchService
	// LeadCapture takes leads in from outside.
	LeadCapture *LeadCaptureService
	// Admin is for administrators.
	Admin *AdminService
	// Schema sets up entity types, fields and links. For administrators.
	Schema *SchemaService

	// What the server is, and who the client is on it.
	App           *AppService
	Metadata      *MetadataService
	I18n          *I18nService
	Layouts       *LayoutService
	CurrencyRates *CurrencyRateService

	// Many records at once.
	MassActions *MassActionService
	Exports     *ExportService
	Imports     *ImportService

	base         string // ends in api/v1/, or in that and the portal
	portal       string // its id, if the client is one of a portal
	auth         Authenticator
	http         *http.Client
	userAgent    string
	log          *slog.Logger
	hooks        []Hook
	debug        *dump // nil without one
	limiter      Limiter
	host         string // of the base URL, in lower case
	retry        RetryPolicy
	budget       *budget
	polling      delays
	wait         func(context.Context, time.Duration) error
	transport    http.RoundTripper // unless that of http
	maxReply     int64
	maxURL       int
	timeout      time.Duration
	updateMethod string
	searchForm   SearchForm
	server       *serverFacts
}

// serverFacts are what the client has been told of the server, or has learned.
type serverFacts struct {
	version learned[ServerVersion]
	guarded guardedTypes
}

const (
	apiPath         = "api/v1/"
	defaultMaxReply = 64 << 20
	defaultMaxURL   = 8000
	defaultTimeout  = 2 * time.Minute
	slowFactor      = 5 // of what the server may have much to do for

	// Version is the version of this library, which stands in the header
	// User-Agent of each request.
	Version      = "0.1.0"
	libraryAgent = "go-espo/" + Version
)

// NewClient returns a client for the EspoCRM installation at baseURL, such as
// https://crm.example.com or https://example.com/crm/; the api/v1 at its end
// may be there or not, and with it the portal-access/{id} of a portal, see
// [WithPortal]. auth says who the client is.
//
// An [InputError] refuses an address that is not clear: one with credentials,
// a query, a segment "." or "..", a backslash, a control character or a port
// that does not exist, each of them in its escaped form too. It also refuses
// an authenticator or an option that is nil.
func NewClient(baseURL string, auth Authenticator, opts ...Option) (*Client, error) {
	base, portal, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	if isNil(auth) {
		return nil, badInput("Authenticator", "is nil")
	}
	if v, ok := auth.(interface{ validate() error }); ok {
		if err := v.validate(); err != nil {
			return nil, err
		}
	}
	c := &Client{
		base: base.String(), host: strings.ToLower(base.Host), portal: portal, auth: auth,
		userAgent: libraryAgent, log: slog.New(slog.DiscardHandler), retry: RetryPolicy{}.withDefaults(),
		polling: delays{time.Second, 30 * time.Second}, wait: wait,
		maxReply: defaultMaxReply, maxURL: defaultMaxURL, timeout: defaultTimeout, updateMethod: http.MethodPut,
		server: new(serverFacts),
	}
	for _, opt := range opts {
		if opt == nil {
			return nil, badInput("Option", "is nil")
		}
		if err := opt(c); err != nil {
			return nil, err
		}
	}
	if c.portal != "" {
		if err := mayEnter(auth); err != nil {
			return nil, err
		}
		c.base += portalAccess + c.portal + "/" // letters and digits
	}
	if c.http == nil {
		c.http = new(http.Client)
	}
	if c.transport != nil {
		c.http.Transport = c.transport
	}
	if c.http.Transport == nil {
		c.http.Transport = NewTransport()
	}
	c.budget = newBudget(c.retry.Budget)
	c.http.CheckRedirect = guardRedirects(c.http.CheckRedirect)
	c.addServices()
	return c, nil
}

// addServices makes the services of the client's exported fields.
func (c *Client) addServices() {
	c.Accounts = &AccountService{Records[Account](c, "Account")}
	c.Contacts = &ContactService{Records[Contact](c, "Contact")}
	c.Leads = &LeadService{Records[Lead](c, "Lead")}
	c.Opportunities = &OpportunityService{Records[Opportunity](c, "Opportunity")}
	c.Cases = &CaseService{Records[Case](c, "Case")}
	c.Meetings = &MeetingService{Records[Meeting](c, "Meeting")}
	c.Calls = &CallService{Records[Call](c, "Call")}
	c.Tasks = &TaskService{Records[Task](c, "Task")}
	c.Emails = &EmailService{Records[Email](c, "Email")}
	c.Documents = &DocumentService{Records[Document](c, "Document")}
	c.TargetLists = &TargetListService{Records[TargetList](c, "TargetList")}
	c.Campaigns = &CampaignService{Records[Campaign](c, "Campaign")}
	c.KnowledgeBaseArticles = &KnowledgeBaseArticleService{Records[KnowledgeBaseArticle](c, "KnowledgeBaseArticle")}
	c.Users = &UserService{Records[User](c, "User")}
	c.Teams = &TeamService{Records[Team](c, "Team")}
	c.Roles = &RoleService{Records[Role](c, "Role")}
	c.Portals = &PortalService{Records[Portal](c, "Portal")}
	c.PortalRoles = &PortalRoleService{Records[PortalRole](c, "PortalRole")}
	c.Pipelines = &PipelineService{Records[Pipeline](c, "Pipeline")}
	c.PipelineStages = &PipelineStageService{Records[PipelineStage](c, "PipelineStage")}
	c.Stream = &StreamService{c}
	c.Notes = &NoteService{Records[Note](c, "Note")}
	c.Attachments = newAttachmentService(c)
	c.Webhooks = &WebhookService{Records[Webhook](c, "Webhook")}
	c.Activities = &ActivityService{c}
	c.Notifications = &NotificationService{c}
	c.GlobalSearch = &GlobalSearchService{c}
	c.LeadCapture = &LeadCaptureService{c}
	c.Admin = &AdminService{c}
	c.Schema = &SchemaService{c}
	c.App = &AppService{c}
	c.Metadata = &MetadataService{c}
	c.I18n = &I18nService{c}
	c.Layouts = &LayoutService{c}
	c.CurrencyRates = &CurrencyRateService{c}
	c.MassActions = &MassActionService{c}
	c.Exports = &ExportService{c}
	c.Imports = &ImportService{c}
}

func parseBase(raw string) (base *url.URL, portalID string, err error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		return nil, "", badInput("base URL", "cannot be parsed")
	case u.User != nil:
		return nil, "", badInput("base URL", "holds credentials: pass them as an Authenticator")
	case u.Scheme != "http" && u.Scheme != "https": // not shown: admin:password@host is all scheme and no user
		return nil, "", badInput("base URL", "does not begin with http:// or https://")
	case u.Hostname() == "":
		return nil, "", badInput("base URL", "has no host")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, "", badInput("base URL", "has a query or a fragment")
	}
	if err := checkBase(u); err != nil {
		return nil, "", err
	}
	path, portalID, err := cutPortal(strings.TrimRight(u.EscapedPath(), "/"))
	if err != nil {
		return nil, "", err
	}
	path = strings.TrimRight(strings.TrimSuffix(path+"/", "/api/v1/"), "/")
	host := url.URL{Scheme: u.Scheme, Host: u.Host}
	base, err = url.Parse(host.String() + path + "/" + apiPath)
	return base, portalID, err
}

// checkBase refuses what servers and proxies read in different ways. Neither
// the path nor the port is shown: both may be a part of a password.
func checkBase(u *url.URL) error {
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return badInput("base URL", "has a port that is not between 1 and 65535")
		}
	}
	if strings.ContainsFunc(u.Path, func(c rune) bool { return c == '\\' || unicode.IsControl(c) }) {
		return badInput("base URL", "has a backslash or a control character")
	}
	for segment := range strings.SplitSeq(u.Path, "/") { // unescaped
		if segment == "." || segment == ".." {
			return badInput("base URL", "has a segment . or ..")
		}
	}
	return nil
}

// isNil reports whether v is nil, or holds a pointer or a function that is nil.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Func:
		return r.IsNil()
	}
	return false
}

// CloseIdleConnections closes connections that no call uses at the moment.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// String names the server; it shows no credentials.
func (c *Client) String() string { return "espo.Client(" + c.base + ")" }
