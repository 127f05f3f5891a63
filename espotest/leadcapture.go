package espotest

import (
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

func leadCaptureBeforeSave(c *call, mem, before map[string]any) {
	if before == nil {
		mem["apiKey"], mem["formId"] = randomHex(), c.store.NewID()
	}
}

func (c *call) captureLead() (any, *answer.Error) {
	point := c.capturePoint("apiKey", c.params["apiKey"])
	if point == nil {
		return nil, answer.NotFound("Form ID is not valid.") // sic
	}
	if c.req.Method == http.MethodOptions {
		return true, nil
	}
	if err := c.capture(point); err != nil {
		return nil, err
	}
	return true, nil
}

func (c *call) captureForm() (any, *answer.Error) {
	point := c.capturePoint("formId", c.params["formId"])
	if point == nil || point.Get("formEnabled") != true {
		return nil, answer.NotFound("API key is not valid.") // sic
	}
	if err := c.capture(point); err != nil {
		return nil, err
	}
	return answer.Object{{Name: "redirectUrl", Value: point.Get("formSuccessRedirectUrl")}}, nil
}

// capturePoint finds an active entry point by its key.
func (c *call) capturePoint(attr, key string) *store.Record {
	for _, r := range c.store.All("LeadCapture") {
		if r.Str(attr) == key && r.Get("isActive") == true {
			return r
		}
	}
	return nil
}

// capture stores a lead, as the system's own user does.
func (c *call) capture(point *store.Record) *answer.Error {
	fields, _ := point.Get("fieldList").([]any)
	data := map[string]any{}
	for name, v := range c.data {
		if slices.Contains(fields, any(name)) {
			data[name] = v
		}
	}
	if len(data) == 0 {
		return answer.BadRequest("empty")
	}
	system := *c
	system.user = &rights.User{Login: rights.Login{Type: "admin"}, Rec: c.store.FindDeleted("User", "system")}
	if point.Get("duplicateCheck") == true {
		if r := c.capturedBefore(data); r != nil {
			_, _, err := system.update(r.Entity, r.ID, data)
			return err
		}
	}
	data["source"] = point.Get("leadSource")
	if id := point.Get("campaignId"); id != nil {
		data["campaignId"] = id
	}
	lead, _, err := system.create(c.store.Types["Lead"], data, true)
	if err == nil && point.Get("subscribeToTargetList") == true && point.Str("targetListId") != "" {
		c.store.Relate(lead, "targetLists", point.Str("targetListId"), nil)
	}
	return err
}

// capturedBefore finds the lead with the same e-mail address.
func (c *call) capturedBefore(data map[string]any) *store.Record {
	address, _ := data["emailAddress"].(string)
	if address == "" {
		return nil
	}
	for _, r := range c.store.All("Lead") {
		if slices.ContainsFunc(r.Addresses("emailAddress"), func(s string) bool { return lower(s) == lower(address) }) {
			return r
		}
	}
	return nil
}

func (c *call) newCaptureKey() (any, *answer.Error) {
	if !c.user.Admin() {
		return nil, answer.Forbidden("")
	}
	id, _ := c.data["id"].(string)
	r := c.store.Find("LeadCapture", id)
	switch {
	case id == "":
		return nil, answer.BadRequest("")
	case r == nil:
		return nil, answer.NotFound("")
	}
	r.Set("apiKey", randomHex())
	mem := c.fetched(r)
	c.load(mem, r)
	return c.output(r.Entity, mem), nil
}
