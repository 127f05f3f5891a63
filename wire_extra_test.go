package espo_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// attributeEndings are what the attributes of a field have after the field's
// name.
var attributeEndings = []string{"", "Id", "Name", "Type", "Ids", "Names", "Types", "Columns", "Data", "IsOptedOut", "IsInvalid", "Currency", "Converted", "Date"}

// inExtra are attributes of the metadata that stay in Extra.
var inExtra = map[string]string{
	"Webhook.entityType":  "a part of the event, which Event holds",
	"Webhook.type":        "a part of the event, which Event holds",
	"Webhook.field":       "a part of the event, which Event holds",
	"Attachment.contents": "the file itself, of 7.5 alone, which Download reads",
}

// fieldsOf reads which fields the entity types of a version have.
var fieldsOf = func() func(t *testing.T, version string) map[string]map[string]any {
	var mu sync.Mutex
	read := map[string]map[string]map[string]any{}
	return func(t *testing.T, version string) map[string]map[string]any {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if read[version] == nil {
			data, err := os.ReadFile("testdata/metadata/espocrm-" + version + ".json")
			require.NoError(t, err)
			var facts struct {
				EntityTypes map[string]struct {
					Fields map[string]any `json:"fields"`
				} `json:"entityTypes"`
			}
			require.NoError(t, json.Unmarshal(data, &facts))
			read[version] = map[string]map[string]any{}
			for name, e := range facts.EntityTypes {
				read[version][name] = e.Fields
			}
		}
		return read[version]
	}
}()

// assertNamed checks that what a record of a version has in its Extra is
// nothing that the metadata of the version names.
func assertNamed(t *testing.T, where, version string, value any) {
	t.Helper()
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			assertNamed(t, where, version, v.Index(i).Interface())
		}
		return
	}
	if v.Kind() != reflect.Struct {
		return
	}
	fields := fieldsOf(t, version)[v.Type().Name()]
	extra := v.FieldByName("Extra")
	if fields == nil || !extra.IsValid() {
		return
	}
	attrs, ok := extra.Interface().(espo.Attrs)
	require.True(t, ok)
	for name := range attrs {
		named := slices.ContainsFunc(attributeEndings, func(ending string) bool {
			field, ok := strings.CutSuffix(name, ending)
			return ok && fields[field] != nil
		})
		assert.False(t, named && inExtra[v.Type().Name()+"."+name] == "", "%s: %T does not name %s, which the metadata of %s does", where, value, name, version)
	}
}
