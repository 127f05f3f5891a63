package espo_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// oneTwoThree yields 1, 2, 3 …, and an error in the place of the nth, and counts
// what it has yielded. It notes when it has ended.
func oneTwoThree(n int, err error, yielded *int, ended *bool) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		*yielded, *ended = 0, false
		defer func() { *ended = true }()
		for i := 1; ; i++ {
			*yielded++
			if i == n {
				yield(0, err)
				return
			}
			if !yield(i, nil) {
				return
			}
		}
	}
}

func TestLimitOfIterators(t *testing.T) {
	broken := errors.New("broken")
	var yielded int
	var ended bool
	for name, tt := range map[string]struct {
		fails, limit int
		want         []int
		err          error
		yielded      int
	}{
		"below the error": {5, 4, []int{1, 2, 3, 4}, nil, 4},
		"at the error":    {5, 5, []int{1, 2, 3, 4}, broken, 5},
		"above the error": {5, 9, []int{1, 2, 3, 4}, broken, 5},
		"error at once":   {1, 9, nil, broken, 1},
		"one":             {5, 1, []int{1}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			seq := espo.Limit(oneTwoThree(tt.fails, broken, &yielded, &ended), tt.limit)
			for range 2 { // it can be ranged over again
				got, err := espo.Collect(seq)
				assert.Equal(t, tt.want, got)
				assert.Equal(t, tt.err, err)
				assert.Equal(t, tt.yielded, yielded, "nothing is asked for that is not wanted")
				assert.True(t, ended)
			}
		})
	}
	for _, limit := range []int{0, -1} {
		yielded = 0
		got, err := espo.Collect(espo.Limit(oneTwoThree(1, broken, &yielded, &ended), limit))
		require.NoError(t, err)
		assert.Empty(t, got)
		assert.Zero(t, yielded, "it is not even begun")
	}
	for v, err := range espo.Limit(oneTwoThree(9, broken, &yielded, &ended), 5) {
		require.NoError(t, err)
		if v == 2 {
			break
		}
	}
	assert.Equal(t, 2, yielded)
	assert.True(t, ended, "it ends with its caller")
}

func TestCollectOfNothing(t *testing.T) {
	got, err := espo.Collect(func(func(string, error) bool) {})
	require.NoError(t, err)
	assert.Nil(t, got)
}

// listOf is a method that lists one page of n numbers, as records.
func listOf(n int, asked *[]espo.Query) func(context.Context, espo.Query) (espo.Page[espo.Record], error) {
	return func(_ context.Context, q espo.Query) (espo.Page[espo.Record], error) {
		*asked = append(*asked, q)
		var page espo.Page[espo.Record]
		for i := q.Offset; i < min(n, q.Offset+q.MaxSize); i++ {
			page.Records = append(page.Records, espo.Record{"id": itoa(i)})
		}
		page.More = q.Offset+q.MaxSize < n
		return page, nil
	}
}

func TestPages(t *testing.T) {
	for name, tt := range map[string]struct {
		records int
		query   espo.Query
		pages   []int // the offsets
		size    int
	}{
		"nothing":        {0, espo.Query{}, []int{0}, 200},
		"one page":       {200, espo.Query{}, []int{0}, 200},
		"two pages":      {201, espo.Query{}, []int{0, 200}, 200},
		"a size":         {7, espo.Query{MaxSize: 3}, []int{0, 3, 6}, 3},
		"full pages":     {6, espo.Query{MaxSize: 3}, []int{0, 3}, 3},
		"from an offset": {7, espo.Query{MaxSize: 3, Offset: 2}, []int{2, 5}, 3},
		"its own query":  {4, espo.Query{MaxSize: 2, OrderBy: "name", TextFilter: "x"}, []int{0, 2}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []espo.Query
			pages := espo.Pages(t.Context(), tt.query, listOf(tt.records, &asked))
			for range 2 {
				asked = nil
				got, err := espo.Collect(pages)
				require.NoError(t, err)
				require.Len(t, got, max(0, tt.records-tt.query.Offset))
				for i, r := range got {
					assert.Equal(t, itoa(tt.query.Offset+i), r.ID())
				}
				var offsets []int
				for _, q := range asked {
					offsets = append(offsets, q.Offset)
					assert.Equal(t, tt.size, q.MaxSize)
					assert.Equal(t, tt.query.OrderBy+tt.query.TextFilter, q.OrderBy+q.TextFilter)
				}
				assert.Equal(t, tt.pages, offsets)
			}
		})
	}
}

func TestPagesThatFail(t *testing.T) {
	broken := errors.New("broken")
	var asked []espo.Query
	list := listOf(100, &asked)
	got, err := espo.Collect(espo.Pages(t.Context(), espo.Query{MaxSize: 10}, func(ctx context.Context, q espo.Query) (espo.Page[espo.Record], error) {
		if q.Offset == 30 {
			return espo.Page[espo.Record]{Records: []espo.Record{{"id": "x"}}}, broken
		}
		return list(ctx, q)
	}))
	assert.Equal(t, broken, err)
	assert.Len(t, got, 30, "what came before")

	for name, page := range map[string]espo.Page[espo.Record]{
		"the same page": {Records: []espo.Record{{"id": "1"}, {"id": "2"}}, More: true}, "records without ids": {Records: []espo.Record{{"a": "1"}, {"a": "2"}}, More: true},
	} {
		n := 0
		got, err = espo.Collect(espo.Pages(t.Context(), espo.Query{}, func(context.Context, espo.Query) (espo.Page[espo.Record], error) {
			n++
			return page, nil
		}))
		require.ErrorIs(t, err, espo.ErrPages, name)
		assert.Len(t, got, 2, name)
		assert.Equal(t, 2, n, name)
	}
	got, err = espo.Collect(espo.Pages(t.Context(), espo.Query{}, func(context.Context, espo.Query) (espo.Page[espo.Record], error) {
		return espo.Page[espo.Record]{More: true}, nil
	}))
	require.NoError(t, err, "an empty page is the last one")
	assert.Empty(t, got)
}

// The caller's end ends the page that is being fetched ahead.
func TestPagesEndWithTheCaller(t *testing.T) {
	ended := make(chan error, 1)
	for _, err := range espo.Pages(t.Context(), espo.Query{MaxSize: 1}, func(ctx context.Context, q espo.Query) (espo.Page[int], error) {
		if q.Offset > 0 {
			<-ctx.Done()
			ended <- ctx.Err()
			return espo.Page[int]{}, ctx.Err()
		}
		return espo.Page[int]{Records: []int{1}, More: true}, nil
	}) {
		require.NoError(t, err)
		break
	}
	require.ErrorIs(t, <-ended, context.Canceled)
}
