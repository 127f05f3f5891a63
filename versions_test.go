package espo_test

import (
	"flag"
	"fmt"
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	captures "github.com/go-espo/espo/internal/wire"
)

var update = flag.Bool("update", false, "write the tables of docs/versions.md and README.md anew")

var testedVersions = []string{"7.5.6", "8.4.2", "9.0.8", "9.1.7", "9.2.7", "9.3.10", "10.0"}

// shortVersion leaves out a patch of 0.
func shortVersion(v espo.ServerVersion) string { return strings.TrimSuffix(v.String(), ".0") }

func featureTable(t *testing.T) (table, others string) {
	t.Helper()
	var b, o strings.Builder
	b.WriteString("| What | In this package | Since | " + strings.Join(testedVersions, " | ") + " |\n")
	b.WriteString(strings.Repeat("|---", 3+len(testedVersions)) + "|\n")
	for _, f := range espo.Features() {
		cells := []string{f.Name, "`" + strings.Join(f.Methods, "`, `") + "`", shortVersion(f.Since)}
		for _, text := range testedVersions {
			v, err := espo.ParseServerVersion(text)
			require.NoError(t, err)
			switch {
			case v.AtLeast(f.Since):
				cells = append(cells, "yes")
			case f.Instead != "":
				cells = append(cells, "other")
			default:
				cells = append(cells, "no")
			}
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
		if f.Instead != "" {
			fmt.Fprintf(&o, "- Before %s, %s: %s.\n", shortVersion(f.Since), f.Name, f.Instead)
		}
	}
	return b.String(), o.String()
}

// provenTable says of each version how many answers of a real server the tests
// hold the library and the fake to, and what the version lacks.
func provenTable(t *testing.T) string {
	t.Helper()
	files, err := captures.Files("testdata/wire", "testdata/wire-versions")
	require.NoError(t, err)
	answers := map[string]int{}
	for _, file := range files {
		c, err := captures.Read(file)
		require.NoError(t, err)
		answers[c.Version()] += len(c.Exchanges)
	}
	var b strings.Builder
	b.WriteString("| EspoCRM | recorded answers | of the library's features it has |\n|---|---|---|\n")
	for _, text := range testedVersions {
		v, err := espo.ParseServerVersion(text)
		require.NoError(t, err)
		require.Positive(t, answers[v.String()], text)
		features := espo.Features()
		lacks := 0
		for _, f := range features {
			if !v.AtLeast(f.Since) && f.Instead == "" {
				lacks++
			}
		}
		has := "all"
		if lacks > 0 {
			has = fmt.Sprintf("all but %d", lacks)
		}
		fmt.Fprintf(&b, "| %s | %d | %s |\n", text, answers[v.String()], has)
	}
	return b.String()
}

func TestVersionsDocument(t *testing.T) {
	table, others := featureTable(t)
	written := map[string]map[string]string{
		"docs/versions.md": {"features": table, "others": others},
		"README.md":        {"versions": provenTable(t)},
	}
	for file, parts := range written {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		want := string(data)
		for name, text := range parts {
			part := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n.*?<!-- end -->`)
			require.Len(t, part.FindAllString(want, -1), 1, file)
			want = part.ReplaceAllLiteralString(want, "<!-- "+name+" -->\n"+text+"<!-- end -->")
		}
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
			continue
		}
		assert.Equal(t, want, string(data), "write it with -update")
	}
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.True(t, strings.Contains(string(readme), "(docs/versions.md)"), "README.md leads to it")
}

// The table is in the order of versions, and names what there is.
func TestFeatures(t *testing.T) {
	features := espo.Features()
	assert.True(t, slices.IsSortedFunc(features, func(a, b espo.Feature) int { return a.Since.Compare(b.Since) }))
	_, files := sources(t)
	declared := map[string]bool{}
	inTable := 0
	for _, file := range files {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				declared[d.Name.Name] = true
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						declared[s.Name.Name] = true
					case *ast.ValueSpec:
						if strings.HasPrefix(s.Names[0].Name, "feature") && s.Names[0].Name != "features" {
							inTable++
						}
					}
				}
			}
		}
	}
	assert.Len(t, features, inTable, "every feature is in the table")
	for _, f := range features {
		require.NotEmpty(t, f.Methods, f.Name)
		for _, m := range f.Methods {
			name := m[strings.LastIndex(m, ".")+1:]
			assert.True(t, strings.HasPrefix(m, "Client.") && methodNamed(m) || !strings.HasPrefix(m, "Client.") && declared[name], "there is no %s", m)
		}
	}
}

// The routes of each version say whether it has a feature.
func TestFeaturesByRoutes(t *testing.T) {
	routes := map[string]string{ // by a method of the feature
		"Client.App.About": "GET App/about", "Client.Stream.Global": "GET GlobalStream", "Client.Stream.Updates": "GET :controller/:id/updateStream",
		"Client.Stream.By":                   "GET User/:id/stream/own",
		"Client.Activities.ComposeAddresses": "GET Activities/:parentType/:id/composeEmailAddressList",
		"Client.Stream.Star":                 "PUT :entityType/:id/starSubscription", "Client.Notes.Pin": "POST Note/:id/pin",
		"Client.Emails.ImportEML": "POST Email/importEml", "Client.Teams.SetPosition": "PUT Team/:id/userPosition",
		"Client.Notes.React": "POST Note/:id/myReactions/:type", "Client.Users.AccessTo": "GET :entityType/:id/usersAccess",
		"Client.Emails.AddUsers": "POST Email/:id/users", "Client.LeadCapture.SubmitForm": "POST LeadCapture/form/:id",
		"Client.Stream.Attachments": "GET :entityType/:id/streamAttachments", "Client.Notifications.Group": "GET Notification/:id/group",
		"Client.App.Params": "GET App/appParams", "Client.Metadata.OpenAPI": "GET OpenApi",
		"Client.Notifications.InGroup": "GET Notification/group", "Client.Emails.ResetFetching": "POST EmailAccount/:id/resetFetchData",
		"Client.Pipelines.Move": "POST Pipeline/:id/move/:type",
	}
	for _, version := range testedVersions {
		if version == "10.0" {
			version = "10.0.0-dev"
		}
		data, err := os.ReadFile("testdata/metadata/routes-" + version + ".txt")
		require.NoError(t, err)
		there := strings.Split(strings.ReplaceAll(string(data), ":Note/", "Note/"), "\n")
		v, err := espo.ParseServerVersion(version)
		require.NoError(t, err)
		for _, f := range espo.Features() {
			if route := routes[f.Methods[0]]; route != "" {
				assert.Equal(t, v.AtLeast(f.Since), slices.Contains(there, route), "%s of %s", route, version)
			}
		}
	}
}
