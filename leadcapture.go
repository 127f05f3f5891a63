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
func (s *LeadCaptureService) Submit(ctx context.Context, apiKey Secret, lead Attrs) error {
	req, err := s.request("apiKey", string(apiKey), lead, "LeadCapture/***", "LeadCapture", string(apiKey))
	if err != nil {
		return err
	}
	return s.client.doTrue(ctx, req)
}

// SubmitForm does the same as the server's own web form does, and returns the
// address that the form's visitor is then sent to, if any. captchaToken is
// what the form's captcha gave; empty without one.
//
// POST LeadCapture/form/{formID}. EspoCRM 9.1 and later. A form that is not
// active is [ErrNotFound]; a captcha token with a line break or another
// control character is an [InputError].
func (s *LeadCaptureService) SubmitForm(ctx context.Context, formID string, lead Attrs, captchaToken string) (redirectURL string, err error) {
	req, err := s.request("formID", formID, lead, "", "LeadCapture", "form", formID)
	if err != nil {
		return "", err
	}
	if captchaToken != "" {
		if err := checkCredential("captchaToken", captchaToken, ""); err != nil {
			return "", err
		}
		req.header = http.Header{"X-Captcha-Token": {captchaToken}}
	}
	reply, err := receive[redirectReply](ctx, s.client, req)
	return reply.URL.text, err
}

func (s *LeadCaptureService) request(argument, value string, lead Attrs, shown string, path ...string) (*request, error) {
	// Before newRequest, whose errors name the path.
	if value == "" || value == "." || value == ".." {
		return nil, badInput(argument, "is empty, or no key")
	}
	if len(lead) == 0 {
		return nil, badInput("lead", "has no attribute")
	}
	req, err := newRequest(http.MethodPost, path...)
	if err != nil {
		return nil, err
	}
	req.body, req.shown, req.anonymous = lead, shown, true
	return req, nil
}

// GenerateAPIKey gives an entry point a new key, which it returns; the old one
// is no longer valid.
//
// POST LeadCapture/action/generateNewApiKey. For administrators.
func (s *LeadCaptureService) GenerateAPIKey(ctx context.Context, id string) (Secret, error) {
	if err := notEmpty("id", id); err != nil {
		return "", err
	}
	reply, err := invoke[keyReply](ctx, s.client, http.MethodPost, Attrs{"id": id}, "LeadCapture", "action", "generateNewApiKey")
	return reply.APIKey, err
}
