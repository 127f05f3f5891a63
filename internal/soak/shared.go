package main

import (
	"context"
	"sync"
)

// shared is what all workers have together.
type shared struct {
	truth    *truth
	dialer   *dialer
	clients  []*account
	hooks    *hooks
	together together
	files    string // a folder for downloads
	entry    values // the entry point for leads
	refusals refusals
	turns    sync.Map // locks by area
	first    sync.Map // what was read first, by what it is

	// Ids of what is there from the beginning.
	user     string // whom no client is
	template string // of e-mails about accounts
	campaign string // of letters to a list
}

// boss is the administrator.
func (s *shared) boss() *account { return s.clients[len(s.clients)-1] }

// prepare makes what must be there before the workers begin.
func (s *shared) prepare(ctx context.Context, seed uint64) (err error) {
	for _, c := range s.clients {
		c.userID = s.truth.as(c.sign).userID()
	}
	if s.hooks, err = newHooks(ctx, seed, s.dialer.report); err != nil {
		return err
	}
	if err := s.hooks.register(ctx, s.boss().Client); err != nil {
		return err
	}
	entry := s.truth.create("LeadCapture", map[string]any{
		"name": "soak", "fieldList": []string{"lastName", "description"}, "subscribeToTargetList": false, "formEnabled": true,
	})
	s.entry, _ = s.truth.get("LeadCapture", entry)
	for _, u := range s.truth.find("User", "userName", otherUser) {
		s.user = u.id()
	}
	s.together = newTogether(s.truth)
	s.template = s.truth.create("EmailTemplate", map[string]any{
		"name": "soak", "subject": "About {Account.name}", "body": "Hello", "isHtml": false,
	})
	s.campaign = newCampaign(s.truth)
	return nil
}

// newCampaign makes a campaign of letters to a list with one contact.
func newCampaign(t *truth) string {
	letter := t.create("Template", map[string]any{"name": "soak", "entityType": "Contact", "body": "<p>Dear {{name}}</p>"})
	list := t.create("TargetList", map[string]any{"name": "soak"})
	t.create("Contact", map[string]any{"lastName": "Soak", "addressStreet": "Main 1", "targetListsIds": []string{list}})
	return t.create("Campaign", map[string]any{"name": "soak", "type": "Mail", "contactsTemplateId": letter, "targetListsIds": []string{list}})
}
