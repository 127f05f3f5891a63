package espo_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// stockTypes are the Go types of the stock entity types.
var stockTypes = map[string]reflect.Type{
	"Account":              reflect.TypeFor[espo.Account](),
	"Call":                 reflect.TypeFor[espo.Call](),
	"Campaign":             reflect.TypeFor[espo.Campaign](),
	"Case":                 reflect.TypeFor[espo.Case](),
	"Contact":              reflect.TypeFor[espo.Contact](),
	"Document":             reflect.TypeFor[espo.Document](),
	"Email":                reflect.TypeFor[espo.Email](),
	"KnowledgeBaseArticle": reflect.TypeFor[espo.KnowledgeBaseArticle](),
	"Lead":                 reflect.TypeFor[espo.Lead](),
	"Meeting":              reflect.TypeFor[espo.Meeting](),
	"Opportunity":          reflect.TypeFor[espo.Opportunity](),
	"TargetList":           reflect.TypeFor[espo.TargetList](),
	"Task":                 reflect.TypeFor[espo.Task](),
	"Team":                 reflect.TypeFor[espo.Team](),
	"User":                 reflect.TypeFor[espo.User](),
}

// Every attribute of every captured record of a stock type has a field, and
// what was read is what is written.
func TestStockTypesHoldCapturedRecords(t *testing.T) {
	seen := map[string]int{}
	for where, records := range capturedRecords(t) {
		for _, r := range records {
			seen[r.entityType]++
			value := reflect.New(stockTypes[r.entityType])
			require.NoError(t, json.Unmarshal(r.json, value.Interface()), "%s %s", where, r.json)
			assert.Empty(t, value.Elem().FieldByName("Extra").Interface(), "%s: attributes that %s does not name", where, r.entityType)

			written, err := json.Marshal(value.Interface())
			require.NoError(t, err, where)
			assert.Equal(t, nonZero(t, r.json), nonZero(t, written), where)
		}
	}
	assert.Greater(t, seen["Account"], 200)
	for _, typ := range []string{"Call", "Contact", "Document", "KnowledgeBaseArticle", "Lead", "Meeting", "Opportunity", "Task", "User"} {
		assert.NotZero(t, seen[typ], "captured records of %s", typ)
	}
}

type capturedRecord struct {
	entityType string
	json       jsontext.Value
}

// capturedRecords returns the records of stock types in the captures of all
// versions, by scenario and step.
func capturedRecords(t *testing.T) map[string][]capturedRecord {
	t.Helper()
	captures, err := filepath.Glob("testdata/wire*/*/*.json") // those of every version
	require.NoError(t, err)
	require.NotEmpty(t, captures)
	found := map[string][]capturedRecord{}
	for _, path := range captures {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		var capture struct {
			Exchanges []struct {
				Step    string `json:"step"`
				Request struct {
					Path string `json:"path"`
				} `json:"request"`
				Response struct {
					Status int            `json:"status"`
					Body   jsontext.Value `json:"body"`
				} `json:"response"`
			} `json:"exchanges"`
		}
		require.NoError(t, json.Unmarshal(data, &capture), path)
		for i, e := range capture.Exchanges {
			where := fmt.Sprintf("%s %d %s", path, i, e.Step)
			found[where] = recordsIn(e.Response.Body, replyType(e.Request.Path, e.Response.Status))
		}
	}
	return found
}

// replyType returns the entity type of the records in a reply that do not
// say theirs, or "".
func replyType(path string, status int) string {
	parts := strings.Split(path, "/")
	related := map[string]string{"Account contacts": "Contact", "Opportunity contacts": "Contact", "Import imported": "Account"}
	switch {
	case status != 200 && status != 409:
		return ""
	case parts[0] == "Kanban":
		return parts[1]
	case len(parts) == 3:
		return related[parts[0]+" "+parts[2]]
	case len(parts) < 3 && (len(parts) != 2 || parts[1] != "action"):
		return parts[0]
	}
	return ""
}

