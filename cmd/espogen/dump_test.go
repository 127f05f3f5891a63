package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// What is saved of one server makes a fake server like it, and its Go types.
func TestDump(t *testing.T) {
	server := espotest.NewServer(t, espotest.WithEntityType("CProject", espotest.EntityType{
		Fields: map[string]espotest.Field{"stage": {Type: "enum", Options: []string{"Idea", "Done"}, Default: "Idea"}},
	}))
	env := map[string]string{"ESPO_URL": server.URL(), "ESPO_USERNAME": espotest.AdminUser, "ESPO_PASSWORD": espotest.AdminPassword}
	dir := t.TempDir()
	file := filepath.Join(dir, "metadata.json")

	log, err := espogen(t, env, "-dump", file)
	require.NoError(t, err)
	assert.Equal(t, "wrote "+file+"\n", log)
	dump := readFile(t, file)
	assert.Contains(t, dump, "\n  \"CProject\": {\n", "a line for each value")

	like := espotest.NewServer(t, espotest.WithMetadata([]byte(dump)))
	id := like.Seed("CProject", map[string]any{"name": "Bridge"})[0]
	project, err := like.Client().Records("CProject").Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, "Idea", project["stage"])

	_, err = espogen(t, nil, "-metadata", file, "-type", "CProject", "-out", dir)
	require.NoError(t, err)
	assert.Contains(t, readFile(t, dir, "cproject_gen.go"), "CProjectStageIdea")

	again := filepath.Join(dir, "again.json")
	log, err = espogen(t, env, "-dump", again, "-type", "CProject", "-out", dir)
	require.NoError(t, err)
	assert.Equal(t, "wrote "+again+"\nwrote "+filepath.Join(dir, "cproject_gen.go")+"\n", log)
}

func TestDumpRefuses(t *testing.T) {
	_, err := espogen(t, nil, "-dump", "m.json", "-metadata", rawMetadata)
	require.ErrorContains(t, err, "-dump saves what a server answers, and with -metadata no server is asked")
	_, err = espogen(t, map[string]string{"ESPO_API_KEY": "k"}, "-dump", "m.json")
	require.ErrorContains(t, err, "say by -url")
	server := espotest.NewServer(t)
	env := map[string]string{"ESPO_URL": server.URL(), "ESPO_API_KEY": espotest.FullAPIKey}
	server.Fail(espotest.Fault{Body: `{"entityDefs": {}}`})
	_, err = espogen(t, env, "-dump", filepath.Join(t.TempDir(), "m.json"))
	require.ErrorContains(t, err, "there are no entityDefs", "what is not metadata is not saved")
	_, err = espogen(t, env, "-dump", t.TempDir())
	require.ErrorContains(t, err, "is a directory")
}
