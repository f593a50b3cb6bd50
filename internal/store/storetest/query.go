package storetest

import (
	"cmp"
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// property is a declared field of note, as the naive model sees it.
type property struct {
	of      func(note) any // nil when the note lacks it
	values  []any
	compare func(a, b any) int
}

func properties() map[string]property {
	return map[string]property{
		"author":      {func(n note) any { return n.Author }, []any{"", "Ann", "ann", "anna", "bob", "Éva", "漢", "👩"}, compareAs(strings.Compare)},
		"mood":        {func(n note) any { return n.Mood }, []any{mood("calm"), mood("glad")}, compareAs(cmp.Compare[mood])},
		"score":       {func(n note) any { return n.Score }, []any{-5, 0, 1, 2, 10, 1 << 40}, compareAs(cmp.Compare[int])},
		"done":        {func(n note) any { return n.Done }, []any{false, true}, compareAs(func(a, b bool) int { return cmp.Compare(ordinal(a), ordinal(b)) })},
		"at":          {func(n note) any { return n.At }, []any{time.Time{}, instant(0), instant(1), instant(2), instant(50)}, compareAs(time.Time.Compare)},
		"place.floor": {func(n note) any { return n.Place.Floor }, []any{-1, 0, 1}, compareAs(cmp.Compare[int])},
		"reviewed": {func(n note) any {
			if n.Reviewed == nil {
				return nil
			}
			return *n.Reviewed
		}, []any{instant(0), instant(1)}, compareAs(time.Time.Compare)},
		"_id": {func(n note) any { return n.ID }, []any{"n-000", "n-020", "n-040", "z"}, compareAs(strings.Compare)},
	}
}

func compareAs[T any](compare func(a, b T) int) func(a, b any) int {
	return func(a, b any) int { return compare(a.(T), b.(T)) }
}

func ordinal(b bool) int {
	if b {
		return 1
	}
	return 0
}

// someNotes returns documents in which every value of every property occurs.
func someNotes() []note {
	random := rand.New(rand.NewPCG(1, 2))
	all := properties()
	pick := func(path string) any { return all[path].values[random.IntN(len(all[path].values))] }
	notes := make([]note, 60)
	for i := range notes {
		n := note{
			Meta:   store.Meta{ID: numbered("n", i), Rev: 1},
			Author: pick("author").(string), Mood: pick("mood").(mood), Score: pick("score").(int),
			Done: pick("done").(bool), At: pick("at").(time.Time), Place: place{Floor: pick("place.floor").(int)},
		}
		if random.IntN(3) > 0 {
			reviewed := pick("reviewed").(time.Time)
			n.Reviewed = &reviewed
		}
		notes[i] = n
	}
	return notes
}

// testQuery compares every shape of query with a naive search of a slice.
func testQuery(t *testing.T, e store.Engine) {
	notes, model := openNotes(t, e), someNotes()
	insert(t, notes, model...)
	rapid.Check(t, func(rt *rapid.T) {
		q := drawQuery(rt)
		want := naive(model, q)
		limit := rapid.IntRange(1, 25).Draw(rt, "limit")

		if n, err := notes.Count(t.Context(), q); err != nil || n != int64(len(want)) {
			rt.Errorf("count = %d, %v; want %d", n, err, len(want))
		}
		q.Limit = limit
		if diff := gocmp.Diff(want, allPages(rt, t, notes, q)); diff != "" {
			rt.Errorf("pages of %+v (-want +got):\n%s", q, diff)
		}
		q.Limit = 0
		got := []note{}
		for n, err := range notes.Each(t.Context(), q) {
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, n)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			rt.Errorf("each of %+v (-want +got):\n%s", q, diff)
		}
	})
}

func drawQuery(rt *rapid.T) store.Query {
	all := properties()
	paths := []string{"_id", "at", "author", "done", "mood", "place.floor", "reviewed", "score"}
	q := store.Query{Where: store.Where{}}
	for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom(paths), 0, 2, rapid.ID[string]).Draw(rt, "where") {
		q.Where[path] = rapid.SampledFrom(all[path].values).Draw(rt, path)
	}
	if rapid.Bool().Draw(rt, "listed") {
		path := rapid.SampledFrom([]string{"_id", "author"}).Draw(rt, "in")
		q.In = &store.In{Field: path, Values: []string{}}
		for _, v := range rapid.SliceOfN(rapid.SampledFrom(all[path].values), 0, 4).Draw(rt, "values") {
			q.In.Values = append(q.In.Values, v.(string))
		}
	}
	if rapid.Bool().Draw(rt, "ranged") {
		path := rapid.SampledFrom(paths).Draw(rt, "range")
		bound := rapid.SampledFrom(all[path].values)
		q.Range = &store.Range{Field: path}
		ends := rapid.IntRange(1, 3).Draw(rt, "ends")
		if ends&1 != 0 {
			q.Range.From = bound.Draw(rt, "from")
		}
		if ends&2 != 0 {
			q.Range.To = bound.Draw(rt, "to")
		}
	}
	// A query may sort by an optional field if it has a range of it.
	ranged := q.Range != nil && q.Range.Field == "reviewed"
	sortable := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return path == "reviewed" && !ranged })
	q.Sort = rapid.SampledFrom([]string{"", "-"}).Draw(rt, "direction") + rapid.SampledFrom(sortable).Draw(rt, "sort")
	return q
}

