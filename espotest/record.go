package espotest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/validate"
)

// noController are the entity types that the API does not have.
var noController = []string{
	"ArrayValue", "Autofollow", "Currency", "LayoutRecord", "PasswordChangeRequest", "Reminder", "StreamSubscription",
	"UniqueId", "UserData", "UserReaction",
}

// adminControllers are the entity types that only administrators reach.
var adminControllers = []string{
	"AddressCountry", "AppLogRecord", "AppSecret", "AuthLogRecord", "AuthToken", "AuthenticationProvider",
	"DashboardTemplate", "EmailAddress", "EmailQueueItem", "Extension", "InboundEmail", "Job", "LayoutSet",
	"LeadCapture", "LeadCaptureLogRecord", "OAuthAccount", "OAuthProvider", "PhoneNumber", "Portal", "PortalRole",
	"ScheduledJob", "ScheduledJobLogRecord", "WebhookEventQueueItem", "WebhookQueueItem",
}

// entity returns the entity type that a path names.
func (c *call) entity(name string) (*schema.EntityType, *answer.Error) {
	e := c.store.Types[name]
	if e == nil || slices.Contains(noController, name) {
		return nil, answer.NotFound("Controller '%s' does not exist.", name)
	}
	return e, nil
}

// controller returns the entity type of a route for all of them, unless the
// user may have nothing to do with it.
func (c *call) controller() (*schema.EntityType, *answer.Error) {
	name := c.params["controller"]
	e, err := c.entity(name)
	if err != nil {
		return nil, err
	}
	switch {
	case c.user.Admin():
	case name == "Integration", name == "ActionHistoryRecord" && c.req.Method != http.MethodGet && c.req.Method != http.MethodDelete:
		return nil, answer.Forbidden("")
	case slices.Contains(adminControllers, name), (name == "Import" || name == "ExternalAccount") && c.user.Level(e, rights.Read) == espo.AccessNo,
		name == "EmailAccount" && !c.user.Allows("EmailAccountScope"):
		return nil, answer.Forbidden("No access to '%s'.", name)
	}
	return e, nil
}

func (c *call) readRecord() (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	r, err := c.readable(e, c.params["id"])
	if err != nil {
		return nil, err
	}
	mem := c.fetched(r)
	c.load(mem, r)
	return c.output(e, mem), nil
}

// readable returns a record that the user may read.
func (c *call) readable(e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	if c.user.Level(e, rights.Read) == espo.AccessNo {
		return nil, answer.Forbidden("No read access.")
	}
	r := c.store.Find(e.Name, id)
	if r == nil && c.user.Admin() {
		r = c.store.FindDeleted(e.Name, id) // administrators see deleted records
	}
	if r == nil {
		return nil, answer.NotFound("Record %s does not exist.", id)
	}
	if !c.user.May(rights.Read, r) {
		return nil, answer.Forbidden("No 'read' access.")
	}
	return r, nil
}

func (c *call) createRecord() (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	if e.Name == "Preferences" {
		return nil, c.noAction("create")
	}
	r, mem, err := c.create(e, c.data, c.header("X-Skip-Duplicate-Check") == "true")
	if err != nil {
		return nil, err
	}
	c.load(mem, r)
	return c.output(e, mem), nil
}

