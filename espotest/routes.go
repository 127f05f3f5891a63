package espotest

import (
	"net/http"

	"github.com/go-espo/espo/espotest/internal/area/activities"
	"github.com/go-espo/espo/espotest/internal/area/app"
	"github.com/go-espo/espo/espotest/internal/area/bulk"
	"github.com/go-espo/espo/espotest/internal/area/email"
	"github.com/go-espo/espo/espotest/internal/area/files"
	"github.com/go-espo/espo/espotest/internal/area/manager"
	"github.com/go-espo/espo/espotest/internal/area/records"
	"github.com/go-espo/espo/espotest/internal/area/sales"
	"github.com/go-espo/espo/espotest/internal/area/stream"
	"github.com/go-espo/espo/espotest/internal/area/users"
	"github.com/go-espo/espo/espotest/internal/area/webhooks"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
)

const (
	get     = http.MethodGet
	post    = http.MethodPost
	put     = http.MethodPut
	patch   = http.MethodPatch
	del     = http.MethodDelete
	options = http.MethodOptions
)

// routeTable has the routes of EspoCRM's own list, in its order. The order says
// nothing about which route a path has: newRoutes sees to that, since some patterns
// overlap, which [http.ServeMux] would refuse.
//
// A route takes the lock for writing unless it says that it only reads.
var routeTable = []route{
	{method: get, pattern: "", handle: app.Greet, reads: true},
	{method: get, pattern: "App/user", handle: app.CurrentUser, reads: true},
	{method: post, pattern: "App/destroyAuthToken", handle: app.DestroyAuthToken},
	{method: get, pattern: "App/about", since: release.RouteAbout, handle: app.About, reads: true},
	{method: get, pattern: "App/appParams", since: release.RouteAppParams, handle: app.Params, reads: true},
	{method: get, pattern: "Metadata", handle: app.ReadMetadata, reads: true},
	{method: get, pattern: "I18n", handle: app.Labels, public: true, reads: true},
	{method: get, pattern: "Settings", handle: app.ReadSettings, public: true, reads: true},
	{method: patch, pattern: "Settings", handle: app.UpdateSettings},
	{method: put, pattern: "Settings", handle: app.UpdateSettings},
	{method: get, pattern: "Stream", handle: stream.MyStream, reads: true},
	{method: get, pattern: "GlobalStream", since: release.RouteGlobalStream, handle: stream.GlobalStream, reads: true},
	{method: get, pattern: "GlobalSearch", handle: records.GlobalSearch, reads: true},
	{method: post, pattern: "LeadCapture/form/:formId", since: release.RouteLeadForm, handle: sales.CaptureForm, public: true},
	{method: post, pattern: "LeadCapture/:apiKey", handle: sales.CaptureLead, public: true},
	{method: options, pattern: "LeadCapture/:apiKey", handle: sales.CaptureLead, public: true},
	{method: post, pattern: ":controller/action/:action", handle: namedAction},
	{method: put, pattern: ":controller/action/:action", handle: namedAction},
	{method: get, pattern: ":controller/action/:action", handle: namedAction, reads: true},
	{method: get, pattern: ":entityType/layout/:name", handle: app.ReadLayout, reads: true},
	{method: post, pattern: "Admin/rebuild", handle: users.ClearCache},
	{method: post, pattern: "Admin/clearCache", handle: users.ClearCache},
	{method: get, pattern: "Admin/jobs", handle: app.JobNames, reads: true},
	{method: get, pattern: "Admin/fieldManager/:scope/:name", handle: manager.ReadField, reads: true},
	{method: post, pattern: "Admin/fieldManager/:scope", handle: manager.CreateField},
	{method: put, pattern: "Admin/fieldManager/:scope/:name", handle: manager.UpdateField},
	{method: patch, pattern: "Admin/fieldManager/:scope/:name", handle: manager.UpdateField},
	{method: del, pattern: "Admin/fieldManager/:scope/:name", handle: manager.RemoveField},
	{method: get, pattern: "CurrencyRate", handle: app.ReadRates, reads: true},
	{method: put, pattern: "CurrencyRate", handle: app.SetRates},
	{method: post, pattern: "Action", handle: records.Action},
	{method: post, pattern: "MassAction", handle: bulk.MassAction},
	{method: get, pattern: "MassAction/:id/status", handle: bulk.MassStatus, reads: true},
	{method: post, pattern: "MassAction/:id/subscribe", handle: crm.Subscribed("MassAction")},
	{method: post, pattern: "Export", handle: bulk.Export},
	{method: get, pattern: "Export/:id/status", handle: bulk.ExportStatus, reads: true},
	{method: post, pattern: "Export/:id/subscribe", handle: crm.Subscribed("Export")},
	{method: post, pattern: "Import", handle: bulk.CreateImport},
	{method: post, pattern: "Import/file", handle: bulk.ImportFile},
	{method: post, pattern: "Import/:id/revert", handle: bulk.RevertImport},
	{method: post, pattern: "Import/:id/removeDuplicates", handle: bulk.RemoveDuplicates},
	{method: post, pattern: "Import/:id/unmarkDuplicates", handle: bulk.UnmarkDuplicates},
	{method: post, pattern: "Import/:id/exportErrors", handle: bulk.ExportImportErrors},
	{method: put, pattern: "Kanban/order", handle: records.SetKanbanOrder},
	{method: get, pattern: "Kanban/:entityType", handle: records.Kanban, reads: true},
	{method: get, pattern: "Attachment/file/:id", handle: files.DownloadFile, reads: true},
	{method: post, pattern: "Attachment/chunk/:id", handle: files.AppendChunk, spooled: true},
	{method: post, pattern: "Attachment/fromImageUrl", handle: files.AttachmentFromURL},
	{method: post, pattern: "Attachment/copy/:id", handle: files.CopyAttachment},
	{method: post, pattern: "Note/:id/myReactions/:type", since: release.RouteReactions, handle: stream.React},
	{method: del, pattern: "Note/:id/myReactions/:type", since: release.RouteReactions, handle: stream.Unreact},
	{method: get, pattern: "Note/:id/reactors/:type", since: release.RouteReactions, handle: stream.Reactors, reads: true},
	{method: get, pattern: "Notification/:id/group", since: release.RouteNotificationGroup, handle: stream.NotificationGroup, reads: true},
	{method: get, pattern: "Notification/group", since: release.RouteNotificationGroups, handle: stream.GroupedNotifications},
	{method: del, pattern: "Notification/group/:id", since: release.RouteNotificationGroups, handle: stream.DeleteNotificationGroup},
	{method: post, pattern: "Notification/group/:id/markRead", since: release.RouteNotificationGroups, handle: stream.MarkNotificationGroup},
	{method: post, pattern: "EmailTemplate/:id/prepare", handle: email.PrepareTemplate},
	{method: post, pattern: "Email/:id/attachments/copy", handle: email.CopyEmailFiles},
	{method: post, pattern: "Email/importEml", since: release.RouteImportEML, handle: email.ImportEML},
	{method: post, pattern: "Email/sendTest", handle: email.SendTest},
	{method: post, pattern: "Email/inbox/read", handle: email.MarkEmails("isRead", true)},
	{method: del, pattern: "Email/inbox/read", handle: email.MarkEmails("isRead", false)},
	{method: post, pattern: "Email/inbox/important", handle: email.MarkEmails("isImportant", true)},
	{method: del, pattern: "Email/inbox/important", handle: email.MarkEmails("isImportant", false)},
	{method: post, pattern: "Email/inbox/inTrash", handle: email.MarkEmails("inTrash", true)},
	{method: del, pattern: "Email/inbox/inTrash", handle: email.MarkEmails("inTrash", false)},
	{method: post, pattern: "Email/inbox/folders/:folderId", handle: email.MoveToFolder},
	{method: get, pattern: "Email/inbox/notReadCounts", handle: email.UnreadCounts, reads: true},
	{method: get, pattern: "Email/insertFieldData", handle: email.InsertFields, reads: true},
	{method: post, pattern: "Email/:id/users", since: release.RouteEmailUsers, handle: email.AddEmailUsers},
	{method: get, pattern: "EmailAddress/search", handle: email.SearchAddresses, reads: true},
	{method: get, pattern: "User/:id/stream/own", since: release.RouteOwnStream, handle: stream.OwnStream, reads: true},
	{method: get, pattern: "User/:id/acl", handle: users.UserACL, reads: true},
	{method: post, pattern: "UserSecurity/apiKey/generate", handle: users.NewAPIKey},
	{method: put, pattern: "UserSecurity/password", handle: users.ChangePassword},
	{method: post, pattern: "UserSecurity/password/recovery", handle: users.MailRecovery},
	{method: post, pattern: "UserSecurity/password/generate", handle: users.MailPassword},
	{method: post, pattern: "User/passwordChangeRequest", handle: users.RequestPassword, public: true},
	{method: post, pattern: "User/changePasswordByRequest", handle: users.PasswordByRequest, public: true},
	{method: put, pattern: "Team/:id/userPosition", since: release.RouteTeamPosition, handle: users.SetPosition},
	{method: post, pattern: "EmailAccount/:id/resetFetchData", since: release.RouteResetFetching, handle: email.ResetFetching("EmailAccount")},
	{method: post, pattern: "InboundEmail/:id/resetFetchData", since: release.RouteResetFetching, handle: email.ResetFetching("InboundEmail")},
	{method: get, pattern: "OpenApi", since: release.RouteOpenAPI, handle: app.OpenAPI, reads: true},
	{method: get, pattern: ":controller/:id", handle: crm.ReadRecord, reads: true},
	{method: get, pattern: ":controller", handle: crm.ListRecords, reads: true},
	{method: post, pattern: ":controller", handle: crm.CreateRecord},
	{method: put, pattern: ":controller/:id", handle: crm.UpdateRecord},
	{method: patch, pattern: ":controller/:id", handle: crm.UpdateRecord},
	{method: del, pattern: ":controller/:id", handle: crm.DeleteRecord},
	{method: get, pattern: ":controller/:id/followers", handle: stream.ListFollowers, reads: true},
	{method: post, pattern: ":controller/:id/followers", handle: stream.AddFollowers},
	{method: del, pattern: ":controller/:id/followers", handle: stream.RemoveFollowers},
	{method: get, pattern: ":controller/:id/stream", handle: stream.RecordStream, reads: true},
	{method: get, pattern: ":controller/:id/posts", handle: stream.RecordPosts, reads: true},
	{method: get, pattern: ":controller/:id/updateStream", since: release.RouteUpdateStream, handle: stream.RecordUpdates, reads: true},
	{method: put, pattern: ":controller/:id/subscription", handle: stream.FollowRecord},
	{method: del, pattern: ":controller/:id/subscription", handle: stream.UnfollowRecord},
	{method: get, pattern: ":controller/:id/streamAttachments", since: release.RouteStreamFiles, handle: stream.Attachments, reads: true},
	{method: post, pattern: "Note/:id/pin", since: release.RoutePins, handle: stream.PinNote},
	{method: del, pattern: "Note/:id/pin", since: release.RoutePins, handle: stream.UnpinNote},
	{method: put, pattern: ":controller/:id/starSubscription", since: release.RouteStars, handle: stream.StarRecord},
	{method: del, pattern: ":controller/:id/starSubscription", since: release.RouteStars, handle: stream.UnstarRecord},
	{method: get, pattern: ":controller/:id/usersAccess", since: release.RouteUsersAccess, handle: users.AccessOfUsers, reads: true},
	{method: get, pattern: ":controller/:id/:link", handle: records.ListLinked, reads: true},
	{method: post, pattern: ":controller/:id/:link", handle: records.Link},
	{method: del, pattern: ":controller/:id/:link", handle: records.Unlink},
	{method: post, pattern: "Pipeline/:id/move/:type", since: release.RoutePipelines, handle: sales.MovePipeline},
	{method: post, pattern: "PipelineStage/:id/move/:type", since: release.RoutePipelines, handle: sales.MoveStage},
	{method: get, pattern: "Activities/:parentType/:id/composeEmailAddressList", since: release.RouteComposeAddresses, handle: activities.ComposeAddresses, reads: true},
	{method: get, pattern: "Activities/:parentType/:id/:type", handle: activities.Activities, reads: true},
	{method: get, pattern: "Activities/:parentType/:id/:type/list/:targetType", handle: activities.OfType, reads: true},
	{method: get, pattern: "Activities/upcoming", handle: activities.Upcoming, reads: true},
	{method: get, pattern: "Activities", handle: activities.Calendar, reads: true},
	{method: get, pattern: "Timeline", handle: activities.Timeline, reads: true},
	{method: get, pattern: "Timeline/busyRanges", handle: activities.BusyRanges, reads: true},
	{method: get, pattern: "Meeting/:id/attendees", handle: activities.Attendees("Meeting"), reads: true},
	{method: get, pattern: "Call/:id/attendees", handle: activities.Attendees("Call"), reads: true},
	{method: post, pattern: "Campaign/:id/generateMailMerge", handle: sales.MailMerge},
	{method: get, pattern: "TargetList/:id/optedOut", handle: sales.OptedOut, reads: true},
	{method: post, pattern: "Campaign/unsubscribe/:id", since: release.RouteUnsubscribe, handle: sales.Unsubscribed("No item."), public: true},
	{method: del, pattern: "Campaign/unsubscribe/:id", since: release.RouteUnsubscribe, handle: sales.Unsubscribed("No item."), public: true},
	{method: post, pattern: "Campaign/unsubscribe/:emailAddress/:hash", since: release.RouteUnsubscribe, handle: sales.Unsubscribed(""), public: true},
	{method: del, pattern: "Campaign/unsubscribe/:emailAddress/:hash", since: release.RouteUnsubscribe, handle: sales.Unsubscribed(""), public: true},
}

