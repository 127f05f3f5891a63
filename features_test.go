package espo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// refusedCalls call the methods of the features that are refused, by the names
// that docs/versions.md has for them.
var refusedCalls = map[string]func(ctx context.Context, c *espo.Client) error{
	"Client.Webhooks.Failed": func(ctx context.Context, c *espo.Client) error {
		return failure(espo.Collect(c.Webhooks.Failed(ctx, espo.Query{})))
	},
	"Client.App.About": func(ctx context.Context, c *espo.Client) error { return failure(c.App.About(ctx)) },
	"RecordService.Update": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Accounts.Update(ctx, "1", espo.Attrs{"emailAddress": "a@example.com"}))
	},
	"Client.Stream.Global": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Stream.Global().List(ctx, espo.FeedQuery{}))
	},
	"Client.Stream.Updates": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Stream.Updates(anAccount).List(ctx, espo.FeedQuery{}))
	},
	"Client.Stream.By": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Stream.By("1").List(ctx, espo.FeedQuery{}))
	},
	"Client.Activities.ComposeAddresses": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Activities.ComposeAddresses(ctx, anAccount))
	},
	"Client.Stream.Star":   func(ctx context.Context, c *espo.Client) error { return c.Stream.Star(ctx, anAccount) },
	"Client.Stream.Unstar": func(ctx context.Context, c *espo.Client) error { return c.Stream.Unstar(ctx, anAccount) },
	"Client.Notes.Pin":     func(ctx context.Context, c *espo.Client) error { return c.Notes.Pin(ctx, "1") },
	"Client.Notes.Unpin":   func(ctx context.Context, c *espo.Client) error { return c.Notes.Unpin(ctx, "1") },
	"Client.Emails.ImportEML": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Emails.ImportEML(ctx, "1"))
	},
	"Client.Teams.SetPosition": func(ctx context.Context, c *espo.Client) error {
		return c.Teams.SetPosition(ctx, "1", espo.TeamPosition{UserID: "1"})
	},
	"Client.Notes.React":   func(ctx context.Context, c *espo.Client) error { return c.Notes.React(ctx, "1", espo.ReactionLike) },
	"Client.Notes.Unreact": func(ctx context.Context, c *espo.Client) error { return c.Notes.Unreact(ctx, "1", espo.ReactionLike) },
	"Client.Notes.Reactors": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Notes.Reactors("1", espo.ReactionLike).List(ctx, espo.Paging{}))
	},
	"Client.Users.AccessTo": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Users.AccessTo(anAccount).List(ctx, espo.Query{}))
	},
	"Client.Emails.AddUsers": func(ctx context.Context, c *espo.Client) error {
		return c.Emails.AddUsers(ctx, "1", []string{"1"})
	},
	"Client.LeadCapture.SubmitForm": func(ctx context.Context, c *espo.Client) error {
		return failure(c.LeadCapture.SubmitForm(ctx, "1", espo.FormSubmission{Lead: espo.Attrs{"a": 1}}))
	},
	"Client.Stream.Attachments": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Stream.Attachments(anAccount).List(ctx, espo.Query{}))
	},
	"IfVersion": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Accounts.Update(ctx, "1", espo.Attrs{"name": "x"}, espo.IfVersion(1)))
	},
	"RecordService.Modify": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Accounts.Modify(ctx, "1", func(a *espo.Account) error { a.Name += "x"; return nil }))
	},
	"Client.Webhooks.Register": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Webhooks.Register(ctx, espo.Webhook{
			Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: "https://hook.example", SkipOwn: true,
		}))
	},
	"Client.Notifications.Group": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Notifications.Group("1").List(ctx, espo.Paging{}))
	},
	"Client.App.Params": func(ctx context.Context, c *espo.Client) error { return failure(c.App.Params(ctx)) },
	"Client.Notifications.InGroup": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Notifications.InGroup("Record_Account_1").List(ctx, espo.Paging{}))
	},
	"Client.Notifications.MarkGroupRead": func(ctx context.Context, c *espo.Client) error {
		return c.Notifications.MarkGroupRead(ctx, "Record_Account_1")
	},
	"Client.Notifications.DeleteGroup": func(ctx context.Context, c *espo.Client) error {
		return c.Notifications.DeleteGroup(ctx, "Record_Account_1")
	},
	"Client.Emails.ResetFetching": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Emails.ResetFetching(ctx, espo.Ref{Type: "EmailAccount", ID: "1"}, espo.NewDate(2026, 1, 2)))
	},
	"Client.Pipelines.Move":      func(ctx context.Context, c *espo.Client) error { return c.Pipelines.Move(ctx, "1", espo.MoveUp) },
	"Client.PipelineStages.Move": func(ctx context.Context, c *espo.Client) error { return c.PipelineStages.Move(ctx, "1", espo.MoveUp) },
	"Client.Metadata.OpenAPI": func(ctx context.Context, c *espo.Client) error {
		return failure(c.Metadata.OpenAPI(ctx))
	},
}