// create stores a new record after all checks. What it returns besides the
// record is what the server's entity holds at that point, which the answer
// shows.
func (c *call) create(e *schema.EntityType, data map[string]any, skipDuplicates bool) (*store.Record, map[string]any, *answer.Error) {
	if c.user.Level(e, rights.Create) == espo.AccessNo {
		return nil, nil, answer.Forbidden("No create access.")
	}
	in := c.input(e, data, true)
	mem := schema.Defaults(e)
	maps.Copy(mem, in)
	c.populate(e, mem)
	if h := c.hooks[e.Name].beforeCheck; h != nil {
		if err := h(c, mem); err != nil {
			return nil, nil, err
		}
	}
	if err := c.checkKinds(e, data, true); err != nil {
		return nil, nil, err
	}
	if err := validate.Record(c.store, e, mem, nil); err != nil {
		return nil, nil, err
	}
	if err := c.checkAssignment(in); err != nil {
		return nil, nil, err
	}
	if err := c.checkColumns(e, in); err != nil {
		return nil, nil, err
	}
	if err := c.checkLinks(e, in, nil); err != nil {
		return nil, nil, err
	}
	if !skipDuplicates {
		if err := c.checkDuplicates(e, mem, nil); err != nil {
			return nil, nil, err
		}
	}
	if h := c.hooks[e.Name].afterCheck; h != nil {
		if err := h(c, mem, nil); err != nil {
			return nil, nil, err
		}
	}
	if err := checkNull(e, in); err != nil {
		return nil, nil, err
	}
	r := c.store.Insert(e, c.store.NewID())
	now := c.store.Timestamp()
	for _, name := range []string{"createdAt", "modifiedAt", "streamUpdatedAt"} {
		if e.Attr(name) != nil {
			mem[name] = now
		}
	}
	if e.Attr("createdById") != nil {
		mem["createdById"] = c.user.Rec.ID
	}
	maps.Copy(mem, c.stamps)
	c.save(r, mem, nil, true)
	mem["id"], mem["deleted"] = r.ID, false
	if e.OptimisticConcurrency {
		mem["versionNumber"] = int64(1)
	}
	c.hookCreate(r, mem)
	return r, mem, nil
}

// populate sets what the server fills in itself before it checks.
func (c *call) populate(e *schema.EntityType, mem map[string]any) {
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		if f.Type == "currency" && mem[name] != nil && !php.True(mem[name+"Currency"]) && e.Attr(name+"Currency") != nil {
			mem[name+"Currency"] = c.store.Settings["defaultCurrency"]
		}
	}
}

func (c *call) updateRecord() (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	_, mem, err := c.update(e, c.params["id"], c.data)
	if err != nil {
		return nil, err
	}
	return c.output(e, mem), nil
}

// update changes a record after all checks, and returns what the server's
// entity holds then: what was loaded before the change, with the change.
func (c *call) update(e *schema.EntityType, id string, data map[string]any) (*store.Record, map[string]any, *answer.Error) {
	if c.user.Level(e, rights.Edit) == espo.AccessNo {
		return nil, nil, answer.Forbidden("No edit access.")
	}
	r := c.store.Find(e.Name, id)
	if r == nil {
		return nil, nil, answer.NotFound("Record %s not found.", id)
	}
	if !c.user.May(rights.Edit, r) {
		return nil, nil, answer.Forbidden("No edit access.")
	}
	before := c.fetched(r)
	c.load(before, r)
	mem := maps.Clone(before)
	in := c.input(e, data, false)
	maps.Copy(mem, in)
	if h := c.hooks[e.Name].beforeCheck; h != nil {
		if err := h(c, mem); err != nil {
			return nil, nil, err
		}
	}
	if err := c.checkKinds(e, data, false); err != nil {
		return nil, nil, err
	}
	if err := validate.Record(c.store, e, mem, in); err != nil {
		return nil, nil, err
	}
	if err := c.checkVersion(r, before, in); err != nil {
		return nil, nil, err
	}
	if err := c.checkAssignment(in); err != nil {
		return nil, nil, err
	}
	if err := c.checkColumns(e, in); err != nil {
		return nil, nil, err
	}
	if err := c.checkLinks(e, in, before); err != nil {
		return nil, nil, err
	}
	if e.UpdateDuplicateCheck && c.header("X-Skip-Duplicate-Check") != "true" {
		if err := c.checkDuplicates(e, mem, r); err != nil {
			return nil, nil, err
		}
	}
	if h := c.hooks[e.Name].afterCheck; h != nil {
		if err := h(c, mem, before); err != nil {
			return nil, nil, err
		}
	}
	if err := checkNull(e, in); err != nil {
		return nil, nil, err
	}
	if e.Attr("modifiedAt") != nil {
		mem["modifiedAt"] = c.store.Timestamp()
	}
	if e.Attr("modifiedById") != nil {
		mem["modifiedById"], mem["modifiedByName"] = c.user.Rec.ID, c.user.Rec.Get("name")
	}
	c.save(r, mem, before, false)
	r.Version++
	if e.OptimisticConcurrency {
		mem["versionNumber"] = int64(r.Version)
	}
	c.hookUpdate(r, mem, before)
	return r, mem, nil
}

