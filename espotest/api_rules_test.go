package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/internal/apicheck"
)

// The exported API keeps the rules of package espo, as far as they concern it.
func TestAPIRules(t *testing.T) {
	p, err := apicheck.Load(t.Context(), ".")
	require.NoError(t, err)
	e, err := apicheck.LoadExamples(t.Context(), ".")
	require.NoError(t, err)
	ofTesting := "a method of testing.TB"
	for name, rule := range map[string]struct {
		findings []apicheck.Finding
		reasons  map[string]string
	}{
		"no type is without a name": {apicheck.Anonymous(p), nil},
		"values have types": {apicheck.Any(p), map[string]string{
			"Field.Default": "the default of a field, whose type depends on the field",
			"TB.Errorf":     ofTesting,
			"TB.Fatalf":     ofTesting,
		}},
		"parameters cannot be swapped, and are few": {apicheck.Parameters(p), map[string]string{
			"WithImage": "the URL comes first; swapped, the server does not find the image, and the test fails",
		}},
		"everything exported is explained": {apicheck.Undocumented(p), map[string]string{
			"TB.Helper": ofTesting, "TB.Cleanup": ofTesting, "TB.Errorf": ofTesting, "TB.Fatalf": ofTesting,
		}},
		"verbs mean the same everywhere": {apicheck.Verbs(p), nil},
		"what is named an error is one":  {apicheck.Errors(p), nil},
		"examples show what there is":    {apicheck.Shown(p, e), nil},
		"examples show what it can do":   {apicheck.ShownMethods(p, e, "Server"), nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Empty(t, apicheck.Except(rule.findings, rule.reasons)) })
	}
}
