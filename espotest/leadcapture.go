package espotest

import (
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
)

func leadCaptureBeforeSave(c *call, mem, before map[string]any) {
	if before == nil {
		mem["apiKey"], mem["formId"] = randomHex(), c.store.newID()
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
	if point == nil || point.get("formEnabled") != true {
		return nil, answer.NotFound("API key is not valid.") // sic
	}
	if err := c.capture(point); err != nil {
		return nil, err
	}
	return answer.Object{{Name: "redirectUrl", Value: point.get("formSuccessRedirectUrl")}}, nil
}

// capturePoint finds an active entry point by its key.
func (c *call) capturePoint(attr, key string) *record {
	for _, r := range c.store.all("LeadCapture") {
		if r.str(attr) == key && r.get("isActive") == true {
			return r
		}
	}
	return nil
}

// capture stores a lead, as the system's own user does.
func (c *call) capture(point *record) *answer.Error {
	fields, _ := point.get("fieldList").([]any)
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
	system.user = &user{login: login{Type: "admin"}, rec: c.store.findDeleted("User", "system")}
	if point.get("duplicateCheck") == true {
		if r := c.capturedBefore(data); r != nil {
			_, _, err := system.update(r.entity, r.ID, data)
			return err
		}
	}
	data["source"] = point.get("leadSource")
	if id := point.get("campaignId"); id != nil {
		data["campaignId"] = id
	}
	lead, _, err := system.create(c.store.types["Lead"], data, true)
	if err == nil && point.get("subscribeToTargetList") == true && point.str("targetListId") != "" {
		c.store.relate(lead, "targetLists", point.str("targetListId"), nil)
	}
	return err
}

// capturedBefore finds the lead with the same e-mail address.
func (c *call) capturedBefore(data map[string]any) *record {
	address, _ := data["emailAddress"].(string)
	if address == "" {
		return nil
	}
	for _, r := range c.store.all("Lead") {
		if slices.ContainsFunc(r.addresses("emailAddress"), func(s string) bool { return lower(s) == lower(address) }) {
			return r
		}
	}
	return nil
}

func (c *call) newCaptureKey() (any, *answer.Error) {
	if !c.user.admin() {
		return nil, answer.Forbidden("")
	}
	id, _ := c.data["id"].(string)
	r := c.store.find("LeadCapture", id)
	switch {
	case id == "":
		return nil, answer.BadRequest("")
	case r == nil:
		return nil, answer.NotFound("")
	}
	r.set("apiKey", randomHex())
	mem := c.fetched(r)
	c.load(mem, r)
	return c.output(r.entity, mem), nil
}