// controllerRoutes are what controllers of entity types do in a way of their own,
// by controller. To EspoCRM they are the routes of all controllers, whose names
// may begin with a small letter.
var controllerRoutes = []route{
	{method: get, pattern: "Attachment", handle: files.ListAttachments, reads: true},
	{method: post, pattern: "Attachment", handle: files.CreateAttachment},
	{method: get, pattern: "Attachment/:id", handle: files.ReadAttachment, reads: true},
	{method: get, pattern: "Email/:id", handle: email.ReadEmail},
	{method: post, pattern: "Call/action/setAcceptanceStatus", handle: activities.SetAcceptance("Call")},
	{method: post, pattern: "Call/action/massSetHeld", handle: activities.SetStatus("Call", "Held")},
	{method: post, pattern: "Call/action/massSetNotHeld", handle: activities.SetStatus("Call", "Not Held")},
	{method: post, pattern: "Email", handle: email.CreateEmail},
	{method: put, pattern: "Email/:id", handle: email.UpdateEmail},
	{method: patch, pattern: "Email/:id", handle: email.UpdateEmail},
	{method: get, pattern: "EmailFolder/action/listAll", handle: email.ListFolders, reads: true},
	{method: get, pattern: "Import/:id", handle: bulk.ReadImport, reads: true},
	{method: get, pattern: "Import/:id/:link", handle: bulk.ImportLink, reads: true},
	{method: post, pattern: "EntityManager/action/createEntity", handle: manager.CreateEntityType},
	{method: post, pattern: "EntityManager/action/updateEntity", handle: manager.UpdateEntityType},
	{method: post, pattern: "EntityManager/action/removeEntity", handle: manager.RemoveEntityType},
	{method: post, pattern: "EntityManager/action/createLink", handle: manager.CreateLink},
	{method: post, pattern: "EntityManager/action/updateLink", handle: manager.UpdateLink},
	{method: post, pattern: "EntityManager/action/removeLink", handle: manager.RemoveLink},
	{method: post, pattern: "Lead/action/getConvertAttributes", handle: sales.ConvertAttributes},
	{method: post, pattern: "Lead/action/convert", handle: sales.ConvertLead},
	{method: post, pattern: "LeadCapture/action/generateNewApiKey", handle: sales.NewCaptureKey},
	{method: post, pattern: "Meeting/action/setAcceptanceStatus", handle: activities.SetAcceptance("Meeting")},
	{method: post, pattern: "Meeting/action/massSetHeld", handle: activities.SetStatus("Meeting", "Held")},
	{method: post, pattern: "Meeting/action/massSetNotHeld", handle: activities.SetStatus("Meeting", "Not Held")},
	{method: post, pattern: "Note", handle: stream.CreateNote},
	{method: get, pattern: "Note/:id", handle: stream.ReadNote, reads: true},
	{method: put, pattern: "Note/:id", handle: stream.UpdateNote},
	{method: patch, pattern: "Note/:id", handle: stream.UpdateNote},
	{method: del, pattern: "Note/:id", handle: stream.DeleteNote},
	{method: get, pattern: "Notification", handle: stream.ListNotifications},
	{method: get, pattern: "Notification/action/notReadCount", handle: stream.UnreadNotifications, reads: true},
	{method: post, pattern: "Notification/action/markAllRead", handle: stream.MarkNotificationsRead},
	{method: get, pattern: "Preferences/:id", handle: users.ReadPreferences, reads: true},
	{method: put, pattern: "Preferences/:id", handle: users.UpdatePreferences},
	{method: patch, pattern: "Preferences/:id", handle: users.UpdatePreferences},
	{method: del, pattern: "Preferences/:id", handle: users.ResetPreferences},
	{method: post, pattern: "TargetList/action/optOut", handle: sales.Opt(true)},
	{method: post, pattern: "TargetList/action/cancelOptOut", handle: sales.Opt(false)},
	{method: post, pattern: "TargetList/action/unlinkAll", handle: sales.UnlinkAll},
	{method: get, pattern: "User/:id/stream", handle: stream.UserStream, reads: true},
	{method: get, pattern: "User/:id/posts", handle: stream.UserPosts, reads: true},
	{method: post, pattern: "Webhook", handle: webhooks.CreateWebhook},
}
