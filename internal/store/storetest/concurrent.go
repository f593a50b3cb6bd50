package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// testPagingWhileOthersWrite pages through documents while others are added,
// removed and moved, and expects each unchanged document exactly once.
func testPagingWhileOthersWrite(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	const stable = 60
	for i := range stable {
		n := noteWith(numbered("stable", i))
		n.Author, n.Score = "ann", i%7
		insert(t, notes, n)
	}

	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for writer := range 3 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				n := noteWith(numbered("noise", writer))
				n.Author, n.Score = "ann", i%9
				for _, write := range []func() error{
					func() error { return notes.Insert(t.Context(), &n) },
					func() error { n.Score = (n.Score + 4) % 9; return notes.Replace(t.Context(), &n) },
					func() error { return notes.Delete(t.Context(), &n) },
				} {
					if err := write(); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for _, sort := range []string{"score", "-score", "", "-_id"} {
		seen := map[string]int{}
		for _, n := range allPages(t, t, notes, store.Query{Where: store.Where{"author": "ann"}, Sort: sort, Limit: 7}) {
			seen[n.ID]++
		}
		for i := range stable {
			if id := numbered("stable", i); seen[id] != 1 {
				t.Errorf("sorted by %q, %s was seen %d times, want 1", sort, id, seen[id])
			}
		}
	}
	stop()
	wg.Wait()
}

func testEach(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	const total = 300 // more than two batches
	for i := range total {
		n := noteWith(numbered("n", i))
		n.Score = i
		insert(t, notes, n)
	}

	t.Run("EarlyBreak", func(t *testing.T) {
		for n, err := range notes.Each(t.Context(), store.Query{Sort: "-score"}) {
			if err != nil || n.Score != total-1 {
				t.Fatalf("first = %d, %v; want %d", n.Score, err, total-1)
			}
			break
		}
		wantCount(t, notes, store.Query{}, total)
	})
	t.Run("Limit", func(t *testing.T) {
		for _, limit := range []int{1, 128, 129, 256, 299} {
			seen := 0
			for _, err := range notes.Each(t.Context(), store.Query{Limit: limit}) {
				if err != nil {
					t.Fatal(err)
				}
				seen++
			}
			if seen != limit {
				t.Errorf("yielded %d, want %d", seen, limit)
			}
		}
	})
	t.Run("ContextEnds", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		seen := 0
		for _, err := range notes.Each(ctx, store.Query{}) {
			last = err
			if err == nil {
				seen++
			}
			if seen == 5 {
				cancel()
			}
		}
		if seen != 5 || !errors.Is(last, context.Canceled) {
			t.Errorf("yielded %d, then %v; want 5, then context.Canceled", seen, last)
		}
	})
	t.Run("WritesInTheLoop", func(t *testing.T) {
		for n, err := range notes.Each(t.Context(), store.Query{Sort: "score"}) {
			if err != nil {
				t.Fatal(err)
			}
			if n.Score%2 == 0 {
				if err := notes.Delete(t.Context(), &n); err != nil {
					t.Fatal(err)
				}
			}
		}
		wantCount(t, notes, store.Query{}, total/2)
	})
}

func testEndedContext(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range callAll(ctx, e, notes) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", name, err)
		}
	}
	wantCount(t, notes, store.Query{}, 0)
}

func testClosed(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, err := range callAll(t.Context(), e, notes) {
		if fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("%s: %v, want UNAVAILABLE", name, err)
		}
	}
}

// callAll returns the error of each method.
func callAll(ctx context.Context, e store.Engine, notes *store.Collection[note]) map[string]error {
	errs := map[string]error{"Ping": e.Ping(ctx)}
	fresh, stored := noteWith("a"), noteWith("a")
	stored.Rev = 1
	errs["Insert"] = notes.Insert(ctx, &fresh)
	errs["Replace"] = notes.Replace(ctx, &stored)
	errs["Delete"] = notes.Delete(ctx, &stored)
	_, errs["DeleteWhere"] = notes.DeleteWhere(ctx, store.Where{"_id": "a"})
	_, errs["InsertMany"] = notes.InsertMany(ctx, []note{fresh})
	_, errs["ReplaceMany"] = notes.ReplaceMany(ctx, []note{stored})
	_, errs["GetMany"] = notes.GetMany(ctx, []string{"a"})
	_, errs["Get"] = notes.Get(ctx, "a")
	_, _, errs["Find"] = notes.Find(ctx, store.Query{})
	_, errs["Count"] = notes.Count(ctx, store.Query{})
	for _, err := range notes.Each(ctx, store.Query{}) {
		errs["Each"] = err
	}
	_, errs["Open"] = store.Open[note](ctx, e, noteSpec())
	return errs
}
