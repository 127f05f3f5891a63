package sales

import (
	"maps"
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// LeadCaptureBeforeSave gives a new entry point its keys.
func LeadCaptureBeforeSave(c *crm.Call, mem, before map[string]any) {
	if before == nil {
		mem["apiKey"], mem["formId"] = crm.RandomHex(), c.Store.NewID()
	}
}

// CaptureLead stores a lead that comes with the API key of an entry point:
// POST LeadCapture/{apiKey}.
func CaptureLead(c *crm.Call) (any, *answer.Error) {
	point := capturePoint(c, "apiKey", c.Params["apiKey"])
	if point == nil {
		return nil, answer.NotFound("Form ID is not valid.") // sic
	}
	if c.Req.Method == http.MethodOptions {
		return true, nil
	}
	if err := capture(c, point); err != nil {
		return nil, err
	}
	return true, nil
}

// CaptureForm stores a lead that comes from the form of an entry point:
// POST LeadCapture/form/{formId}.
func CaptureForm(c *crm.Call) (any, *answer.Error) {
	point := capturePoint(c, "formId", c.Params["formId"])
	if point == nil || point.Get("formEnabled") != true {
		return nil, answer.NotFound("API key is not valid.") // sic
	}
	if err := capture(c, point); err != nil {
		return nil, err
	}
	return answer.Object{{Name: "redirectUrl", Value: point.Get("formSuccessRedirectUrl")}}, nil
}

// capturePoint finds an active entry point by its key.
func capturePoint(c *crm.Call, attr, key string) *store.Record {
	for _, r := range c.Store.All("LeadCapture") {
		if r.Str(attr) == key && r.Get("isActive") == true {
			return r
		}
	}
	return nil
}

// capture stores a lead, as the system's own user does.
func capture(c *crm.Call, point *store.Record) *answer.Error {
	fields, _ := point.Get("fieldList").([]any)
	data := map[string]any{}
	for name, v := range c.Data {
		if slices.Contains(fields, any(name)) {
			data[name] = v
		}
	}
	if !slices.ContainsFunc(slices.Collect(maps.Values(data)), func(v any) bool { return v != nil && v != "" }) {
		return answer.BadRequest("empty")
	}
	system := *c
	system.User = &rights.User{Login: rights.Login{Type: "admin"}, Rec: c.Store.FindDeleted("User", "system")}
	if point.Get("duplicateCheck") == true {
		if r := capturedBefore(c, data); r != nil {
			for name := range data { // only what the lead has none of
				if php.True(r.Get(name)) {
					delete(data, name)
				}
			}
			_, _, err := system.Update(r.Entity, r.ID, data)
			if err == nil {
				captured(c, point, r, false)
			}
			return err
		}
	}
	data["source"] = point.Get("leadSource")
	if id := point.Get("campaignId"); id != nil {
		data["campaignId"] = id
	}
	lead, _, err := system.Create(c.Store.Types["Lead"], data, true)
	if err == nil {
		captured(c, point, lead, true)
	}
	if err == nil && point.Get("subscribeToTargetList") == true && point.Str("targetListId") != "" {
		c.Store.Relate(lead, "targetLists", point.Str("targetListId"), nil)
		if id := point.Str("campaignId"); id != "" {
			logCampaign(&system, id, "Opted In", lead)
		}
	}
	return err
}

// captured writes into the log of an entry point what came in.
func captured(c *crm.Call, point, lead *store.Record, isNew bool) {
	e := c.Store.Types["LeadCaptureLogRecord"]
	r := c.Store.Insert(e, c.Store.NewID())
	for name, v := range map[string]any{
		"number": c.Store.TakeNumber(e.Name, nil), "data": maps.Clone(c.Data), "isCreated": isNew, "createdAt": c.Store.Timestamp(),
		"leadCaptureId": point.ID, "targetId": lead.ID, "targetType": "Lead",
	} {
		r.Set(name, v)
	}
}

// capturedBefore finds the lead with the same e-mail address.
func capturedBefore(c *crm.Call, data map[string]any) *store.Record {
	address, _ := data["emailAddress"].(string)
	if address == "" {
		return nil
	}
	for _, r := range c.Store.All("Lead") {
		if slices.ContainsFunc(r.Addresses("emailAddress"), func(s string) bool { return crm.Lower(s) == crm.Lower(address) }) {
			return r
		}
	}
	return nil
}

// NewCaptureKey gives an entry point another API key:
// POST LeadCapture/action/generateNewApiKey.
func NewCaptureKey(c *crm.Call) (any, *answer.Error) {
	id, _ := c.Data["id"].(string)
	r := c.Store.Find("LeadCapture", id)
	switch {
	case id == "":
		return nil, answer.BadRequest("")
	case r == nil:
		return nil, answer.NotFound("")
	case !c.User.Admin():
		return nil, answer.Forbidden("No 'read' access.")
	}
	r.Set("apiKey", crm.RandomHex())
	mem := c.Fetched(r)
	c.Load(mem, r)
	return c.Output(r.Entity, mem), nil
}
