package espo_test

import (
	"net/http"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestMetadataGet(t *testing.T) {
	ctx := t.Context()
	meta := espotest.NewServer(t).Client().Metadata

	var kind string
	require.NoError(t, meta.Get(ctx, "entityDefs.Lead.fields.status.type", &kind), "a bare string")
	assert.Equal(t, "enum", kind)
	var value any
	require.NoError(t, meta.Get(ctx, "entityDefs.Lead.fields.status.type", &value))
	assert.Equal(t, "enum", value)
	var options []string
	require.NoError(t, meta.Get(ctx, "entityDefs.Lead.fields.status.options", &options))
	assert.Equal(t, []string{"New", "Assigned", "In Process", "Converted", "Recycled", "Dead"}, options)
	var length int
	require.NoError(t, meta.Get(ctx, "entityDefs.Account.fields.name.maxLength", &length))
	assert.Equal(t, 249, length)
	var required bool
	require.NoError(t, meta.Get(ctx, "entityDefs.Account.fields.name.required", &required))
	assert.True(t, required)
	var field espo.Record
	require.NoError(t, meta.Get(ctx, "entityDefs.Lead.fields.status", &field))
	assert.Equal(t, "New", field.String("default"))

	for _, key := range []string{"entityDefs.Nope", "nope", "entityDefs.Lead.fields.status.type.x"} {
		err := meta.Get(ctx, key, &value)
		require.ErrorIs(t, err, espo.ErrNotFound)
		assert.Contains(t, err.Error(), key)
	}
	require.Error(t, meta.Get(ctx, "entityDefs.Lead.fields.status", &kind), "an object is not a string")
	require.Error(t, meta.Get(ctx, "entityDefs.Lead.fields.status.type", &length), "a string is not a number")
	for _, key := range []string{"", ".", "a..b", ".a", "a."} {
		require.ErrorIs(t, meta.Get(ctx, key, &value), espo.ErrInput)
	}
}

// What is bare on the wire may look like anything.
func TestMetadataBareStrings(t *testing.T) {
	for body, want := range map[string]string{
		"enum": "enum", "true": "true", "12": "12", "null": "null", `"quoted"`: "quoted", "two words": "two words",
		"Espo\\Core": "Espo\\Core", "crm:views/x": "crm:views/x", `say "x"`: `say "x"`, "Ж": "Ж",
	} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
		var got string
		require.NoError(t, client.Metadata.Get(t.Context(), "a.b", &got), body)
		assert.Equal(t, want, got)
	}
}

