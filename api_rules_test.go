package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/internal/apicheck"
)

// sender is what every request passes.
const sender = "Client.tries"

// loaded is this package as its users see it.
func loaded(t *testing.T) *apicheck.Package {
	t.Helper()
	p, err := apicheck.Load(t.Context(), ".")
	require.NoError(t, err)
	return p
}

// The exported API keeps its rules. What does not has a reason here: where it
// can be mended, it is not to be added.
func TestAPIRules(t *testing.T) {
	t.Parallel()
	p := loaded(t)
	e, err := apicheck.LoadExamples(t.Context(), ".")
	require.NoError(t, err)
	for name, rule := range map[string]struct {
		findings []apicheck.Finding
		reasons  map[string]string
	}{
		"what sends a request takes a context first and options last": {apicheck.Calls(p, sender), map[string]string{
			"TokenAuth.Authenticate": "the client calls it, as any Authenticator",
			"TokenAuth.Renew":        "the client calls it, as any Renewer",
		}},
		"what sends a request returns values": {apicheck.Results(p, sender), map[string]string{
			"AttachmentService.Download": "it is to be closed, and its position must not be copied",
		}},
		"what sends a request names its endpoint": {
			apicheck.Endpoints(p, sender, "RelatedService", "ListService", "PagedService", "Feed"),
			map[string]string{
				"Client.Do":         "calls any endpoint",
				"Feed.All":          manyEndpoints,
				"Feed.List":         manyEndpoints,
				"ListService.All":   manyEndpoints,
				"ListService.List":  manyEndpoints,
				"PagedService.All":  manyEndpoints,
				"PagedService.List": manyEndpoints,
			},
		},
		"what is decoded keeps what it does not name":  {apicheck.Extra(p, sender), notDecoded},
		"no type is without a name":                    {apicheck.Anonymous(p), nil},
		"values have types":                            {apicheck.Any(p), anyValues},
		"parameters cannot be swapped, and are few":    {apicheck.Parameters(p), swappable},
		"everything exported is explained":             {apicheck.Undocumented(p), nil},
		"verbs mean the same everywhere":               {apicheck.Verbs(p), nil},
		"what is named an error is one":                {apicheck.Errors(p), nil},
		"services are named as the fields of a client": {apicheck.Services(p, "Client"), nil},
		"examples show what there is":                  {apicheck.Shown(p, e), nil},
		"examples show what records can do":            {apicheck.ShownMethods(p, e, "RecordService", "RelatedService", "NoteService", "WebhookService"), nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Empty(t, apicheck.Except(rule.findings, rule.reasons)) })
	}
}

const manyEndpoints = "each of the lists has an endpoint of its own, which stands at the method that returns it"

// notDecoded are structs in results that have no Extra.
var notDecoded = map[string]string{
	"Page":             "the frame of a list: each of its records keeps what is unknown",
	"FeedPage":         "the frame of a list: each of its notes keeps what is unknown",
	"Board":            "the frame of lists: each record keeps what is unknown",
	"BoardGroup":       "the frame of a list: each record keeps what is unknown",
	"Tree":             "the frame of a tree: each of its records keeps what is unknown",
	"TreeNode":         "the frame of a tree: each of its records keeps what is unknown",
	"ChangeBatch":      "the frame of records, each of which keeps what is unknown",
	"BulkResult":       "made by the client, of a record that keeps what is unknown",
	"NewRecord":        "what the caller gave, beside a result",
	"Download":         "a file, not JSON",
	"Date":             "a text, not an object",
	"DateTime":         "a text, not an object",
	"WebhookEvent":     "a text, not an object",
	"ServerVersion":    "a text, not an object",
	"NoteStatusChange": "made by the client, of the data of a note",
	"ScopeAccess":      "true, false, or a map, which keeps every member",
	"LeadConversion":   "a map, which keeps every member; the rest of it is input",
	"Ref":              "made by the client, of two attributes of a record",
	"LinkNames":        "made by the client, of the definition of a link",
	"WebhookDelivery":  "made by the client, of a posted batch or a WebhookFailure",
	"EnsuredWebhooks":  "the frame of webhooks, each of which keeps what is unknown",
	"WebhookSecret":    "made by the client, of attributes of a Webhook",
	"BulkUpdate":       "input, which a result repeats",
	"Upsert":           "input, which a result repeats",
}

