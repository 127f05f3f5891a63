package gen

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// project generates CProject, after a change to its metadata.
func project(t *testing.T, change func(*EntityType)) []byte {
	t.Helper()
	facts := readFacts(t, "testdata/metadata.json")
	if change != nil {
		change(facts["CProject"])
	}
	files, err := Generate(facts, Config{Package: "golden", Types: []string{"CProject"}, Services: true, Names: true})
	require.NoError(t, err)
	return files[0].Source
}

// field returns a field of the entity type.
func (e *EntityType) field(name string) *Field {
	return &e.Fields[slices.IndexFunc(e.Fields, func(f Field) bool { return f.Name == name })]
}

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*EntityType)
		says   []string
	}{
		"nothing": {},
		"a new field": {
			func(e *EntityType) {
				e.Fields = append(e.Fields, Field{Name: "phase", Type: "varchar", MaxLength: 9})
			},
			[]string{"CProject: attribute phase is new: string, at most 9 characters"},
		},
		"a field less": {
			func(e *EntityType) {
				e.Fields = slices.DeleteFunc(e.Fields, func(f Field) bool { return f.Name == "budget" })
			},
			[]string{
				"CProject: attribute budget is gone",
				"CProject: attribute budgetCurrency is gone",
				"CProject: attribute budgetConverted is gone",
			},
		},
		"another type": {
			func(e *EntityType) { e.field("progress").Type = "float" },
			[]string{"CProject: attribute progress was of type int64 and is of type espo.Number"},
		},
		"required now": {
			func(e *EntityType) { e.field("due").Required = true },
			[]string{`CProject: attribute due was "" and is "required"`},
		},
		"other options": {
			func(e *EntityType) { e.field("status").Options = []string{"Draft", "Done"} },
			[]string{
				`CProject: option "Done" of CProjectStatus is new`,
				`CProject: option "In Progress" of CProjectStatus is gone`,
				`CProject: option "in-progress" of CProjectStatus is gone`,
				`CProject: option "100%" of CProjectStatus is gone`,
				`CProject: option "+" of CProjectStatus is gone`,
				"CProject: option \"\\\"quoted\\\"\\n`\" of CProjectStatus is gone",
				`CProject: option "Готово" of CProjectStatus is gone`,
				`CProject: option "完了" of CProjectStatus is gone`,
			},
		},
		"other links": {
			func(e *EntityType) {
				e.Links["members"] = Link{Type: "hasMany", Entity: "Contact", Columns: e.Links["members"].Columns}
				e.Links["phases"] = Link{Type: "hasMany", Entity: "CPhase"}
			},
			[]string{
				"CProject: method Members was of type *espo.RelatedService[espo.User] and is of type *espo.RelatedService[espo.Contact]",
				"CProject: method Phases is new: *espo.RelatedService[espo.Record]",
				"CProject: link phases is new",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := Compare("CProject", project(t, nil), project(t, c.change))
			require.NoError(t, err)
			assert.ElementsMatch(t, c.says, changes)
		})
	}
}

func TestCompareRefuses(t *testing.T) {
	now := project(t, nil)
	_, err := Compare("CProject", []byte("package crm\n\ntype CProject struct {"), now)
	assert.ErrorContains(t, err, "expected")
}

// A link with the name of one of the service's own methods gets another name.
func TestLinksHideNoMethod(t *testing.T) {
	source := string(project(t, func(e *EntityType) {
		for _, name := range []string{"all", "changes", "client", "recordService"} {
			e.Links[name] = Link{Type: "hasMany", Entity: "User"}
		}
	}))
	for _, method := range []string{"All2", "Changes2", "Client2", "RecordService2"} {
		assert.Contains(t, source, ") "+method+"(id string) *espo.RelatedService[espo.User]")
	}
}

func TestCheckOpenAPI(t *testing.T) {
	facts := readFacts(t, "testdata/metadata.json")
	check := func(properties string) []string {
		t.Helper()
		differ, err := CheckOpenAPI(facts, []string{"CProject"}, []byte(`{"components": {"schemas": {"CProject": {"properties": {`+properties+`}}}}}`))
		require.NoError(t, err)
		return differ
	}
	assert.Empty(t, check(`"id": {"type": "string"}, "name": {"type": ["string", "null"]}, "progress": {"type": ["integer", "null"]},
		"hours": {"type": "number"}, "budget": {"type": ["number", "null"]}, "exactCost": {"type": ["string", "null"]}, "active": {"type": "boolean"},
		"start": {"type": "string"}, "due": {"type": "string", "format": "date"}, "membersIds": {"type": "array"}, "membersNames": {"type": "object"},
		"membersColumns": {"type": ["object", "null"]}, "emailAddressData": {"type": "array"}, "settings": {"type": "number"}, "gadget": {}`))
	assert.Equal(t, []string{
		"CProject: attribute hours is espo.Number, and by the OpenAPI document [string]",
		"CProject: attribute membersIds is []string, and by the OpenAPI document [object]",
		"CProject: attribute membersNames is espo.Names, and by the OpenAPI document [array]",
		"CProject: attribute name is string, and by the OpenAPI document [integer string]",
		"CProject: attribute phase of the OpenAPI document is not in the metadata",
		"CProject: attribute progress is int64, and by the OpenAPI document [number]",
	}, check(`"phase": {"type": "string"}, "name": {"type": ["integer", "string"]}, "progress": {"type": ["number", "null"]}, "hours": {"type": "string"},
		"membersIds": {"type": "object"}, "membersNames": {"type": "array"}`))

	differ, err := CheckOpenAPI(facts, []string{"Account"}, []byte(`{"components": {"schemas": {}}}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"Account: the server's OpenAPI document does not describe it"}, differ)
	for document, message := range map[string]string{
		`[]`: "not an OpenAPI document", `{}`: "it describes no entity type", `{"openapi": "3.1.1"`: "not an OpenAPI document",
	} {
		_, err := CheckOpenAPI(facts, []string{"Account"}, []byte(document))
		assert.ErrorContains(t, err, message)
	}
	_, err = CheckOpenAPI(facts, []string{"B"}, []byte(`{"components": {"schemas": {"B": {}}}}`))
	assert.ErrorContains(t, err, `no entity type "B"`)
}

func FuzzCompare(f *testing.F) {
	now, err := os.ReadFile("golden/cproject_gen.go")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(now))
	f.Add("package crm\n\ntype A struct {\n\tA string `json:\"a\"`\n\t*B\n}\n\nconst A, B = \"a\", 1\n\nfunc F() {}\n")
	f.Fuzz(func(t *testing.T, old string) {
		changes, err := Compare("CProject", []byte(old), now)
		if err == nil && old == string(now) {
			assert.Empty(t, changes)
		}
	})
}
