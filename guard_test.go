package espo_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// guardServer has entity types with a guard, and others without. It keeps what
// it was asked.
type guardServer struct {
	version string
	guarded map[string]bool // by entity type
	unsaved bool            // the record was last saved before the guard came

	mu      sync.Mutex
	asked   []string
	changed int
	guards  []string // of the changes
}

func (s *guardServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.URL.Query().Get("key")
	entityType, _, _ := strings.Cut(route(r), "/")
	switch {
	case route(r) == "Settings":
		s.asked = append(s.asked, "version")
		reply(w, 200, `{"version":"`+s.version+`"}`)
	case key != "":
		s.asked = append(s.asked, key)
		if of := strings.Split(key, ".")[1]; s.guarded[of] {
			reply(w, 200, "true")
		}
	default:
		if r.Method != http.MethodGet {
			s.changed++
		}
		version := ""
		switch {
		case s.unsaved && s.changed == 0:
			version = `,"versionNumber":null`
		case s.guarded[entityType]:
			version = `,"versionNumber":1`
		}
		if r.Method != http.MethodGet {
			s.guards = append(s.guards, r.Header.Get("X-Version-Number"))
		}
		reply(w, 200, `{"id":"1","name":"a"`+version+`}`)
	}
}

func TestIfVersion(t *testing.T) {
	for name, c := range map[string]struct {
		server     *guardServer
		entityType string
		stated     bool
		asked      []string
		refused    bool
		since      string
	}{
		"stated, and has it":  {&guardServer{version: "9.1.0", guarded: map[string]bool{"Account": true}}, "Account", true, []string{"Account"}, false, ""},
		"has it":              {&guardServer{version: "9.3.10", guarded: map[string]bool{"Account": true}}, "Account", false, []string{"Account"}, false, ""},
		"has had it always":   {&guardServer{version: "7.5.6", guarded: map[string]bool{"EmailTemplate": true}}, "EmailTemplate", false, []string{"EmailTemplate"}, false, ""},
		"turned on":           {&guardServer{version: "8.4.2", guarded: map[string]bool{"Account": true}}, "Account", true, []string{"Account"}, false, ""},
		"of one's own":        {&guardServer{version: "9.3.10", guarded: map[string]bool{"CProject": true}}, "CProject", true, []string{"CProject"}, false, ""},
		"too old":             {&guardServer{version: "8.4.2"}, "Account", false, []string{"Account", "version"}, true, "9.1.0"},
		"stated, turned off":  {&guardServer{version: "9.3.10"}, "Account", true, []string{"Account"}, true, "9.1.0"},
		"stated, and too old": {&guardServer{version: "8.4.2"}, "Task", true, []string{"Task"}, true, "9.1.0"},
		"not turned on":       {&guardServer{version: "9.3.10"}, "Contact", true, []string{"Contact"}, true, ""},
		"turned off":          {&guardServer{version: "9.3.10"}, "Account", false, []string{"Account", "version"}, true, "9.1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			var opts []espo.Option
			if c.stated {
				opts = append(opts, espo.WithServerVersion(c.server.version))
			}
			client := connect(t, c.server.ServeHTTP, opts...)
			for range 3 {
				_, err := client.Records(c.entityType).Update(t.Context(), "1", espo.Attrs{"name": "b"}, espo.IfVersion(1))
				if !c.refused {
					require.NoError(t, err)
					continue
				}
				var lacks *espo.NotSupportedError
				require.ErrorAs(t, err, &lacks)
				assert.Equal(t, c.server.version, lacks.Server.String())
				assert.Contains(t, lacks.Feature, c.entityType)
				if c.since == "" {
					assert.Zero(t, lacks.Since)
				} else {
					assert.Equal(t, c.since, lacks.Since.String())
				}
			}
			for i, of := range c.asked {
				if of != "version" {
					c.asked[i] = "entityDefs." + of + ".optimisticConcurrencyControl"
				}
			}
			assert.Equal(t, c.asked, c.server.asked, "once")
			assert.Equal(t, c.refused, c.server.changed == 0)
		})
	}
}

// Where the server says nothing, nothing is sent.
func TestIfVersionWithoutMetadata(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Metadata", route(r))
		reply(w, 503, "")
	}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err := client.Accounts.Update(t.Context(), "1", espo.Attrs{"name": "b"}, espo.IfVersion(1))
	require.ErrorIs(t, err, espo.ErrUnavailable)
}

// A record that was last saved before the guard came is changed without one,
// and has a version from then on.
func TestModifyOfARecordWithoutAVersion(t *testing.T) {
	change := func(r *espo.Record) error { (*r)["name"] = "b"; return nil }
	srv := guardServer{version: "9.3.10", guarded: map[string]bool{"Account": true}, unsaved: true}
	client := connect(t, srv.ServeHTTP)
	accounts := client.Records("Account")
	_, err := accounts.Modify(t.Context(), "1", change, espo.IfVersion(1))
	require.ErrorIs(t, err, espo.ErrConflict, "it does not have this version")
	assert.Zero(t, srv.changed)
	for range 2 {
		_, err := accounts.Modify(t.Context(), "1", change)
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"", "1"}, srv.guards)
}

func TestModifyWithoutAGuard(t *testing.T) {
	change := func(r *espo.Record) error { (*r)["name"] = "b"; return nil }
	for name, c := range map[string]struct {
		entityType string
		guarded    bool
		opts       []espo.ModifyOption
		err        error
	}{
		"guarded":                {"Account", true, nil, nil},
		"unguarded":              {"Account", false, nil, espo.ErrNotSupported},
		"unguarded, as asked":    {"Account", false, []espo.ModifyOption{espo.Unguarded()}, nil},
		"never guarded":          {"Contact", false, nil, nil},
		"guarded, and asked not": {"Account", true, []espo.ModifyOption{espo.Unguarded()}, nil},
		"a version of no use":    {"Contact", false, []espo.ModifyOption{espo.IfVersion(1)}, espo.ErrNotSupported},
		"a version":              {"Account", true, []espo.ModifyOption{espo.IfVersion(1)}, nil},
		"contradiction":          {"Account", true, []espo.ModifyOption{espo.Unguarded(), espo.IfVersion(1)}, espo.ErrInput},
	} {
		t.Run(name, func(t *testing.T) {
			srv := guardServer{version: "8.4.2", guarded: map[string]bool{c.entityType: c.guarded}}
			client := connect(t, srv.ServeHTTP)
			_, err := client.Records(c.entityType).Modify(t.Context(), "1", change, c.opts...)
			if c.err == nil {
				require.NoError(t, err)
				assert.Equal(t, 1, srv.changed)
				return
			}
			require.ErrorIs(t, err, c.err)
			assert.Zero(t, srv.changed)
		})
	}
	srv := guardServer{version: "8.4.2"}
	client := connect(t, srv.ServeHTTP)
	_, err := client.Accounts.Modify(t.Context(), "1", func(*espo.Account) error { return nil })
	require.NoError(t, err, "without a change there is nothing to guard")
}
