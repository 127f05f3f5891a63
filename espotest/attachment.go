package espotest

import (
	"bufio"
	"cmp"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// images are on the part of the web that the server can reach.
type images struct{ byURL map[string]image }

// image is what [WithImage] puts on the web.
type image struct {
	contentType string
	content     []byte
}

// WithImage puts an image on the part of the web that the server can reach
// for Attachment/fromImageUrl. It reaches no other.
func WithImage(url, contentType string, content []byte) Option {
	return func(c *config) error {
		if c.images == nil {
			c.images = map[string]image{}
		}
		c.images[url] = image{contentType, content}
		return nil
	}
}

func attachmentLoad(_ *call, mem map[string]any, _ *store.Record) {
	delete(mem, "sourceName") // the server does not join it
}

func (c *call) createAttachment() (any, *answer.Error) {
	body := c.files.Add()
	out, err := c.attach(maps.Clone(c.data), body)
	if err != nil {
		body.Drop()
	}
	return out, err
}

// attach creates an attachment from the data of a request, and reads the file
// in it into body.
func (c *call) attach(data map[string]any, body *store.File) (any, *answer.Error) {
	if data["isBeingUploaded"] != true {
		file, _ := data["file"].(string)
		if file == "" {
			return nil, answer.BadRequest("No file contents.")
		}
		_, encoded, ok := strings.Cut(file, ",")
		if !ok {
			return nil, answer.BadRequest("Bad file contents.")
		}
		if err := body.Append(php.Base64(strings.NewReader(encoded))); err != nil {
			return nil, answer.ServerError()
		}
		data["size"] = body.Size
	}
	if data["role"] == nil {
		data["role"] = "Attachment"
	}
	if name, _ := php.Text(data["name"]); strings.TrimSpace(name) == "" {
		return nil, answer.Invalid("Attachment", "name", "required")
	}
	if n, ok := php.Number(data["size"]); ok && n < 0 {
		return nil, answer.Invalid("Attachment", "size", "min")
	}
	if err := c.checkFile(data, body); err != nil {
		return nil, err
	}
	return c.storeAttachment(data, body)
}

// storeAttachment creates the record of a file whose field has been checked.
func (c *call) storeAttachment(data map[string]any, body *store.File) (any, *answer.Error) {
	e := c.store.Types["Attachment"]
	delete(data, "parentId") // comes with the record that takes the file
	delete(data, "relatedId")
	r, mem, err := c.create(e, data, true)
	if err != nil {
		return nil, err
	}
	c.files.Put(r.ID, body)
	r.Set("storage", storage)
	mem["storage"], mem["storageFilePath"] = storage, nil
	c.load(mem, r)
	return c.output(e, mem), nil
}

const storage = "EspoUploadDir"

// documentTypes are what a document takes, by extension.
var documentTypes = []string{
	"txt", "csv", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf", "md",
}

// imageTypes are what an image field takes.
var imageTypes = map[string]string{
	"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
	"svg": "image/svg+xml", "avif": "image/avif",
}

// checkFile refuses a file that its field does not take.
func (c *call) checkFile(data map[string]any, body *store.File) *answer.Error {
	name, _ := data["field"].(string)
	entity, _ := data["parentType"].(string)
	if entity == "" {
		entity, _ = data["relatedType"].(string)
	}
	role, _ := data["role"].(string)
	switch {
	case name == "" || entity == "":
		return answer.BadRequest("No `field` and `parentType`.")
	case role != "Attachment" && role != "Inline Attachment":
		return answer.Forbidden("Role not allowed.")
	}
	f, err := c.fileField(entity, name)
	if err != nil {
		return err
	}
	if e := c.store.Types[entity]; entity != "Note" && c.user.Level(e, rights.Create) == espo.AccessNo && c.user.Level(e, rights.Edit) == espo.AccessNo {
		return answer.Forbidden("No access to %s.", entity)
	}
	fileName, _ := data["name"].(string)
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(fileName), "."))
	switch {
	case f.Type == "image" || role == "Inline Attachment":
		if err := checkImage(ext, data, body); err != nil {
			return err
		}
	case entity == "Document" && name == "file" && !slices.Contains(documentTypes, ext):
		return answer.Forbidden("Not allowed file type.")
	}
	limit, _ := php.Number(c.store.Settings["attachmentUploadMaxSize"])
	if size, _ := php.Number(data["size"]); limit > 0 && size > limit*(1<<20) {
		return answer.Forbidden("Attachment size exceeds `attachmentUploadMaxSize`.")
	}
	return nil
}