var anAccount = espo.Ref{Type: "Account", ID: "1"}

// before is a version that does not have what came with v.
func before(v espo.ServerVersion) espo.ServerVersion {
	switch {
	case v.Patch > 0:
		v.Patch--
	case v.Minor > 0:
		v.Minor, v.Patch = v.Minor-1, 99
	default:
		v.Major, v.Minor, v.Patch = v.Major-1, 99, 99
	}
	return v
}

// eachRefusal calls check for each method that a version can be too old for.
func eachRefusal(t *testing.T, check func(t *testing.T, f espo.Feature, call func(context.Context, *espo.Client) error)) {
	t.Helper()
	seen := 0
	for _, f := range espo.Features() {
		if f.Instead != "" {
			continue
		}
		for _, method := range f.Methods {
			seen++
			t.Run(method, func(t *testing.T) {
				call := refusedCalls[method]
				require.NotNil(t, call)
				check(t, f, call)
			})
		}
	}
	assert.Equal(t, len(refusedCalls), seen)
}

func requireNotSupported(t *testing.T, err error, f espo.Feature, server espo.ServerVersion) {
	t.Helper()
	require.ErrorIs(t, err, espo.ErrNotSupported)
	var lacks *espo.NotSupportedError
	require.ErrorAs(t, err, &lacks)
	assert.Equal(t, f.Since, lacks.Since)
	assert.Equal(t, server, lacks.Server)
	assert.ErrorContains(t, err, f.Since.String())
	assert.ErrorContains(t, err, server.String())
	assert.NotErrorIs(t, err, espo.ErrNotFound, "nobody takes it for a record that is missing")
}

// changes are the requests that were no reading.
func changes(asked []string) []string {
	return slices.DeleteFunc(slices.Clone(asked), func(s string) bool { return strings.HasPrefix(s, "GET ") })
}

// A version that was stated is not asked for, and what it lacks is not tried.
func TestStatedVersionRefuses(t *testing.T) {
	eachRefusal(t, func(t *testing.T, f espo.Feature, call func(context.Context, *espo.Client) error) {
		t.Helper()
		old := before(f.Since)
		var asked []string
		client := connect(t, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+route(r))
			if r.URL.Query().Get("key") != "" {
				return // the metadata has no such key
			}
			reply(w, 200, `{"id":"1","name":"a"}`) // the record that Modify reads
		}, espo.WithServerVersion(old.String()))
		requireNotSupported(t, call(t.Context(), client), f, old)
		assert.Empty(t, changes(asked))
		assert.NotContains(t, asked, "GET Settings")
		if !f.Silent {
			assert.Empty(t, asked)
		}
	})
}

// trueRoutes are answered with true.
var trueRoutes = regexp.MustCompile(`/(pin|starSubscription|myReactions/Like|userPosition|users|markRead|move/up|Record_Account_1)$`)