// checkKinds fails where the server's program does: on a list or an object
// where a simple value belongs.
func (c *call) checkKinds(e *schema.EntityType, data map[string]any, create bool) *answer.Error {
	for name, v := range data {
		a := e.Attr(name)
		if !php.IsList(v) || !c.writable(a, create) {
			continue
		}
		_, object := v.(map[string]any)
		switch a.Kind {
		case schema.KindLink:
			if !object {
				return answer.Crash()
			}
			return answer.ServerError()
		case schema.KindDate, schema.KindDateTime, schema.KindDateTimeOptional:
			return answer.ServerError()
		case schema.KindVarchar:
			if a.Field.Type == "phone" {
				return answer.ServerError()
			}
		}
	}
	return nil
}

// checkNull fails where the database does: it has no flag that is null.
func checkNull(e *schema.EntityType, in map[string]any) *answer.Error {
	for name, v := range in {
		if a := e.Attr(name); a != nil && a.Kind == schema.KindBool && v == nil && !a.NotStorable {
			return answer.ServerError()
		}
	}
	return nil
}

// checkVersion refuses an update that was made on an older version, unless it
// changes nothing.
func (c *call) checkVersion(r *store.Record, before, in map[string]any) *answer.Error {
	if len(c.req.Header.Values("X-Version-Number")) == 0 || !r.Entity.OptimisticConcurrency {
		return nil
	}
	if n, err := strconv.Atoi(c.header("X-Version-Number")); err == nil && n == r.Version {
		return nil
	}
	values := map[string]any{}
	for name, v := range in {
		old, ok := before[name]
		if !ok || php.Same(old, v) {
			continue
		}
		values[name] = old
		if a := r.Entity.Attr(name); a != nil && a.Kind == schema.KindLink {
			values[a.Link+"Name"] = before[a.Link+"Name"]
		}
	}
	if len(values) == 0 {
		return nil
	}
	return &answer.Error{
		Status: http.StatusConflict, Reason: "modified",
		Body: map[string]any{"values": values, "versionNumber": int64(r.Version)},
	}
}

// modified notes that the user changed the record.
func (c *call) modified(r *store.Record) {
	if r.Entity.Attr("modifiedAt") != nil {
		r.Set("modifiedAt", c.store.Timestamp())
	}
	if r.Entity.Attr("modifiedById") != nil {
		r.Set("modifiedById", c.user.Rec.ID)
	}
}

func (c *call) deleteRecord() (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	if err := c.delete(e, c.params["id"]); err != nil {
		return nil, err
	}
	return true, nil
}

func (c *call) delete(e *schema.EntityType, id string) *answer.Error {
	if id == c.user.Rec.ID {
		return answer.Forbidden("Can't delete own user.")
	}
	if c.user.Level(e, rights.Delete) == espo.AccessNo {
		return answer.Forbidden("No delete access.")
	}
	r := c.store.Find(e.Name, id)
	if r == nil {
		return answer.NotFound("Record %s not found.", id)
	}
	if !c.user.May(rights.Delete, r) {
		return answer.Forbidden("No delete access.")
	}
	c.store.Remove(r)
	if e.Name == "Attachment" {
		c.files.Remove(id) // else a long test keeps every file
	}
	c.modified(r)
	c.hookDelete(r)
	return nil
}