func TestMetadataForeignReplies(t *testing.T) {
	for _, body := range []string{"<!DOCTYPE html><html><body>Log in</body></html>", `{"cut": `} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
		_, err := client.Metadata.Full(t.Context())
		require.ErrorIs(t, err, espo.ErrNotEspoCRM)
		_, err = client.Metadata.EntityType(t.Context(), "Account")
		require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	}
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"a": "0123456789"}`) }, espo.WithMaxReply(8))
	_, err := client.Metadata.Full(t.Context())
	require.ErrorIs(t, err, espo.ErrReplyTooLarge)
}

func TestMetadataAll(t *testing.T) {
	srv := espotest.NewServer(t)
	// A body that breaks off is read again.
	srv.Fail(espotest.Fault{Path: "Metadata", Truncate: 1000})
	all, err := srv.Client(noWait).Metadata.Full(t.Context())
	require.NoError(t, err)
	assert.Contains(t, all, "entityDefs")
	assert.Contains(t, all, "scopes")
	assert.Len(t, srv.Requests(), 2)
}

func TestMetadataEntityTypes(t *testing.T) {
	ctx := t.Context()
	srv := espotest.NewServer(t, espotest.WithEntityType("CProject", espotest.EntityType{
		Fields: map[string]espotest.Field{"stage": {Type: "enum", Options: []string{"Idea", "Done"}, Default: "Idea"}},
	}))
	meta := srv.Client().Metadata
	types, err := meta.EntityTypes(ctx)
	require.NoError(t, err)
	assert.Contains(t, types, "Account")
	assert.Contains(t, types, "CProject")
	assert.IsIncreasing(t, types)

	account, err := meta.EntityType(ctx, "Account")
	require.NoError(t, err)
	assert.True(t, account.OptimisticConcurrency)
	assert.Equal(t, "createdAt", account.Collection.OrderBy)
	assert.Equal(t, espo.Desc, account.Collection.Order)
	assert.Contains(t, account.Collection.TextFilterFields, "name")
	assert.True(t, account.Fields["name"].Required)
	assert.Equal(t, 249, account.Fields["name"].MaxLength)
	assert.Equal(t, true, account.Fields["name"].Extra["audited"])
	assert.Equal(t, espo.LinkDefs{Type: "hasMany", Entity: "Contact", Foreign: "accounts"}, withoutExtra(account.Links["contacts"]))

	field, err := meta.Field(ctx, "Opportunity", "probability")
	require.NoError(t, err)
	assert.Equal(t, espo.Number("0"), field.Min)
	assert.Equal(t, espo.Number("100"), field.Max)
	field, err = meta.Field(ctx, "CProject", "stage")
	require.NoError(t, err)
	assert.Equal(t, "Idea", field.Default)
	link, err := meta.Link(ctx, "Contact", "account")
	require.NoError(t, err)
	assert.Equal(t, "Account", link.Entity)

	options, err := meta.EnumOptions(ctx, "CProject", "stage")
	require.NoError(t, err)
	assert.Equal(t, []string{"Idea", "Done"}, options)
	options, err = meta.EnumOptions(ctx, "Lead", "industry")
	require.NoError(t, err, "it refers to that of Account")
	assert.Contains(t, options, "Aerospace")

	for _, err := range []error{
		second(meta.EntityType(ctx, "Nope")), second(meta.Field(ctx, "Account", "nope")), second(meta.Link(ctx, "Account", "nope")),
		second(meta.EnumOptions(ctx, "Account", "website")), second(meta.EnumOptions(ctx, "Account", "nope")),
	} {
		require.ErrorIs(t, err, espo.ErrNotFound)
	}
	sent := len(srv.Requests())
	for _, err := range []error{
		second(meta.EntityType(ctx, "")), second(meta.Field(ctx, "Account", "a.b")), second(meta.Link(ctx, "", "x")),
		second(meta.EnumOptions(ctx, "Account", "")),
	} {
		require.ErrorIs(t, err, espo.ErrInput)
	}
	assert.Len(t, srv.Requests(), sent)
}

func withoutExtra(l espo.LinkDefs) espo.LinkDefs {
	l.Extra = nil
	return l
}

func second[T any](_ T, err error) error { return err }

// Numbers among options, empty maps as lists, references in a circle.
func TestMetadataOfOddShapes(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("key") {
		case "entityDefs.A":
			reply(w, 200, `{"fields": {"x": {"type": "enumInt", "options": ["", 0, 15]}, "y": {"type": "enum", "options": []}}, "links": [], "indexes": {"x": 1}}`)
		case "entityDefs.A.fields.z":
			reply(w, 200, `{"type": "enum", "optionsReference": "A.z"}`)
		}
	})
	a, err := client.Metadata.EntityType(t.Context(), "A")
	require.NoError(t, err)
	assert.Equal(t, []string{"", "0", "15"}, a.Fields["x"].Options)
	assert.Equal(t, []string{}, a.Fields["y"].Options)
	assert.Empty(t, a.Links)
	assert.Equal(t, map[string]any{"x": espo.Number("1")}, a.Extra["indexes"])
	_, err = client.Metadata.EnumOptions(t.Context(), "A", "z")
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestContractMetadata(t *testing.T) {
	ctx := t.Context()
	meta := contractClient(t).Metadata
	types, err := meta.EntityTypes(ctx)
	require.NoError(t, err)
	assert.Subset(t, types, []string{"Account", "Contact", "User"})
	for _, name := range []string{"Account", "Contact", "Opportunity", "Meeting"} {
		defs, err := meta.EntityType(ctx, name)
		require.NoError(t, err)
		assert.NotEmpty(t, defs.Fields["name"].Type, name)
		assert.NotEmpty(t, defs.Links["createdBy"].Type, name)
	}
	options, err := meta.EnumOptions(ctx, "Account", "type")
	require.NoError(t, err)
	assert.Contains(t, options, "Customer")
	var kind string
	require.NoError(t, meta.Get(ctx, "entityDefs.Account.fields.website.type", &kind))
	assert.Equal(t, "url", kind)
	var no bool
	require.NoError(t, meta.Get(ctx, "scopes.Attachment.acl", &no), "false is not missing")
	_, err = meta.EntityType(ctx, "NoSuchType")
	require.ErrorIs(t, err, espo.ErrNotFound)
	all, err := meta.Full(ctx)
	require.NoError(t, err)
	assert.Contains(t, all, "entityDefs")
}

func TestOpenAPI(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()

	text, err := client.Metadata.OpenAPI(t.Context())

	require.NoError(t, err)
	var doc struct {
		Paths      map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	require.NoError(t, json.Unmarshal(text, &doc))
	assert.Contains(t, doc.Paths["/Account"], "post")
	assert.Contains(t, doc.Paths["/Account/{id}/contacts"], "delete")
	assert.Contains(t, doc.Components.Schemas, "Account_create")

	for _, reply := range []string{`{"openapi":"3.1.1"}`, `{"paths":{}}`, `{"openapi":"3.1.1","paths":[]}`, `{}`, `[]`, `true`} {
		srv.Fail(espotest.Fault{Path: "OpenApi", Status: 200, Body: reply, Times: 1})
		text, err = client.Metadata.OpenAPI(t.Context())
		require.ErrorIs(t, err, espo.ErrNotEspoCRM, reply)
		assert.Empty(t, text, reply)
	}
}
