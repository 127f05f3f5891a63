package gen

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

const stockMetadata = "../../testdata/metadata/espocrm-9.3.10.json"

func readFacts(t *testing.T, path string) Facts {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	facts, err := ReadFacts(data)
	require.NoError(t, err)
	return facts
}

// The golden files are a package of their own, so that they compile.
func TestGolden(t *testing.T) {
	files, err := Generate(readFacts(t, "testdata/metadata.json"), Config{
		Package:  "golden",
		Types:    []string{"Account", "CProject", "C-odd type", "CProject"},
		Services: true, Names: true,
		Extend: map[string][]string{"Account": {"id", "name", "type", "teamsIds", "teamsNames", "isFollowed", "followersIds", "followersNames", "isStarred", "versionNumber", "deleted"}},
	})
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		path := filepath.Join("golden", f.Name)
		if *update {
			require.NoError(t, os.WriteFile(path, f.Source, 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(f.Source), "%s; go test ./internal/gen -update writes it anew", f.Name)
	}
	assert.Equal(t, []string{"account_gen.go", "cproject_gen.go", "coddtype_gen.go"}, names)
}

func TestStockTypesAreCurrent(t *testing.T) {
	files, err := StockFiles(stockMetadata)
	require.NoError(t, err)
	require.Len(t, files, len(stockTypes))
	for _, f := range files {
		t.Run(f.EntityType, func(t *testing.T) {
			got, err := os.ReadFile(filepath.Join("../..", f.Name))
			require.NoError(t, err)
			assert.Equal(t, string(f.Source), string(got), "go generate writes it anew")
		})
	}
}

// Every attribute that the metadata of another version gives a stock type is
// one that the type names.
func TestStockTypesCoverOtherVersions(t *testing.T) {
	stock := readFacts(t, stockMetadata)
	completeStock(stock)
	for _, version := range []string{"9.1.7", "10.0.0-dev"} {
		facts := readFacts(t, "../../testdata/metadata/espocrm-"+version+".json")
		for _, typ := range stockTypes {
			have := map[string]bool{}
			for _, a := range stock[typ].attributes(stock) {
				have[a.name] = true
			}
			for _, a := range facts[typ].attributes(facts) {
				assert.True(t, have[a.name], "EspoCRM %s has %s.%s", version, typ, a.name)
			}
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	facts := Facts{"A": {}}
	_, err := Generate(facts, Config{Package: "my-crm", Types: []string{"A"}})
	assert.ErrorContains(t, err, `"my-crm" cannot be the name of a package`)
	_, err = Generate(facts, Config{Package: "func", Types: []string{"A"}})
	assert.ErrorContains(t, err, `"func" cannot be`)
	_, err = Generate(facts, Config{Package: "crm", Types: []string{"B"}})
	assert.ErrorContains(t, err, `no entity type "B"`)
}

func TestReadFactsRefuses(t *testing.T) {
	for _, data := range []string{``, `[]`, `{}`, `{"entityDefs": []}`, `{"entityDefs": {"A": 1}}`, `{"entityDefs": {"A": {`} {
		_, err := ReadFacts([]byte(data))
		assert.ErrorContains(t, err, "not metadata", "%s", data)
	}
}

// Values of an unusual type count as absent: PHP's metadata is not typed.
func TestReadFactsIsLenient(t *testing.T) {
	facts, err := ReadFacts([]byte(`{"entityDefs": {"A": {
		"fields": {"f": {"type": "enum", "required": null, "options": {"0": "x"}, "min": "no", "maxLength": null, "columns": []}, "g": {}},
		"links": null, "optimisticConcurrencyControl": 1}}, "scopes": {"A": {"stream": "yes"}, "B": []}}`))
	require.NoError(t, err)
	assert.Equal(t, &EntityType{Fields: []Field{{Name: "f", Type: "enum"}, {Name: "g"}}, Links: map[string]Link{}}, facts["A"])
}