// recordsIn finds the records in a reply: itself, a list, or lists in groups.
func recordsIn(body jsontext.Value, entityType string) []capturedRecord {
	switch body.Kind() {
	case '[':
		var list []jsontext.Value
		if json.Unmarshal(body, &list) != nil {
			return nil
		}
		var all []capturedRecord
		for _, item := range list {
			all = append(all, recordsIn(item, entityType)...)
		}
		return all
	case '{':
		var reply map[string]jsontext.Value
		if json.Unmarshal(body, &reply) != nil {
			return nil
		}
		if reply["id"] == nil {
			return append(recordsIn(reply["list"], entityType), recordsIn(reply["groups"], entityType)...)
		}
		// Lists of several types say each record's; it is not an attribute.
		if scope := reply["_scope"]; scope != nil {
			_ = json.Unmarshal(scope, &entityType)
			delete(reply, "_scope")
		}
		if stockTypes[entityType] == nil {
			return nil
		}
		record, err := json.Marshal(reply, json.Deterministic(true))
		if err != nil {
			return nil
		}
		return []capturedRecord{{entityType, record}}
	}
	return nil
}

// nonZero returns the attributes of a record that are neither null nor a zero
// value, with date-times in their full form.
func nonZero(t *testing.T, record jsontext.Value) map[string]any {
	t.Helper()
	var attrs map[string]any
	require.NoError(t, json.Unmarshal(record, &attrs))
	maps.DeleteFunc(attrs, func(_ string, v any) bool {
		switch v := v.(type) {
		case []any:
			return len(v) == 0
		case map[string]any:
			return len(v) == 0
		}
		return slices.Contains([]any{nil, false, 0.0, ""}, v)
	})
	for _, name := range []string{"dateStart", "dateEnd"} {
		if s, ok := attrs[name].(string); ok && len(s) == len("2006-01-02 15:04") {
			attrs[name] = s + ":00" // some servers echo what was sent without seconds
		}
	}
	return attrs
}

func TestStockTypesKeepUnknownAttributes(t *testing.T) {
	for name, typ := range stockTypes {
		value := reflect.New(typ)
		require.NoError(t, json.Unmarshal([]byte(`{"id":"1","cTier":"Gold","cMore":{"a":[1]}}`), value.Interface()), name)
		assert.Equal(t, espo.Attrs{"cTier": "Gold", "cMore": map[string]any{"a": []any{1.0}}}, value.Elem().FieldByName("Extra").Interface(), name)
		written, err := json.Marshal(value.Interface(), json.Deterministic(true))
		require.NoError(t, err, name)
		assert.JSONEq(t, `{"id":"1","cTier":"Gold","cMore":{"a":[1]}}`, string(written), name)
	}
}

// Zero fields are left out of what Create sends; Extra can send them.
func TestStockTypesOmitZeroFields(t *testing.T) {
	for name, typ := range stockTypes {
		written, err := json.Marshal(reflect.New(typ).Interface())
		require.NoError(t, err, name)
		assert.Equal(t, `{}`, string(written), name)
	}
	written, err := json.Marshal(espo.User{UserName: "u", Extra: espo.Attrs{"isActive": false}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"userName":"u","isActive":false}`, string(written))
}

func TestAccountLinks(t *testing.T) {
	client, err := espo.NewClient("https://crm.example.com", espo.APIKey("k"))
	require.NoError(t, err)
	accounts := client.Accounts
	assert.Equal(t, "Account", accounts.EntityType())
	assert.Equal(t, espo.Related[espo.Contact](client, espo.Ref{Type: "Account", ID: "1"}, "contacts"), accounts.Contacts("1"))
	assert.Equal(t, espo.Related[espo.Opportunity](client, espo.Ref{Type: "Account", ID: "1"}, "opportunities"), accounts.Opportunities("1"))
	assert.Equal(t, espo.Related[espo.Case](client, espo.Ref{Type: "Account", ID: "1"}, "cases"), accounts.Cases("1"))
	assert.Equal(t, espo.Related[espo.Meeting](client, espo.Ref{Type: "Account", ID: "1"}, "meetings"), accounts.Meetings("1"))
	assert.Equal(t, espo.Related[espo.Call](client, espo.Ref{Type: "Account", ID: "1"}, "calls"), accounts.Calls("1"))
	assert.Equal(t, espo.Related[espo.Task](client, espo.Ref{Type: "Account", ID: "1"}, "tasks"), accounts.Tasks("1"))
	assert.Equal(t, espo.Related[espo.Email](client, espo.Ref{Type: "Account", ID: "1"}, "emails"), accounts.Emails("1"))
	assert.Equal(t, espo.Related[espo.Document](client, espo.Ref{Type: "Account", ID: "1"}, "documents"), accounts.Documents("1"))
	assert.Equal(t, espo.Related[espo.TargetList](client, espo.Ref{Type: "Account", ID: "1"}, "targetLists"), accounts.TargetLists("1"))
}