// A version that has it is sent the request, and nothing else.
func TestVersionThatHasItCostsNothing(t *testing.T) {
	eachRefusal(t, func(t *testing.T, f espo.Feature, call func(context.Context, *espo.Client) error) {
		t.Helper()
		for _, opts := range [][]espo.Option{{espo.WithServerVersion(f.Since.String())}, nil} {
			var asked []string
			client := connect(t, func(w http.ResponseWriter, r *http.Request) {
				if route(r) == "Settings" || r.URL.Query().Get("key") != "" {
					asked = append(asked, route(r))
				}
				switch {
				case route(r) == "Settings":
					reply(w, 200, `{"version":"`+f.Since.String()+`"}`)
				case r.URL.Query().Get("key") != "":
					reply(w, 200, `true`)
				case trueRoutes.MatchString(route(r)):
					reply(w, 200, `true`)
				case strings.HasSuffix(route(r), "composeEmailAddressList"):
					reply(w, 200, `[]`)
				default:
					reply(w, 200, `{"id":"1","name":"a","versionNumber":1,"total":0,"list":[],"redirectUrl":null,"version":"1","openapi":"3.1.1","paths":{}}`)
				}
			}, opts...)
			err := call(t.Context(), client)
			require.NoError(t, err)
			switch {
			case slices.Contains(f.Methods, "IfVersion"):
				assert.Subset(t, []string{"Metadata"}, asked, "each entity type can have it turned off")
			case f.Silent && opts == nil:
				assert.Equal(t, []string{"Settings"}, asked)
			default:
				assert.Empty(t, asked)
			}
		}
	})
}

// Where the version is not known, what a server answers to something that it
// does not have is looked into, in each form that such an answer has.
func TestAnswersOfOldServers(t *testing.T) {
	answers := map[string]func(w http.ResponseWriter){
		"message":    func(w http.ResponseWriter) { reply(w, 404, `{"message":"404 Not Found"}`) },
		"controller": func(w http.ResponseWriter) { reasoned(w, 404, "Controller 'App' does not exist.") },
		"page": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusMethodNotAllowed)
			_, _ = w.Write([]byte("<!doctype html><html></html>"))
		},
		"bad":       func(w http.ResponseWriter) { reasoned(w, 400, "") },
		"forbidden": func(w http.ResponseWriter) { reasoned(w, 403, "") },
		"broken":    func(w http.ResponseWriter) { reasoned(w, 500, "") },
		"false":     func(w http.ResponseWriter) { reply(w, 200, "false") },
	}
	eachRefusal(t, func(t *testing.T, f espo.Feature, call func(context.Context, *espo.Client) error) {
		t.Helper()
		if f.Silent {
			return // TestSilentFeatures
		}
		for name, answer := range answers {
			for _, server := range []espo.ServerVersion{before(f.Since), f.Since} {
				settings := new(tally)
				client := connect(t, func(w http.ResponseWriter, r *http.Request) {
					if route(r) == "Settings" {
						settings.add()
						reply(w, 200, `{"version":"`+server.String()+`"}`)
						return
					}
					answer(w)
				})
				err := call(t.Context(), client)
				require.Error(t, err, name)
				if server == f.Since {
					require.NotErrorIs(t, err, espo.ErrNotSupported, name)
					continue
				}
				requireNotSupported(t, err, f, server)
				requireNotSupported(t, call(t.Context(), client), f, server)
				assert.Equal(t, 1, settings.count(), name)
			}
		}
	})
}

func reasoned(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Status-Reason", reason)
	w.WriteHeader(status)
}