// anyValues hold values of type any. The doc comment of each says what they
// may be.
var anyValues = map[string]string{
	"Attrs":               "values of attributes, of which custom ones can be any JSON",
	"Record":              "values of attributes, of which custom ones can be any JSON",
	"FieldDefs.Default":   "the default of a field, whose type depends on the field",
	"FieldParams.Default": "the default of a field, whose type depends on the field",
	"Filter.Value":        "a value of an attribute, or several, or filters",
	"Equal":               scalar,
	"NotEqual":            scalar,
	"GreaterThan":         scalar,
	"GreaterOrEqual":      scalar,
	"LessThan":            scalar,
	"LessOrEqual":         scalar,
	"Marshal":             "as json.Marshal",
	"Unmarshal":           "as json.Unmarshal",
	"Record.Decode":       "as json.Unmarshal",
	"Client.Do":           "what an endpoint answers that the package does not know",
	"Request.Body":        "what an endpoint takes that the package does not know",
	"MetadataService.Get": "the shape depends on the key",
}

const scalar = "a text, a number, a boolean, a date or a moment, also of a type of one's own"

// swappable have parameters of the same type side by side.
var swappable = map[string]string{
	"Between":     "from comes before to; the other way round is an InputError",
	"BetweenDays": "from comes before to; the other way round is an InputError",

	"Contains":    attributeFirst,
	"NotContains": attributeFirst,
	"StartsWith":  attributeFirst,
	"EndsWith":    attributeFirst,
	"Like":        attributeFirst,
	"NotLike":     attributeFirst,

	"Basic": login,
	"Token": login,
	"HMAC":  login,

	"FileField":                   outerFirst,
	"AttachmentField":             outerFirst,
	"InlineImage":                 outerFirst,
	"CurrentUser.CanField":        outerFirst,
	"Labels.Field":                outerFirst,
	"Labels.Find":                 outerFirst,
	"Labels.Link":                 outerFirst,
	"Labels.Option":               outerFirst,
	"Labels.Text":                 outerFirst,
	"MetadataService.EnumOptions": outerFirst,
	"MetadataService.Field":       outerFirst,
	"MetadataService.Link":        outerFirst,

	"SchemaService.UpdateField": outerFirst,
	"SchemaService.RemoveField": outerFirst,
	"SchemaService.UpdateLink":  outerFirst,
	"SchemaService.RemoveLink":  outerFirst,

	"LayoutService.Raw":     outerFirst,
	"LayoutService.Columns": outerFirst,
	"LayoutService.Panels":  outerFirst,
	"LayoutService.Fields":  outerFirst,

	"TargetListService.UnlinkAll":       idFirst,
	"RecordService.Link":                idFirst,
	"RecordService.Unlink":              idFirst,
	"CampaignService.GenerateMailMerge": idFirst,
	"NoteService.SetText":               idFirst,
	"AttachmentService.DownloadFile":    idFirst,

	"Header":          "as http.Header.Set",
	"FileName":        "the name comes first, and what stands in for it second",
	"WithApplication": "name/version, as in a User-Agent",
}

const (
	attributeFirst = "the attribute comes first in every filter; a server refuses one that it does not have"
	outerFirst     = "the entity type comes before its field, as in a path; the other way round nothing is found"
	idFirst        = "the id comes first, as in the path; an id that is none is ErrNotFound, and nothing is done"
	login          = "the name comes before its secret, as everywhere; a server refuses the first call otherwise"
)
