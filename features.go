package espo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// ErrNotSupported matches every [NotSupportedError].
var ErrNotSupported = errors.New("not supported by this version of EspoCRM")

// NotSupportedError says that the server lacks what was asked of it: its version
// is too old, or its settings have it turned off. Nothing was done. Which version
// has what stands in docs/versions.md.
type NotSupportedError struct {
	Feature string        // such as "reactions to notes"
	Since   ServerVersion // the first version that has it; zero where every version can have it, by its settings
	Server  ServerVersion // the version of the server
}

func (e *NotSupportedError) Error() string {
	if e.Server.AtLeast(e.Since) {
		return fmt.Sprintf("espo: %s: the server, EspoCRM %s, has it turned off", e.Feature, e.Server)
	}
	return fmt.Sprintf("espo: %s: needs EspoCRM %s, and the server is %s", e.Feature, e.Since, e.Server)
}

// Is reports whether target is [ErrNotSupported].
func (e *NotSupportedError) Is(target error) bool { return target == ErrNotSupported }

// feature is something that not every version has.
type feature struct {
	name    string
	since   ServerVersion
	methods []string // of this package, as docs/routes.md names them
	// instead is what the client does with a server that lacks it; without it,
	// the methods are a NotSupportedError there.
	instead string
	// silent says that a server which lacks it does not refuse it: the version
	// has to be known before.
	silent bool
}

func since(major, minor, patch int) ServerVersion {
	return ServerVersion{Major: major, Minor: minor, Patch: patch}
}

// The features that not every version has.
var (
	featureAbout = &feature{name: "the server's account of itself", since: since(8, 1, 0), methods: []string{"Client.App.About"}}

	featureWebhookQueue = &feature{name: "what the server has given up delivering to webhooks", since: since(8, 0, 0), methods: []string{"Client.Webhooks.Failed"}}
	featureAddressAlone = &feature{
		name: "a change of emailAddress or phoneNumber without emailAddressData or phoneNumberData", since: since(8, 1, 4),
		methods: []string{"RecordService.Update"}, silent: true,
	}
	featureMetadataKey = &feature{
		name: "metadata by key", since: since(8, 2, 0),
		methods: []string{"Client.Metadata.Get", "Client.Metadata.EntityTypes", "Client.Metadata.EntityType", "Client.Metadata.Field", "Client.Metadata.Link", "Client.Metadata.EnumOptions"},
		instead: "the server sends the whole metadata, and the client takes the part from it",
	}
	featureGlobalStream    = &feature{name: "the stream of all records", since: since(8, 2, 0), methods: []string{"Client.Stream.Global"}}
	featureUpdateStream    = &feature{name: "the stream of updates", since: since(8, 2, 0), methods: []string{"Client.Stream.Updates"}}
	featureOwnStream       = &feature{name: "the notes that a user has caused", since: since(8, 2, 0), methods: []string{"Client.Stream.By"}}
	featureComposeAddress  = &feature{name: "the addresses for an e-mail about a record", since: since(8, 2, 0), methods: []string{"Client.Activities.ComposeAddresses"}}
	featureStars           = &feature{name: "stars", since: since(8, 3, 0), methods: []string{"Client.Stream.Star", "Client.Stream.Unstar"}}
	featurePins            = &feature{name: "pinned notes", since: since(8, 3, 0), methods: []string{"Client.Notes.Pin", "Client.Notes.Unpin"}}
	featureImportEML       = &feature{name: "the import of .eml files", since: since(8, 4, 0), methods: []string{"Client.Emails.ImportEML"}}
	featureTeamPosition    = &feature{name: "setting the position in a team", since: since(8, 4, 0), methods: []string{"Client.Teams.SetPosition"}}
	featureHexDigest       = &feature{name: "the digest of HMAC in hexadecimal form", since: since(8, 4, 1), methods: []string{"HMAC"}, instead: "the client sends the raw digest, which later servers take too"}
	featureSearchAliases   = &feature{name: "the search form SearchAliases", since: since(9, 0, 0), methods: []string{"WithSearchForm"}, instead: "the client uses SearchPHP: the server would ignore the filter and list every record"}
	featureReactions       = &feature{name: "reactions to notes", since: since(9, 0, 0), methods: []string{"Client.Notes.React", "Client.Notes.Unreact", "Client.Notes.Reactors"}}
	featureUsersAccess     = &feature{name: "who has access to a record", since: since(9, 0, 0), methods: []string{"Client.Users.AccessTo"}}
	featureEmailUsers      = &feature{name: "putting an e-mail into inboxes", since: since(9, 0, 0), methods: []string{"Client.Emails.AddUsers"}}
	featureLeadForm        = &feature{name: "the web forms of lead capture", since: since(9, 0, 0), methods: []string{"Client.LeadCapture.SubmitForm"}}
	featureSignature       = &feature{name: "the header Signature of webhooks", since: since(9, 0, 0), methods: []string{"WebhookHandler"}, instead: "the handler checks X-Signature, which says the same"}
	featureStreamFiles     = &feature{name: "the files of a stream", since: since(9, 1, 0), methods: []string{"Client.Stream.Attachments"}}
	featureConcurrency     = &feature{name: "optimistic concurrency control of Account, Opportunity, Case and Task", since: since(9, 1, 0), methods: []string{"IfVersion", "RecordService.Modify"}, silent: true}
	featureSkipOwn         = &feature{name: "webhooks that skip what their own user does", since: since(9, 2, 0), methods: []string{"Client.Webhooks.Register"}, silent: true}
	featureNotifyGroup     = &feature{name: "groups of notifications", since: since(9, 2, 0), methods: []string{"Client.Notifications.Group"}}
	featureStatusInUpdates = &feature{name: "changes of status in notes of type Update", since: since(9, 2, 0), methods: []string{"Note.StatusChange"}, instead: "the method reads notes of type Status, which those servers write"}
	featureParams          = &feature{name: "parameters of the application", since: since(9, 3, 0), methods: []string{"Client.App.Params"}}
	featureOpenAPI         = &feature{name: "a description of the API by OpenAPI", since: since(9, 3, 0), methods: []string{"Client.Metadata.OpenAPI"}}
	featureNotifyGroups    = &feature{name: "notifications grouped by record", since: since(10, 0, 0), methods: []string{"Client.Notifications.InGroup", "Client.Notifications.MarkGroupRead", "Client.Notifications.DeleteGroup"}}
	featureResetFetching   = &feature{name: "fetching e-mails anew", since: since(10, 0, 0), methods: []string{"Client.Emails.ResetFetching"}}
	featurePipelines       = &feature{name: "pipelines", since: since(10, 0, 0), methods: []string{"Client.Pipelines.Move", "Client.PipelineStages.Move"}}
)