// Where the version cannot be learned, the answer itself is the error.
func TestAnswersWithoutAVersion(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reasoned(w, 404, "") })
	err := client.Notes.Pin(t.Context(), "1")
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.NotErrorIs(t, err, espo.ErrNotSupported)
	for status, sentinel := range map[int]error{401: espo.ErrUnauthorized, 429: espo.ErrTooManyRequests, 503: espo.ErrUnavailable} {
		asked := new(tally)
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			asked.add()
			reasoned(w, status, "")
		}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
		require.ErrorIs(t, client.Notes.Pin(t.Context(), "1"), sentinel)
		assert.Equal(t, 1, asked.count(), "%d says nothing of the version", status)
	}
}

// What a server would ignore without a word is refused before it is sent, also
// when the version has to be asked for.
func TestSilentFeatures(t *testing.T) {
	eachRefusal(t, func(t *testing.T, f espo.Feature, call func(context.Context, *espo.Client) error) {
		t.Helper()
		if !f.Silent {
			return
		}
		old := before(f.Since)
		for _, lost := range []bool{false, true} {
			var asked []string
			client := connect(t, func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.Method+" "+route(r))
				switch {
				case route(r) == "Settings" && lost:
					reply(w, 500, "")
				case route(r) == "Settings":
					reply(w, 200, `{"version":"`+old.String()+`"}`)
				case r.URL.Query().Get("key") != "":
				default:
					reply(w, 200, `{"id":"1","name":"a"}`)
				}
			}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
			err := call(t.Context(), client)
			if lost {
				require.ErrorIs(t, err, espo.ErrServer)
			} else {
				requireNotSupported(t, err, f, old)
			}
			assert.Empty(t, changes(asked))
		}
	})
}

// Common calls ask for no version, whatever comes of them.
func TestCommonCallsAskForNoVersion(t *testing.T) {
	for _, status := range []int{200, 400, 403, 404, 500} {
		client := connect(t, func(w http.ResponseWriter, r *http.Request) {
			assert.NotContains(t, []string{"Settings", "App/user"}, route(r))
			body := `{"id":"1","name":"a","versionNumber":1,"total":0,"list":[],"fields":{"name":{}}}`
			if r.Method == http.MethodDelete || strings.Contains(route(r), "/contacts") && r.Method == http.MethodPost {
				body = "true"
			}
			reply(w, status, body)
		}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
		ctx := t.Context()
		for _, err := range []error{
			failure(client.Accounts.Get(ctx, "1", espo.Select("name"))), failure(client.Accounts.Create(ctx, espo.Account{Name: "a"})),
			failure(client.Accounts.Update(ctx, "1", espo.Attrs{"name": "b"})), client.Accounts.Delete(ctx, "1"),
			failure(client.Accounts.List(ctx, espo.Query{Where: espo.Where(espo.IsNull("type")), Select: []string{"name"}})),
			failure(client.Accounts.Modify(ctx, "1", func(a *espo.Account) error { a.Name += "x"; return nil })),
			client.Accounts.Link(ctx, "1", "contacts", "2"), failure(client.Stream.Of(anAccount).List(ctx, espo.FeedQuery{})),
			failure(client.Metadata.EntityType(ctx, "Account")), failure(client.GlobalSearch.Search("a").List(ctx, espo.Paging{})),
		} {
			assert.Equal(t, status == 200, err == nil, fmt.Sprint(err))
		}
	}
}

func TestNotSupportedErrorText(t *testing.T) {
	err := &espo.NotSupportedError{Feature: "pins", Since: espo.ServerVersion{Major: 8, Minor: 3}, Server: espo.ServerVersion{Major: 7, Minor: 5, Patch: 6}}
	assert.EqualError(t, err, "espo: pins: needs EspoCRM 8.3.0, and the server is 7.5.6")
	err.Server = espo.ServerVersion{Major: 9}
	assert.EqualError(t, err, "espo: pins: the server, EspoCRM 9.0.0, has it turned off")
	assert.True(t, errors.Is(err, espo.ErrNotSupported))
	var b bytes.Buffer
	_, _ = fmt.Fprintf(&b, "%v", err)
	assert.Equal(t, err.Error(), b.String())
}
