package espo_test

import (
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Each method for a link of a stock entity type reads that link, into the type
// of its records.
func TestLinksOfStockTypes(t *testing.T) {
	b, err := os.ReadFile("testdata/metadata/espocrm-10.0.0-dev.json")
	require.NoError(t, err)
	var server struct {
		EntityTypes map[string]struct {
			Links map[string]struct {
				Type, Entity string
			}
		}
	}
	require.NoError(t, json.Unmarshal(b, &server, json.MatchCaseInsensitiveNames(true)))
	var path string
	client := dial(t, "http://crm.example", espo.APIKey("key"), espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
		path = strings.TrimPrefix(r.URL.Path, "/api/v1/")
		return answer(r, 200, `{"total":0,"list":[]}`), nil
	})))
	services := reflect.ValueOf(client).Elem()
	links := 0
	for f := range services.Type().Fields() {
		if !f.IsExported() || f.Name == "Imports" { // whose links are not fields of its definition
			continue
		}
		service := services.FieldByIndex(f.Index)
		for m := range service.Type().Methods() {
			if m.Type.NumIn() != 2 || m.Type.In(1).Kind() != reflect.String || m.Type.NumOut() != 1 || !strings.Contains(m.Type.Out(0).String(), "RelatedService[") {
				continue
			}
			links++
			t.Run(f.Name+"."+m.Name, func(t *testing.T) {
				related := service.MethodByName(m.Name).Call([]reflect.Value{reflect.ValueOf("1")})[0]
				out := related.MethodByName("List").Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(espo.Query{})})
				require.True(t, out[1].IsNil(), "%v", out[1])
				parts := strings.Split(path, "/")
				require.Len(t, parts, 3)
				assert.Equal(t, "1", parts[1])
				assert.True(t, strings.EqualFold(m.Name, parts[2]), "%s reads %s", m.Name, path)
				link, ok := server.EntityTypes[parts[0]].Links[parts[2]]
				require.True(t, ok, "there is no link %s", path)
				assert.Contains(t, []string{"hasMany", "hasChildren"}, link.Type)
				want := link.Entity
				if _, ok := stockTypes[want]; !ok && want != "Attachment" && want != "Note" && want != "PipelineStage" {
					want = "Record"
				}
				assert.Equal(t, want, out[0].FieldByName("Records").Type().Elem().Name())
			})
		}
	}
	assert.Greater(t, links, 60)
}