// features are those that docs/versions.md lists, in the order of versions.
var features = []*feature{
	featureWebhookQueue, featureAbout, featureAddressAlone, featureMetadataKey, featureGlobalStream, featureUpdateStream, featureOwnStream, featureComposeAddress,
	featureStars, featurePins, featureImportEML, featureTeamPosition, featureHexDigest, featureSearchAliases, featureReactions,
	featureUsersAccess, featureEmailUsers, featureLeadForm, featureSignature, featureStreamFiles, featureConcurrency,
	featureSkipOwn, featureNotifyGroup, featureStatusInUpdates, featureParams, featureOpenAPI,
	featureNotifyGroups, featureResetFetching, featurePipelines,
}

// missing is the error for a server of this version that lacks the feature.
func (f *feature) missing(server ServerVersion) error {
	if server.AtLeast(f.since) {
		return nil
	}
	return &NotSupportedError{Feature: f.name, Since: f.since, Server: server}
}

// admit refuses a request that the server is known to be too old for. Where
// the server itself would not refuse it, the version is asked for.
func (c *Client) admit(ctx context.Context, f *feature, o callOptions) error {
	if f == nil {
		return nil
	}
	v, known := c.server.version.peek()
	if !known && !f.silent {
		return nil
	}
	if !known {
		var err error
		if v, err = c.ServerVersion(ctx, o.every()...); err != nil {
			return err
		}
	}
	return f.missing(v)
}

// explain replaces the answer of a server that may be too old for the request.
// What is missing is refused in many ways, which depend on the route that the
// server takes it for.
func (c *Client) explain(ctx context.Context, req *request, err error) error {
	if req.needs == nil || !maybeMissing(err) {
		return err
	}
	v, asking := c.ServerVersion(ctx, req.options.every()...)
	if asking != nil {
		return err
	}
	if missing := req.needs.missing(v); missing != nil {
		return missing
	}
	return err
}

// maybeMissing reports whether err can be how a server refuses what it does
// not have.
func maybeMissing(err error) bool {
	if errors.Is(err, ErrNothingDone) {
		return true
	}
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Status {
	case http.StatusOK: // another route has answered
		return !errors.Is(err, ErrTransport) && !errors.Is(err, ErrReplyTooLarge)
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusInternalServerError:
		return true
	}
	return false
}
