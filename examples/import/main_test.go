package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/examples/internal/demo"
)

// rights are those of the cookbook.
var rights = espotest.Role{
	Scopes: map[string]espotest.Access{
		"Account": {Create: espo.AccessYes, Read: espo.AccessAll, Edit: espo.AccessAll},
	},
}

// A run that breaks off is taken up by the next one, and nothing is there
// twice. A file of another day begins at its first row.
func TestImportIsTakenUp(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	progress := progressFile(filepath.Join(t.TempDir(), "progress"))
	var content strings.Builder
	content.WriteString("number,name,website\n")
	for i := range 250 {
		fmt.Fprintf(&content, "%d,Customer %d,\n", i, i)
	}
	today := []byte(content.String())

	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Account", Nth: 150, Cut: true, After: true})
	_, err := importAll(t.Context(), client.Accounts, "sicCode", today, progress)
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	before := len(srv.Requests())
	_, err = importAll(t.Context(), client.Accounts, "sicCode", today, progress)
	require.NoError(t, err)
	assert.Len(t, srv.Records("Account"), 250)
	assert.Less(t, len(srv.Requests())-before, 2*150+1, "the first hundred rows are not sent again")

	tomorrow := []byte("number,name,website\n7,Seven,https://seven.example\n")
	counts, err := importAll(t.Context(), client.Accounts, "sicCode", tomorrow, progress)
	require.NoError(t, err)
	assert.Equal(t, 1, counts.updated)
}

func TestRowsThatAreRefusedDoNotStopOthers(t *testing.T) {
	_, client := demo.WithRights(t, rights)
	counts, err := importAll(t.Context(), client.Accounts, "sicCode", []byte(customers), "")
	require.NoError(t, err)
	assert.Equal(t, 2, counts.created)
	assert.Equal(t, 1, counts.refused)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = importAll(ctx, client.Accounts, "sicCode", []byte(customers), "")
	require.Error(t, err, "the end of the context is no fault of the rows")
}

func TestFilesThatCannotBe(t *testing.T) {
	for _, content := range []string{
		"", "name,number,website\n", "number,name,website\n1,A\n",
		"number,name,website\n,A,\n", "number,name,website\n1,A,\n2,B,\n1,C,\n",
	} {
		_, err := read([]byte(content), "sicCode")
		require.Error(t, err, content)
	}
}

// The number alone says which customer it is: two of them can have one name.
func TestCustomersOfOneName(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	twins := []byte("number,name,website\n1,Acme,\n2,Acme,\n")
	for range 2 {
		_, err := importAll(t.Context(), client.Accounts, "sicCode", twins, "")
		require.NoError(t, err)
		assert.Len(t, srv.Records("Account"), 2)
	}
}