func naive(model []note, q store.Query) []note {
	all := properties()
	found := []note{}
	for _, n := range model {
		matches := true
		for path, v := range q.Where {
			have := all[path].of(n)
			matches = matches && have != nil && all[path].compare(have, v) == 0
		}
		if q.In != nil {
			have, _ := all[q.In.Field].of(n).(string)
			matches = matches && slices.Contains(q.In.Values, have)
		}
		if q.Range != nil {
			p := all[q.Range.Field]
			have := p.of(n)
			matches = matches && have != nil &&
				(q.Range.From == nil || p.compare(have, q.Range.From) >= 0) &&
				(q.Range.To == nil || p.compare(have, q.Range.To) < 0)
		}
		if matches {
			found = append(found, n)
		}
	}
	path, descending := strings.CutPrefix(q.Sort, "-")
	slices.SortFunc(found, func(a, b note) int {
		order := cmp.Or(all[path].compare(all[path].of(a), all[path].of(b)), strings.Compare(a.ID, b.ID))
		if descending {
			return -order
		}
		return order
	})
	return found
}

func allPages[T any](f interface{ Fatal(...any) }, t *testing.T, c *store.Collection[T], q store.Query) []T {
	all := []T{}
	for {
		found, next, err := c.Find(t.Context(), q)
		if err != nil {
			f.Fatal(err)
		}
		if len(found) > q.Limit && q.Limit > 0 {
			f.Fatal("a page is longer than the limit")
		}
		all = append(all, found...)
		if next == "" {
			return all
		}
		if len(found) == 0 {
			f.Fatal("an empty page has a next page")
		}
		q.After = next
	}
}

func wantIDs(t *testing.T, c *store.Collection[page], q store.Query, want ...string) {
	t.Helper()
	got := []string{}
	for _, doc := range allPages(t, t, c, q) {
		got = append(got, doc.ID)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func testQueryMatchesNothing(t *testing.T, e store.Engine) {
	found, next, err := openNotes(t, e).Find(t.Context(), store.Query{Where: store.Where{"author": "nobody"}})
	if err != nil || next != "" {
		t.Errorf("next, error = %q, %v; want neither", next, err)
	}
	if found == nil || len(found) != 0 {
		t.Errorf("found = %#v, want an empty slice", found)
	}
}

func testForgedCursor(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	insert(t, notes, someNotes()[:20]...)
	query := store.Query{Sort: "score", Limit: 5}
	_, cursor, err := notes.Find(t.Context(), query)
	if err != nil || cursor == "" {
		t.Fatalf("cursor = %q, %v", cursor, err)
	}
	decoded, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	fingerprint, _, _ := strings.Cut(string(decoded), `,"v"`)

	tests := map[string]store.Query{
		"Garbage":       {Sort: "score", After: "!!"},
		"NoJSON":        {Sort: "score", After: encode("x")},
		"Empty":         {Sort: "score", After: encode("{}")},
		"Null":          {Sort: "score", After: encode("null")},
		"OtherKind":     {Sort: "score", After: encode(fingerprint + `,"v":"x","i":"n-001"}`)},
		"Fraction":      {Sort: "score", After: encode(fingerprint + `,"v":1.5,"i":"n-001"}`)},
		"NoID":          {Sort: "score", After: encode(fingerprint + `,"v":1}`)},
		"OtherSort":     {Sort: "at", After: cursor},
		"OtherWay":      {Sort: "-score", After: cursor},
		"OtherSelected": {Sort: "score", Where: store.Where{"done": true}, After: cursor},
		"OtherList":     {Sort: "score", In: &store.In{Field: "author", Values: []string{"Ann"}}, After: cursor},
		"OtherRange":    {Sort: "score", Range: &store.Range{Field: "score", From: 1}, After: cursor},
	}
	for name, q := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := notes.Find(t.Context(), q)
			if fault.CodeOf(err) != fault.InvalidInput {
				t.Errorf("error = %v, want INVALID_INPUT", err)
			}
		})
	}

	query.After, query.Limit = cursor, 7
	if found, _, err := notes.Find(t.Context(), query); err != nil || len(found) != 7 {
		t.Errorf("the same query with another limit: %d documents, %v; want 7", len(found), err)
	}
}
