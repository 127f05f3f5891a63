package sales

import (
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/store"
)

// LeadAfterSave writes into the log of a campaign that it has brought a lead.
func LeadAfterSave(c *crm.Call, r *store.Record, _, before map[string]any) {
	if id := r.Str("campaignId"); before == nil && id != "" {
		logCampaign(c, id, "Lead Created", r)
	}
}

// logCampaign writes into the log of a campaign.
func logCampaign(c *crm.Call, campaignID, action string, parent *store.Record) {
	now := c.Store.Timestamp()
	r := c.Store.Insert(c.Store.Types["CampaignLogRecord"], c.Store.NewID())
	for name, v := range map[string]any{
		"action": action, "actionDate": now, "application": "Espo", "campaignId": campaignID, "parentType": parent.Entity.Name, "parentId": parent.ID,
		"createdAt": now, "createdById": c.User.Rec.ID, "isTest": false,
	} {
		r.Set(name, v)
	}
}

// logged is how often something is in the log of a campaign.
func logged(c *crm.Call, campaignID, action string) (n int64) {
	for _, r := range c.Store.All("CampaignLogRecord") {
		if r.Str("campaignId") == campaignID && r.Str("action") == action {
			n++
		}
	}
	return n
}