// fileField returns a field that takes files.
func (c *call) fileField(entity, name string) (*schema.Field, *answer.Error) {
	e := c.store.Types[entity]
	if e == nil || e.Fields[name] == nil {
		return nil, answer.Forbidden("Field '%s' does not exist.", name)
	}
	f := e.Fields[name]
	switch f.Type {
	case "file", "image", "attachmentMultiple", "wysiwyg":
		return f, nil
	}
	return nil, answer.Forbidden("Field type '%s' is not allowed for Attachment.", f.Type)
}

func checkImage(ext string, data map[string]any, body *store.File) *answer.Error {
	want, ok := imageTypes[ext]
	if !ok {
		return answer.Forbidden("Not allowed file type.")
	}
	if t, _ := data["type"].(string); t != "" && t != want {
		return answer.Forbidden("Passed type does not correspond to extension.")
	}
	if data["isBeingUploaded"] != true && http.DetectContentType(body.Mem) != want {
		return answer.Forbidden("Detected mime type does not correspond to extension.")
	}
	return nil
}

// appendChunk appends to a file. The server trusts the order of the chunks
// and does not look at start.
func (c *call) appendChunk() (any, *answer.Error) {
	e := c.store.Types["Attachment"]
	r := c.store.Find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case !c.user.May(rights.Edit, r):
		return nil, answer.Forbidden("No 'read' access.")
	case r.Get("isBeingUploaded") != true:
		return nil, answer.Forbidden("Attachment is not being-uploaded.")
	}
	in, err := c.spool.Open()
	if err != nil {
		return nil, answer.ServerError()
	}
	defer in.Close()
	br := bufio.NewReader(in)
	head, err := br.ReadString(',')
	if err != nil || !strings.HasPrefix(head, "data:") || !strings.HasSuffix(head, ";base64,") {
		return nil, answer.BadRequest("Bad file data.")
	}
	body := c.files.ByID[r.ID]
	if err := body.Append(php.Base64(br)); err != nil {
		return nil, answer.ServerError()
	}
	size, ok := php.Number(r.Get("size"))
	switch {
	case ok && float64(body.Size) > size:
		return nil, &answer.Error{
			Status: http.StatusInternalServerError, Silent: true,
			Header: http.Header{"X-Status-Reason": {"File size mismatch."}},
		}
	case ok && float64(body.Size) == size:
		r.Set("isBeingUploaded", false)
	}
	return true, nil
}

// listAttachments is for administrators.
func (c *call) listAttachments() (any, *answer.Error) {
	if !c.user.Admin() {
		return nil, answer.Forbidden("")
	}
	c.params = map[string]string{"controller": "Attachment"}
	return c.listRecords()
}

func (c *call) readAttachment() (any, *answer.Error) {
	r, err := c.attachment()
	if err != nil {
		return nil, err
	}
	mem := c.fetched(r)
	c.load(mem, r)
	return c.output(r.Entity, mem), nil
}

// attachment returns the attachment of the path, if the user may read it:
// its own, and those of records that it may read.
func (c *call) attachment() (*store.Record, *answer.Error) {
	r := c.store.Find("Attachment", c.params["id"])
	if r == nil {
		return nil, answer.NotFound("")
	}
	if c.user.May(rights.Read, r) {
		return r, nil
	}
	for _, link := range []string{"parent", "related"} {
		of := c.store.Find(r.Str(link+"Type"), r.Str(link+"Id"))
		if of != nil && (of.Entity.Name == "Note" && c.mayReadNote(of) || c.user.May(rights.Read, of)) {
			return r, nil
		}
	}
	return nil, answer.Forbidden("No 'read' access.")
}

