package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/internal/gen"
)

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	args := []string{"-metadata", rawMetadata, "-type", "CProject,Account", "-extend", "-out", dir}
	check := append(slices.Clone(args), "-check")
	log, err := espogen(t, nil, check...)
	require.ErrorContains(t, err, "does not match the server")
	assert.Contains(t, log, "Account: "+filepath.Join(dir, "account_gen.go")+" does not exist\n")

	_, err = espogen(t, nil, args...)
	require.NoError(t, err)
	log, err = espogen(t, nil, check...)
	require.NoError(t, err)
	assert.Empty(t, log)

	// The server's metadata changes.
	metadata := filepath.Join(t.TempDir(), "metadata.json")
	changed := strings.Replace(readFile(t, rawMetadata), `"100%"`, `"200%"`, 1)
	require.NoError(t, os.WriteFile(metadata, []byte(changed), 0o600))
	check[1] = metadata
	log, err = espogen(t, nil, check...)
	require.ErrorContains(t, err, "does not match the server")
	assert.Equal(t, "CProject: option \"200%\" of CProjectStatus is new\nCProject: option \"100%\" of CProjectStatus is gone\n", log)
	check[1] = rawMetadata

	// The file is changed by hand, or so that it is not Go any more.
	path := filepath.Join(dir, "cproject_gen.go")
	source := readFile(t, path)
	require.NoError(t, os.WriteFile(path, []byte(source+"\n// Mine.\n"), 0o600))
	log, err = espogen(t, nil, check...)
	require.ErrorContains(t, err, "does not match the server")
	assert.Equal(t, "CProject: "+path+" was changed by hand, or is of another version of espogen\n", log)
	require.NoError(t, os.WriteFile(path, []byte(source+"}"), 0o600))
	_, err = espogen(t, nil, check...)
	assert.ErrorContains(t, err, path+": ")
}

// Other arguments than the files were made with are said to be that.
func TestCheckWithOtherArguments(t *testing.T) {
	dir := t.TempDir()
	_, err := espogen(t, nil, "-metadata", rawMetadata, "-type", "Account", "-extend", "-out", dir)
	require.NoError(t, err)
	log, err := espogen(t, nil, "-metadata", rawMetadata, "-type", "Account", "-out", dir, "-check")
	require.Error(t, err)
	assert.Equal(t, "Account: embedded type espo.Account is gone\n", lastLine(log))
}

func lastLine(s string) string {
	lines := strings.SplitAfter(s, "\n")
	return lines[len(lines)-2]
}

// Of a server as it is installed, the types agree with its OpenAPI document,
// where it has one.
func TestCheckAgainstOpenAPI(t *testing.T) {
	types := strings.Join(slices.Sorted(maps.Keys(espoAttributes())), ",")
	for _, version := range []string{"9.2.7", "9.3.10", "10.0.0"} {
		t.Run(version, func(t *testing.T) {
			srv := espotest.NewServer(t, espotest.WithVersion(version))
			env := map[string]string{"ESPO_URL": srv.URL(), "ESPO_USERNAME": espotest.AdminUser, "ESPO_PASSWORD": espotest.AdminPassword}
			dir := t.TempDir()
			_, err := espogen(t, env, "-type", types, "-out", dir)
			require.NoError(t, err)
			log, err := espogen(t, env, "-type", types, "-out", dir, "-check")
			require.NoError(t, err, log)
			asked := slices.ContainsFunc(srv.Requests(), func(r espotest.Request) bool { return strings.HasSuffix(r.Path, "OpenApi") })
			assert.True(t, asked)
		})
	}
}

// What the document says otherwise is reported.
func TestCheckReportsTheOpenAPI(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	document, err := client.Metadata.OpenAPI(t.Context())
	require.NoError(t, err)
	var doc map[string]any
	require.NoError(t, json.Unmarshal(document, &doc))
	properties := doc["components"].(map[string]any)["schemas"].(map[string]any)["Account"].(map[string]any)["properties"].(map[string]any)
	properties["sicCode"] = map[string]any{"type": "integer"}
	properties["cNew"] = map[string]any{"type": "string"}
	document, err = json.Marshal(doc)
	require.NoError(t, err)
	dir := t.TempDir()
	openAPI := filepath.Join(dir, "openapi.json")
	require.NoError(t, os.WriteFile(openAPI, document, 0o600))

	args := []string{"-metadata", compactMetadata, "-type", "Account", "-out", dir}
	_, err = espogen(t, nil, args...)
	require.NoError(t, err)
	log, err := espogen(t, nil, append(args, "-check", "-openapi", openAPI)...)
	require.ErrorContains(t, err, "does not match the server")
	assert.Equal(t, "Account: attribute cNew of the OpenAPI document is not in the metadata\n"+
		"Account: attribute sicCode is string, and by the OpenAPI document [integer]\n", log)

	_, err = espogen(t, nil, append(args, "-openapi", openAPI)...)
	require.ErrorContains(t, err, "-openapi is for -check")
	_, err = espogen(t, nil, append(args, "-check", "-openapi", rawMetadata)...)
	require.ErrorContains(t, err, "not an OpenAPI document")
	_, err = espogen(t, nil, append(args, "-check", "-openapi", "none.json")...)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A link of a user's own never hides a method of the service.
func TestServiceMethodsAreKnown(t *testing.T) {
	service := reflect.TypeFor[*espo.RecordService[espo.Record]]()
	for m := range service.Methods() {
		assert.Contains(t, gen.ServiceMethods, m.Name)
	}
	assert.Len(t, gen.ServiceMethods, service.NumMethod()+1, "and the name of what is embedded")
}
