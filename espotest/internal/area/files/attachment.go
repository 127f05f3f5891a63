package files

import (
	"bufio"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Images are on the part of the web that the server can reach.
type Images struct{ ByURL map[string]Image }

// Image is what [WithImage] puts on the web.
type Image struct {
	ContentType string
	Content     []byte
}

// AttachmentLoad takes away what the server does not load for an attachment.
func AttachmentLoad(_ *crm.Call, mem map[string]any, _ *store.Record) {
	delete(mem, "sourceName") // the server does not join it
}

// CreateAttachment stores a file, or begins one that comes in chunks:
// POST Attachment.
func CreateAttachment(c *crm.Call) (any, *answer.Error) {
	body := c.Files.Add()
	out, err := attach(c, maps.Clone(c.Data), body)
	if err != nil {
		body.Drop()
	}
	return out, err
}

// attach creates an attachment from the data of a request, and reads the file
// in it into body.
func attach(c *crm.Call, data map[string]any, body *store.File) (any, *answer.Error) {
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
	if err := checkFile(c, data, body); err != nil {
		return nil, err
	}
	return storeAttachment(c, data, body)
}

// storeAttachment creates the record of a file whose field has been checked.
func storeAttachment(c *crm.Call, data map[string]any, body *store.File) (any, *answer.Error) {
	e := c.Store.Types["Attachment"]
	delete(data, "parentId") // comes with the record that takes the file
	delete(data, "relatedId")
	related := data["relatedType"]
	if related == crm.EMLFiles { // no entity type that a record could be of
		delete(data, "relatedType")
	}
	r, mem, err := c.Create(e, data, true)
	if err != nil {
		return nil, err
	}
	if related == crm.EMLFiles {
		r.Set("relatedType", related)
		mem["relatedType"] = related
	}
	c.Files.Put(r.ID, body)
	r.Set("storage", crm.Storage)
	mem["storage"], mem["storageFilePath"] = crm.Storage, nil
	if data["isBeingUploaded"] == true && !c.Has(release.ContentsHidden) {
		mem["contents"] = ""
	}
	c.Load(mem, r)
	return c.Output(e, mem), nil
}

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
func checkFile(c *crm.Call, data map[string]any, body *store.File) *answer.Error {
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
	f, err := c.FileField(entity, name)
	if err != nil {
		return err
	}
	e := c.Store.Types[entity]
	if entity == crm.EMLFiles {
		e = c.Store.Types["Email"]
	}
	if entity != "Note" && c.User.Level(e, rights.Create) == rights.LevelNo && c.User.Level(e, rights.Edit) == rights.LevelNo {
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
	limit, _ := php.Number(c.Store.Settings["attachmentUploadMaxSize"])
	if size, _ := php.Number(data["size"]); limit > 0 && size > limit*(1<<20) {
		return answer.Forbidden("Attachment size exceeds `attachmentUploadMaxSize`.")
	}
	return nil
}

func checkImage(ext string, data map[string]any, body *store.File) *answer.Error {
	want, ok := imageTypes[ext]
	if !ok {
		return answer.Forbidden("Not allowed file type.")
	}
	if t, _ := data["type"].(string); t != "" && t != want {
		return answer.Forbidden("Passed type does not correspond to extension.")
	}
	if data["isBeingUploaded"] != true && !looksLike(body.Mem, want) {
		return answer.Forbidden("Detected mime type does not correspond to extension.")
	}
	return nil
}

// looksLike reports whether a file is of a type to the server, to which the name of
// the format alone is not a PNG.
func looksLike(content []byte, want string) bool {
	const header = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	return http.DetectContentType(content) == want && (want != "image/png" || strings.HasPrefix(string(content), header))
}

// AppendChunk appends to a file. The server trusts the order of the chunks
// and does not look at start.
func AppendChunk(c *crm.Call) (any, *answer.Error) {
	e := c.Store.Types["Attachment"]
	r := c.Store.Find(e.Name, c.Params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case !c.User.May(rights.Edit, r):
		return nil, answer.Forbidden("No 'read' access.")
	case r.Get("isBeingUploaded") != true:
		return nil, answer.Forbidden("Attachment is not being-uploaded.")
	}
	in, err := c.Spool.Open()
	if err != nil {
		return nil, answer.ServerError()
	}
	defer in.Close()
	br := bufio.NewReader(in)
	head, err := br.ReadString(',')
	if err != nil || !strings.HasPrefix(head, "data:") || !strings.HasSuffix(head, ";base64,") {
		return nil, answer.BadRequest("Bad file data.")
	}
	body := c.Files.ByID[r.ID]
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

// ListAttachments is for administrators.
func ListAttachments(c *crm.Call) (any, *answer.Error) {
	if !c.User.Admin() {
		return nil, answer.Forbidden("")
	}
	c.Params = map[string]string{"controller": "Attachment"}
	return crm.ListRecords(c)
}

// ReadAttachment reads an attachment without what the file holds:
// GET Attachment/{id}.
func ReadAttachment(c *crm.Call) (any, *answer.Error) {
	r, err := attachment(c)
	if err != nil {
		if err.Status == http.StatusNotFound {
			err.Reason = "Record " + c.Params["id"] + " does not exist."
		}
		return nil, err
	}
	mem := c.Fetched(r)
	c.Load(mem, r)
	return c.Output(r.Entity, mem), nil
}

// attachment returns the attachment of the path, if the user may read it:
// its own, and those of records that it may read.
func attachment(c *crm.Call) (*store.Record, *answer.Error) {
	r := c.Store.Find("Attachment", c.Params["id"])
	if r == nil {
		return nil, answer.NotFound("")
	}
	if c.User.May(rights.Read, r) {
		return r, nil
	}
	for _, link := range []string{"parent", "related"} {
		of := c.Store.Find(r.Str(link+"Type"), r.Str(link+"Id"))
		if of != nil && (of.Entity.Name == "Note" && c.MayReadNote(of) || c.User.May(rights.Read, of)) {
			return r, nil
		}
	}
	return nil, answer.Forbidden("No 'read' access.")
}

// DownloadFile answers with what the file holds: GET Attachment/file/{id}.
func DownloadFile(c *crm.Call) (any, *answer.Error) {
	r, err := attachment(c)
	if err != nil {
		return nil, err
	}
	name := r.Str("name")
	body := c.Files.ByID[r.ID]
	if body == nil || strings.ContainsAny(name, "\r\n") {
		return nil, answer.ServerError() // no such file, or no such header
	}
	in, openErr := body.Open()
	if openErr != nil {
		return nil, answer.ServerError()
	}
	h := c.Out()
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if t := r.Str("type"); strings.HasPrefix(t, "text/") {
		h.Set("Content-Type", t+";charset=UTF-8")
	} else if t != "" {
		h.Set("Content-Type", t)
	}
	return answer.Reply{Content: in, Size: body.Size}, nil
}

// CopyAttachment copies an attachment for another field:
// POST Attachment/copy/{id}.
func CopyAttachment(c *crm.Call) (any, *answer.Error) {
	to, err := c.CopyTarget()
	if err != nil {
		return nil, err
	}
	from, err := attachment(c)
	if err != nil {
		return nil, err
	}
	if err := to.Check(c); err != nil {
		return nil, err
	}
	return c.Output(from.Entity, c.CopyFile(from, to)), nil
}

// AttachmentFromURL stores an image that has a URL:
// POST Attachment/fromImageUrl.
func AttachmentFromURL(c *crm.Call) (any, *answer.Error) {
	url, _ := c.Data["url"].(string)
	if field, _ := c.Data["field"].(string); url == "" || field == "" {
		return nil, answer.BadRequest("No `url` or `field`.")
	}
	img, ok := crm.Local[Images](c.CRM).ByURL[url]
	if !ok {
		return nil, answer.Forbidden("Not allowed URL.")
	}
	body := c.Files.Add()
	body.Mem, body.Size = img.Content, int64(len(img.Content))
	data := maps.Clone(c.Data)
	data["name"], data["type"], data["size"], data["role"] = path.Base(url), img.ContentType, body.Size, "Attachment"
	if err := checkFile(c, data, body); err != nil {
		return nil, err
	}
	return storeAttachment(c, data, body)
}