// takeFiles makes the files of a record's fields for one file its own.
func (c *call) takeFiles(r *store.Record, mem, before map[string]any) {
	for name, f := range r.Entity.Fields {
		id, _ := mem[name+"Id"].(string)
		if f.Type != "file" && f.Type != "image" || id == "" || id == before[name+"Id"] {
			continue
		}
		if a := c.store.Find("Attachment", id); a != nil {
			a.Set("relatedType", r.Entity.Name)
			a.Set("relatedId", r.ID)
		}
	}
}

func (c *call) downloadFile() (any, *answer.Error) {
	r, err := c.attachment()
	if err != nil {
		return nil, err
	}
	name := r.Str("name")
	body := c.files.ByID[r.ID]
	if body == nil || strings.ContainsAny(name, "\r\n") {
		return nil, answer.ServerError() // no such file, or no such header
	}
	in, openErr := body.Open()
	if openErr != nil {
		return nil, answer.ServerError()
	}
	h := c.out()
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if t := r.Str("type"); strings.HasPrefix(t, "text/") {
		h.Set("Content-Type", t+";charset=UTF-8")
	} else if t != "" {
		h.Set("Content-Type", t)
	}
	return answer.Reply{Content: in, Size: body.Size}, nil
}

func (c *call) copyAttachment() (any, *answer.Error) {
	to, err := c.copyTarget()
	if err != nil {
		return nil, err
	}
	from, err := c.attachment()
	if err != nil {
		return nil, err
	}
	if err := to.check(c); err != nil {
		return nil, err
	}
	return c.output(from.Entity, c.copyFile(from, to)), nil
}

// copyTarget is what a copy of a file is for.
type copyTarget struct{ field, parentType, relatedType string }

func (c *call) copyTarget() (copyTarget, *answer.Error) {
	var to copyTarget
	to.field, _ = c.data["field"].(string)
	to.parentType, _ = c.data["parentType"].(string)
	to.relatedType, _ = c.data["relatedType"].(string)
	if to.field == "" {
		return to, answer.BadRequest("No `field`.")
	}
	return to, nil
}

func (t copyTarget) check(c *call) *answer.Error {
	entity := cmp.Or(t.parentType, t.relatedType)
	if entity == "" {
		return answer.BadRequest("No parentType and relatedType.")
	}
	_, err := c.fileField(entity, t.field)
	return err
}

func (c *call) copyFile(from *store.Record, to copyTarget) map[string]any {
	r := c.store.Insert(from.Entity, c.store.NewID())
	now := c.store.Timestamp()
	mem := map[string]any{
		"id": r.ID, "deleted": false, "isBeingUploaded": false, "global": false, "storageFilePath": nil,
		"field": to.field, "parentType": php.EmptyToNull(to.parentType), "relatedType": php.EmptyToNull(to.relatedType), "sourceId": from.ID,
		"createdAt": now, "modifiedAt": now, "createdById": c.user.Rec.ID,
	}
	for _, attr := range []string{"name", "type", "size", "role", "storage"} {
		mem[attr] = from.Get(attr)
	}
	for attr, v := range mem {
		if attr != "id" && attr != "deleted" {
			r.Set(attr, v)
		}
	}
	c.files.Put(r.ID, c.files.ByID[from.ID])
	return mem
}

func (c *call) attachmentFromURL() (any, *answer.Error) {
	url, _ := c.data["url"].(string)
	if field, _ := c.data["field"].(string); url == "" || field == "" {
		return nil, answer.BadRequest("No `url` or `field`.")
	}
	img, ok := local[images](c.crm).byURL[url]
	if !ok {
		return nil, answer.Forbidden("Not allowed URL.")
	}
	body := c.files.Add()
	body.Mem, body.Size = img.content, int64(len(img.content))
	data := maps.Clone(c.data)
	data["name"], data["type"], data["size"], data["role"] = path.Base(url), img.contentType, body.Size, "Attachment"
	if err := c.checkFile(data, body); err != nil {
		return nil, err
	}
	return c.storeAttachment(data, body)
}
