package espo

import (
	"context"
	"net/http"
)

// LeadCaptureService takes leads in from outside, such as from the form of a
// web site. Its Submit methods send no credentials of the client's: the key,
// or the form's id, is all that they need. The entry points themselves are
// records of the entity type LeadCapture.
type LeadCaptureService struct{ client *Client }

// Submit creates a lead, or updates the one that there is with the same
// e-mail address, through an entry point. Attributes that the entry point does
// not have in its list of fields are ignored by the server.
//
// POST LeadCapture/{apiKey}. A wrong key and an entry point that is not active
// are [ErrNotFound]; nothing to store is [ErrBadRequest]; a value that is
// refused is a [ValidationError]. The key stands in no error and no log line.
func (s *LeadCaptureService) Submit(ctx context.Context, apiKey Secret, lead Attrs, opts ...CallOption) error {
	req, err := s.request(newRequest("LeadCapture.submit", http.MethodPost, "LeadCapture/{key}", string(apiKey)), lead, opts)
	if err != nil {
		return err
	}
	req.shown = "LeadCapture/***"
	return s.client.doTrue(ctx, req)
}

// FormSubmission is what somebody has filled in.
type FormSubmission struct {
	Lead         Attrs
	CaptchaToken Secret // what the form's captcha gave; empty without one
}

// SubmitForm does the same as the server's own web form does, and returns the
// address that the form's visitor is then sent to, if any.
//
// POST LeadCapture/form/{formID}. EspoCRM 9.0 and later. A form that is not
// active is [ErrNotFound]; a captcha token with a line break or another
// control character is an [InputError].
func (s *LeadCaptureService) SubmitForm(ctx context.Context, formID string, f FormSubmission, opts ...CallOption) (redirectURL string, err error) {
	req, err := s.request(newRequest("LeadCapture.submitForm", http.MethodPost, "LeadCapture/form/{id}", formID).needing(featureLeadForm), f.Lead, opts)
	if err != nil {
		return "", err
	}
	if f.CaptchaToken != "" {
		if err := checkCredential("FormSubmission.CaptchaToken", string(f.CaptchaToken), ""); err != nil {
			return "", err
		}
		req.credentials = http.Header{"X-Captcha-Token": {string(f.CaptchaToken)}}
	}
	reply, err := receive[redirectReply](ctx, s.client, req)
	return reply.URL.text, err
}

func (s *LeadCaptureService) request(req *request, lead Attrs, opts []CallOption) (*request, error) {
	if len(lead) == 0 {
		return nil, badInput("lead", "has no attribute")
	}
	req.anonymous = true
	with(req.json(lead), opts)
	return req, req.err
}

// GenerateAPIKey gives an entry point a new key, which it returns; the old one
// is no longer valid.
//
// POST LeadCapture/action/generateNewApiKey. For administrators.
func (s *LeadCaptureService) GenerateAPIKey(ctx context.Context, id string, opts ...CallOption) (Secret, error) {
	if err := notEmpty("id", id); err != nil {
		return "", err
	}
	req := newRequest("LeadCapture.generateAPIKey", http.MethodPost, "LeadCapture/action/generateNewApiKey").json(Attrs{"id": id})
	reply, err := receive[keyReply](ctx, s.client, with(req, opts))
	return reply.APIKey, err
}
