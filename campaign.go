package espo

import (
	"context"
	"net/http"
)

// CampaignService has the records of the entity type Campaign.
type CampaignService struct {
	*RecordService[Campaign]
}

// GenerateMailMerge makes a PDF with a letter to each target of a campaign of
// the type Mail, by the template that the campaign has for them, and returns
// the id of the attachment; see [AttachmentService.Download]. link says which
// targets: "contacts", "leads", "accounts" or "users". Targets without an
// address are left out, unless the campaign says otherwise.
//
// POST Campaign/{id}/generateMailMerge. Another link is [ErrBadRequest]; a
// campaign without a template for the targets, or without targets, is
// [ErrServer].
func (s *CampaignService) GenerateMailMerge(ctx context.Context, id, link string, opts ...CallOption) (attachmentID string, err error) {
	if err := notEmpty("link", link); err != nil {
		return "", err
	}
	req := s.Ref(id).request("generateMailMerge", http.MethodPost, "generateMailMerge").json(Attrs{"link": link})
	reply, err := receive[idReply](ctx, s.client, with(req, opts))
	return reply.ID, err
}
