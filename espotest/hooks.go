package espotest

import (
	"maps"

	"github.com/go-espo/espo/espotest/internal/area/activities"
	"github.com/go-espo/espo/espotest/internal/area/email"
	"github.com/go-espo/espo/espotest/internal/area/files"
	"github.com/go-espo/espo/espotest/internal/area/records"
	"github.com/go-espo/espo/espotest/internal/area/sales"
	"github.com/go-espo/espo/espotest/internal/area/stream"
	"github.com/go-espo/espo/espotest/internal/area/users"
	"github.com/go-espo/espo/espotest/internal/area/webhooks"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// hooksFor has the hooks of the entity types, which are by name, and for those
// that users have made of the template Event, or whose records form a tree.
func hooksFor(types map[string]*schema.EntityType) map[string]crm.Hooks {
	hooks := maps.Clone(hookTable)
	for name, e := range types {
		_, known := hooks[name]
		switch {
		case known:
		case e.Type == "Event":
			hooks[name] = crm.Hooks{BeforeSave: activities.KeepDuration, Load: activities.RemindersLoad}
		case e.Type == records.CategoryTree:
			hooks[name] = crm.Hooks{
				AfterCheck: records.CategoryAfterCheck(name), BeforeSave: records.CategoryBeforeSave(name), BeforeDelete: records.CategoryBeforeDelete,
				Final: true,
			}
		}
	}
	return hooks
}

// hookTable has the entity types that need more than the rules for all.
var hookTable = map[string]crm.Hooks{
	"Opportunity":          {BeforeSave: sales.OpportunityBeforeSave, AfterSave: sales.PrimaryOf("contacts", "contact")},
	"Case":                 {BeforeSave: crm.Collaborate, AfterSave: sales.CaseAfterSave},
	"Contact":              {AfterSave: sales.ContactAfterSave, AfterLink: sales.ContactAfterLink},
	"Lead":                 {BeforeCheck: sales.LeadBeforeCheck, BeforeSave: sales.LeadBeforeSave, AfterSave: sales.LeadAfterSave},
	"Meeting":              {BeforeSave: activities.EventBeforeSave, AfterSave: activities.EventAfterSave, Load: activities.MeetingLoad},
	"Call":                 {BeforeSave: activities.EventBeforeSave, AfterSave: activities.EventAfterSave, Load: activities.CallLoad},
	"Task":                 {BeforeSave: activities.TaskBeforeSave, Load: activities.RemindersLoad},
	"KnowledgeBaseArticle": {BeforeSave: sales.ArticleBeforeSave},
	"Webhook":              {AfterCheck: webhooks.WebhookAfterCheck},
	"WebhookQueueItem":     {BeforeCheck: webhooks.QueueItemBeforeCheck},
	"Email":                {BeforeCheck: email.BeforeCheck, BeforeSave: email.BeforeSave, AfterSave: email.AfterSave, Filter: email.Filter, TextFilter: email.TextFilter, Load: email.Load, Item: email.Item},
	"EmailFolder":          {BeforeSave: email.FolderBeforeSave},
	"LeadCapture":          {BeforeSave: sales.LeadCaptureBeforeSave},
	"User":                 {BeforeCheck: users.UserBeforeCheck, AfterCheck: users.UserNameTaken, BeforeSave: users.UserBeforeSave, AfterSave: users.UserAfterSave, Load: users.UserLoad, Item: users.UserItem},
	"Role":                 {AfterCheck: users.RoleAfterCheck, AfterSave: users.RoleAfterSave, AfterDelete: users.RoleAfterDelete},
	"PortalRole":           {AfterCheck: users.PortalRoleAfterCheck},
	"Team":                 {AfterSave: users.TeamAfterSave, AfterLink: users.TeamAfterLink},
	"Campaign":             {BeforeCheck: sales.CampaignBeforeCheck, Load: sales.CampaignLoad},
	"TargetList":           {Load: sales.TargetListLoad},
	"Note":                 {AfterCheck: stream.NoteAfterCheck, Load: stream.NoteLoad, Item: stream.NoteSuperParent},
	"Pipeline":             {AfterCheck: sales.PipelineAfterCheck, BeforeSave: sales.PipelineBeforeSave, AfterSave: sales.PipelineAfterSave},
	"PipelineStage":        {AfterCheck: sales.StageAfterCheck, BeforeSave: sales.StageBeforeSave},
	"Attachment":           {Load: files.AttachmentLoad},
}
