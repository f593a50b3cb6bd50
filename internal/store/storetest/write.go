package storetest

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/store"
)

func testInsert(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	first := noteWith("a")
	insert(t, notes, first)

	second := noteWith("a")
	second.Text = "another"
	if err := notes.Insert(t.Context(), &second); !errors.Is(err, store.ErrDuplicate) {
		t.Errorf("second insert: %v, want ErrDuplicate", err)
	}
	if second.Rev != 0 {
		t.Errorf("rev after a refused insert = %d, want 0", second.Rev)
	}
	first.Rev = 1
	wantStored(t, notes, first)

	nameless := noteWith("")
	if err := notes.Insert(t.Context(), &nameless); err == nil {
		t.Error("a document without id was inserted")
	}
}

func testGet(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	insert(t, notes, noteWith("a"))
	got, err := notes.Get(t.Context(), "A")
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error = %v, want ErrNotFound", err)
	}
	if diff := cmp.Diff(note{}, got); diff != "" {
		t.Errorf("document of a failed Get (-want +got):\n%s", diff)
	}
}

func testReplace(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	doc := noteWith("a")
	if err := notes.Insert(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	stale := doc
	doc.Author, doc.Score = "ann", 7
	if err := notes.Replace(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Rev != 2 {
		t.Errorf("rev = %d, want 2", doc.Rev)
	}
	wantStored(t, notes, doc)
	wantCount(t, notes, store.Query{Where: store.Where{"author": "ann", "score": 7}}, 1)
	wantCount(t, notes, store.Query{Where: store.Where{"author": ""}}, 0)

	stale.Author = "bob"
	if err := notes.Replace(t.Context(), &stale); !errors.Is(err, store.ErrStale) {
		t.Errorf("replacing a stale document: %v, want ErrStale", err)
	}
	if stale.Rev != 1 {
		t.Errorf("rev after a refused replace = %d, want 1", stale.Rev)
	}
	wantStored(t, notes, doc)

	missing := noteWith("b")
	missing.Rev = 1
	if err := notes.Replace(t.Context(), &missing); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("replacing a missing document: %v, want ErrNotFound", err)
	}
	wantCount(t, notes, store.Query{}, 1)
}

func testCompareAndSwap(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	insert(t, notes, noteWith("counter"))
	const writers = 50
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for {
				doc, err := notes.Get(t.Context(), "counter")
				if err == nil {
					doc.Score++
					err = notes.Replace(t.Context(), &doc)
				}
				if errors.Is(err, store.ErrStale) {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	wg.Wait()
	doc, err := notes.Get(t.Context(), "counter")
	if err != nil {
		t.Fatal(err)
	}
	if doc.Score != writers || doc.Rev != writers+1 {
		t.Errorf("score, rev = %d, %d; want %d, %d", doc.Score, doc.Rev, writers, writers+1)
	}
}

func testRoundTrip(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	reviewed := instant(3)
	docs := map[string]note{
		"Zero":          {},
		"NilAndEmpty":   {Tags: nil, Labels: map[string]string{}, Blob: []byte{}},
		"EmptyAndNil":   {Tags: []string{}, Labels: nil, Blob: nil},
		"Unicode":       {Author: "Zoë 漢字 👩‍🏫", Text: "a\u0000b\n\"'\\%_$", Labels: map[string]string{"ключ": "מפתח"}},
		"DollarAndDot":  {Text: "$author", Tags: []string{"$push", "a.b", ""}},
		"Times":         {At: time.Date(1969, 12, 31, 23, 59, 59, int(999*time.Millisecond), time.UTC), Reviewed: &reviewed},
		"Numbers":       {Score: -1, Big: math.MaxInt64, Ratio: 0.1 + 0.2, Place: place{Floor: math.MinInt32}},
		"Nested":        {Place: place{Room: "b"}, Parts: []place{{}, {Room: "c", Floor: 2}}},
		"Megabyte":      {Text: strings.Repeat("grüße ", 1<<17), Blob: make([]byte, 1<<12)},
		"id with: /%?#": {Author: "x"},
	}
	for id, doc := range docs {
		t.Run(id, func(t *testing.T) {
			doc.ID = id
			if err := notes.Insert(t.Context(), &doc); err != nil {
				t.Fatal(err)
			}
			wantStored(t, notes, doc)
			doc.Score++
			if err := notes.Replace(t.Context(), &doc); err != nil {
				t.Fatal(err)
			}
			wantStored(t, notes, doc)
		})
	}

	t.Run("TimesBecomeMillisecondsUTC", func(t *testing.T) {
		doc := noteWith("precise")
		doc.At = time.Date(2026, 3, 1, 12, 0, 0, 1_999_999, time.FixedZone("", 3600))
		insert(t, notes, doc)
		doc.Rev, doc.At = 1, time.Date(2026, 3, 1, 11, 0, 0, 1_000_000, time.UTC)
		wantStored(t, notes, doc)
	})
}

func testTooLarge(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	doc := noteWith("a")
	insert(t, notes, doc)
	doc.Rev, doc.Blob = 1, make([]byte, store.MaxDocument)
	if err := notes.Replace(t.Context(), &doc); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("replace: %v, want ErrTooLarge", err)
	}
	doc.ID = "b"
	if err := notes.Insert(t.Context(), &doc); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("insert: %v, want ErrTooLarge", err)
	}
	wantCount(t, notes, store.Query{}, 1)
}

func wantStored(t *testing.T, notes *store.Collection[note], want note) {
	t.Helper()
	got, err := notes.Get(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored %s (-want +got):\n%.2000s", want.ID, diff)
	}
}

func wantCount[T any](t *testing.T, c *store.Collection[T], q store.Query, want int64) {
	t.Helper()
	got, err := c.Count(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("count = %d, want %d", got, want)
	}
}
