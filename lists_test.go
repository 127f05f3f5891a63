package espo_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// longList is a list of n records at a server, whose numbers fall while their
// ids rise. It gives pages as it is asked for them.
func longList(n int, paths *[]string) exchange {
	return func(r *http.Request) (*http.Response, error) {
		*paths = append(*paths, strings.TrimPrefix(r.URL.Path, "/api/v1/"))
		q := r.URL.Query()
		var params struct {
			Where []struct {
				Type, Attribute string
				Value           any
			}
			MaxSize, Offset int
		}
		if text := q.Get("searchParams"); text != "" {
			if err := json.Unmarshal([]byte(text), &params, json.MatchCaseInsensitiveNames(true)); err != nil {
				return nil, err
			}
		}
		size, offset := params.MaxSize, params.Offset
		if s, err := strconv.Atoi(q.Get("maxSize")); err == nil {
			size = s
		}
		if o, err := strconv.Atoi(q.Get("offset")); err == nil {
			offset = o
		}
		for _, f := range params.Where {
			key, err := strconv.Atoi(fmt.Sprint(f.Value))
			switch {
			case err != nil:
				return nil, err
			case f.Attribute == "id" && f.Type == "greaterThan":
				offset += key - 100 + 1
			case f.Attribute == "number" && f.Type == "lessThan":
				offset += 900 - key + 1
			}
		}
		var items []string
		for i := offset; i < min(n, offset+size); i++ {
			items = append(items, fmt.Sprintf(`{"id":"%d","number":%d,"_scope":"Account","entityType":"Account","name":"n"}`, 100+i, 900-i))
		}
		total := -2
		if offset+size < n {
			total = -1
		}
		return answer(r, 200, fmt.Sprintf(`{"total":%d,"list":[%s]}`, total, strings.Join(items, ","))), nil
	}
}

// howMany is how many values an iterator yields.
func howMany[T any](seq iter.Seq2[T, error]) (int, error) {
	all, err := espo.Collect(seq)
	return len(all), err
}

// All of each list reads every record of it, however many pages it has, and
// from one place.
func TestAllOfEveryList(t *testing.T) {
	var paths []string
	const n = 450
	client := dial(t, "http://crm.example", espo.APIKey("key"), espo.WithTransport(longList(n, &paths)))
	ref, q := espo.Ref{Type: "Account", ID: "1"}, espo.Query{}
	type lists = map[string]func(context.Context) (int, error)
	for path, all := range (lists{
		"Account":               func(ctx context.Context) (int, error) { return howMany(client.Accounts.All(ctx, q)) },
		"CThing":                func(ctx context.Context) (int, error) { return howMany(client.Records("CThing").All(ctx, q)) },
		"Account/1/contacts":    func(ctx context.Context) (int, error) { return howMany(client.Accounts.Contacts("1").All(ctx, q)) },
		"Account/1/followers":   func(ctx context.Context) (int, error) { return howMany(client.Stream.Followers(ref).All(ctx, q)) },
		"Account/1/usersAccess": func(ctx context.Context) (int, error) { return howMany(client.Users.AccessTo(ref).All(ctx, q)) },
		"Account/1/streamAttachments": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.Attachments(ref).All(ctx, q))
		},
		"Import/1/imported":   func(ctx context.Context) (int, error) { return howMany(client.Imports.Imported("1").All(ctx, q)) },
		"Import/1/updated":    func(ctx context.Context) (int, error) { return howMany(client.Imports.Updated("1").All(ctx, q)) },
		"Import/1/duplicates": func(ctx context.Context) (int, error) { return howMany(client.Imports.Duplicates("1").All(ctx, q)) },
		"Import/1/errors":     func(ctx context.Context) (int, error) { return howMany(client.Imports.Errors("1").All(ctx, q)) },
		"Notification":        func(ctx context.Context) (int, error) { return howMany(client.Notifications.All(ctx, q)) },
		"Activities/Account/1/history/list/Call": func(ctx context.Context) (int, error) {
			return howMany(espo.ActivityRecords[espo.Call](client, ref, espo.ActivityQuery{Kind: espo.ActivityHistory, EntityType: "Call"}).All(ctx, q))
		},
		"Activities/Account/1/history": func(ctx context.Context) (int, error) {
			return howMany(client.Activities.Of(ref, espo.ActivityQuery{Kind: espo.ActivityHistory}).All(ctx))
		},
		"Activities/upcoming": func(ctx context.Context) (int, error) {
			return howMany(client.Activities.Upcoming(espo.UpcomingQuery{}).All(ctx))
		},
		"GlobalSearch": func(ctx context.Context) (int, error) { return howMany(client.GlobalSearch.Search("x").All(ctx)) },
		"Note/1/reactors/Like": func(ctx context.Context) (int, error) {
			return howMany(client.Notes.Reactors("1", espo.ReactionLike).All(ctx))
		},
		"Notification/1/group":  func(ctx context.Context) (int, error) { return howMany(client.Notifications.Group("1").All(ctx)) },
		"TargetList/1/optedOut": func(ctx context.Context) (int, error) { return howMany(client.TargetLists.OptedOut("1").All(ctx)) },
		"Account/1/stream": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.Of(ref).All(ctx, espo.FeedQuery{}))
		},
		"Account/1/posts": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.Posts(ref).All(ctx, espo.FeedQuery{}))
		},
		"Account/1/updateStream": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.Updates(ref).All(ctx, espo.FeedQuery{}))
		},
		"Stream": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.Mine().All(ctx, espo.FeedQuery{}))
		},
		"GlobalStream": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.Global().All(ctx, espo.FeedQuery{}))
		},
		"User/1/stream": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.User("1").All(ctx, espo.FeedQuery{}))
		},
		"User/1/stream/own": func(ctx context.Context) (int, error) {
			return howMany(client.Stream.By("1").All(ctx, espo.FeedQuery{}))
		},
	}) {
		t.Run(path, func(t *testing.T) {
			paths = nil
			got, err := all(t.Context())
			require.NoError(t, err)
			assert.Equal(t, n, got)
			assert.Equal(t, []string{path, path, path}, paths, "pages of 200")
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = all(ctx)
			require.ErrorIs(t, err, context.Canceled)
			assert.Len(t, paths, 3)
		})
	}
}
