package espo

import (
	"bytes"
	"context"
	"net/http"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// LayoutService reads the layouts of the web client's views: which fields they
// show, and where. They are those of the caller's layout set, if it has one.
type LayoutService struct{ client *Client }

// LayoutColumn is a field of a list or of the cards of a board.
type LayoutColumn struct {
	Name        string `json:"name,omitzero"` // of the field
	Label       string `json:"label,omitzero"`
	Width       Number `json:"width,omitzero"` // percent
	WidthPx     Number `json:"widthPx,omitzero"`
	Align       string `json:"align,omitzero"` // "left" or "right"
	Link        bool   `json:"link,omitzero"`  // to the record
	NotSortable bool   `json:"notSortable,omitzero"`
	Hidden      bool   `json:"hidden,omitzero"` // until the user asks for it
	View        string `json:"view,omitzero"`

	// Extra holds the parameters that this type does not name.
	Extra Attrs `json:",embed"`
}

// LayoutPanel is a panel of the view of one record.
type LayoutPanel struct {
	Label string         `json:"label,omitzero"`
	Name  string         `json:"name,omitzero"`
	Rows  [][]LayoutCell `json:"rows,omitzero"`

	// Extra holds the parameters that this type does not name, such as
	// dynamicLogicVisible.
	Extra Attrs `json:",embed"`
}

// LayoutCell is a cell of a row of a [LayoutPanel]. One without a name is empty.
type LayoutCell struct {
	Name      string `json:"name,omitzero"` // of the field
	FullWidth bool   `json:"fullWidth,omitzero"`

	// Extra holds the parameters that this type does not name.
	Extra Attrs `json:",embed"`
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. An empty cell is false.
func (c *LayoutCell) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*c = LayoutCell{}
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	type plain LayoutCell
	return json.UnmarshalDecode(dec, (*plain)(c))
}

// MarshalJSONTo implements [json.MarshalerTo].
func (c LayoutCell) MarshalJSONTo(enc *jsontext.Encoder) error {
	if c.Name == "" && len(c.Extra) == 0 {
		return enc.WriteToken(jsontext.False)
	}
	type plain LayoutCell
	return json.MarshalEncode(enc, plain(c))
}

// Raw reads a layout of any kind, as the server has written it, such as
// "relationships" or "bottomPanelsDetail".
//
// GET {entityType}/layout/{name}. A name that no layout has is [ErrNotFound].
// For an entity type that does not exist, the server has the layouts of one
// with nothing but a name.
func (s *LayoutService) Raw(ctx context.Context, entityType, name string, opts ...CallOption) ([]byte, error) {
	reply, err := receive[layoutReply](ctx, s.client, with(s.request("raw", entityType, name), opts))
	return reply.text, err
}

// Columns reads a layout that is a list of fields: "list", "listSmall" or
// "kanban".
//
// GET {entityType}/layout/{name}. See [LayoutService.Raw] for the errors.
func (s *LayoutService) Columns(ctx context.Context, entityType, name string, opts ...CallOption) ([]LayoutColumn, error) {
	reply, err := receive[layoutList[LayoutColumn]](ctx, s.client, with(s.request("columns", entityType, name), opts))
	return reply, err
}

// Panels reads a layout of the view of one record: "detail" or "detailSmall".
//
// GET {entityType}/layout/{name}. See [LayoutService.Raw] for the errors.
func (s *LayoutService) Panels(ctx context.Context, entityType, name string, opts ...CallOption) ([]LayoutPanel, error) {
	reply, err := receive[layoutList[LayoutPanel]](ctx, s.client, with(s.request("panels", entityType, name), opts))
	return reply, err
}

// Fields reads a layout that is nothing but names of fields: "filters" or
// "massUpdate".
//
// GET {entityType}/layout/{name}. See [LayoutService.Raw] for the errors.
func (s *LayoutService) Fields(ctx context.Context, entityType, name string, opts ...CallOption) ([]string, error) {
	reply, err := receive[layoutList[string]](ctx, s.client, with(s.request("fields", entityType, name), opts))
	return reply, err
}

func (s *LayoutService) request(what, entityType, name string) *request {
	return newRequest("Layout."+what, http.MethodGet, "{type}/layout/{layout}", entityType, name)
}

// layoutReply is a layout, as it came.
type layoutReply struct{ text []byte }

// UnmarshalJSON implements [json.Unmarshaler].
func (r *layoutReply) UnmarshalJSON(text []byte) error {
	r.text = bytes.Clone(text)
	return nil
}

func (r *layoutReply) proof() string {
	kind := jsontext.Value(r.text).Kind()
	return lacking(kind == '[' || kind == '{', "layout")
}

// layoutList is a layout that is a list.
type layoutList[T any] []T

func (r *layoutList[T]) proof() string {
	if *r == nil {
		return lacking(false, "layout")
	}
	for _, part := range *r {
		if reflect.ValueOf(part).IsZero() {
			return "a part of the layout is empty"
		}
	}
	return ""
}
