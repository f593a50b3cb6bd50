package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/store"
)

func testGetMany(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	for _, id := range []string{"a", "b", "c", "id with: /%?#\u0000"} {
		n := noteWith(id)
		n.Text = "text of " + id
		insert(t, notes, n)
	}
	tests := map[string]struct{ ids, want []string }{
		"None":        {nil, nil},
		"One":         {[]string{"b"}, []string{"b"}},
		"AsAsked":     {[]string{"c", "a", "b"}, []string{"c", "a", "b"}},
		"Missing":     {[]string{"x", "c", "", "A", "a"}, []string{"c", "a"}},
		"AllMissing":  {[]string{"x", "y"}, nil},
		"GivenTwice":  {[]string{"b", "a", "b", "b", "x", "x"}, []string{"b", "a"}},
		"AnyText":     {[]string{"id with: /%?#\u0000", "id with: /%?#"}, []string{"id with: /%?#\u0000"}},
		"NoOperators": {[]string{"$ne", "^.*$", "a, b"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := notes.GetMany(t.Context(), tt.ids)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range found {
				got = append(got, n.ID)
				if n.Text != "text of "+n.ID || n.Rev != 1 {
					t.Errorf("%s has text %q and rev %d", n.ID, n.Text, n.Rev)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
		})
	}
}

// ManyInChunks checks reads and writes of more documents than fit into one
// command. It is not part of Run because FerretDB takes too long for it.
func ManyInChunks(t *testing.T, e store.Engine) {
	counted := Count(e)
	notes := openNotes(t, counted)
	const total = store.MaxMany + 3
	docs := make([]note, total)
	ids := make([]string, total)
	for i := range docs {
		docs[i] = noteWith(numbered("n", i))
		ids[total-1-i] = docs[i].ID
	}
	docs[store.MaxMany+1].ID = docs[7].ID
	counted.Reset()
	duplicates, err := notes.InsertMany(t.Context(), docs)
	if err != nil || !slices.Equal(duplicates, []int{store.MaxMany + 1}) {
		t.Fatalf("duplicates %v, %v; want the second to last", duplicates, err)
	}
	docs = slices.Delete(docs, store.MaxMany+1, store.MaxMany+2)
	for i := range docs {
		docs[i].Score = i
	}
	docs[len(docs)-1].Rev = 9
	stale, err := notes.ReplaceMany(t.Context(), docs)
	if err != nil || !slices.Equal(stale, []int{len(docs) - 1}) {
		t.Fatalf("stale %v, %v; want the last one", stale, err)
	}
	found, err := notes.GetMany(t.Context(), ids)
	if err != nil || len(found) != total-1 {
		t.Fatalf("found %d, %v; want %d", len(found), err, total-1)
	}
	for i, n := range found {
		if want := &docs[len(docs)-1-i]; n.ID != want.ID || n.Score != want.Score && i > 0 {
			t.Fatalf("document %d is %s with score %d, want %s with %d", i, n.ID, n.Score, want.ID, want.Score)
		}
	}
	if calls := counted.Calls(); len(calls) != 6 {
		t.Errorf("calls %v, want two for each", calls)
	}
}

func testInsertMany(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	stored := noteWith("b")
	stored.Text = "first"
	insert(t, notes, stored)

	docs := []note{noteWith("a"), noteWith("b"), noteWith("c"), noteWith("a"), noteWith("d")}
	for i := range docs {
		docs[i].Text, docs[i].Score = "of many", i
	}
	duplicates, err := notes.InsertMany(t.Context(), docs)
	if err != nil || !slices.Equal(duplicates, []int{1, 3}) {
		t.Fatalf("duplicates %v, %v; want 1 and 3", duplicates, err)
	}
	for i, wantRev := range []int64{1, 0, 1, 0, 1} {
		if docs[i].Rev != wantRev {
			t.Errorf("rev of document %d = %d, want %d", i, docs[i].Rev, wantRev)
		}
	}
	stored.Rev = 1
	for _, want := range []note{docs[0], stored, docs[2], docs[4]} {
		wantStored(t, notes, want)
	}
	wantCount(t, notes, store.Query{Where: store.Where{"score": 4}}, 1)

	if duplicates, err := notes.InsertMany(t.Context(), nil); len(duplicates) != 0 || err != nil {
		t.Errorf("nothing: duplicates %v, %v", duplicates, err)
	}
	for name, bad := range map[string]note{"without id": noteWith(""), "too large": {Meta: store.Meta{ID: "y"}, Blob: make([]byte, store.MaxDocument)}} {
		if _, err := notes.InsertMany(t.Context(), []note{noteWith("x"), bad}); err == nil {
			t.Errorf("a document %s was inserted", name)
		}
	}
	wantCount(t, notes, store.Query{}, 4)
}

func testInsertManyUnique(t *testing.T, e store.Engine) {
	pages := openAs[page](t, e, pageSpec())
	insert(t, pages, pageAt("1", "x", "a"))
	docs := []page{pageAt("2", "x", "b"), pageAt("3", "x", "a"), pageAt("4", "y", "a"), pageAt("5", "y", "a")}
	duplicates, err := pages.InsertMany(t.Context(), docs)
	if err != nil || !slices.Equal(duplicates, []int{1, 3}) {
		t.Errorf("duplicates %v, %v; want 1 and 3", duplicates, err)
	}
	wantCount(t, pages, store.Query{}, 3)
}

func testReplaceMany(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	docs := []note{noteWith("a"), noteWith("b"), noteWith("c")}
	if _, err := notes.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	for i := range docs {
		docs[i].Score, docs[i].Text, docs[i].Tags = i+1, "changed", []string{"x", "y"}
	}
	if stale, err := notes.ReplaceMany(t.Context(), docs); len(stale) != 0 || err != nil {
		t.Fatalf("stale %v, %v; want none", stale, err)
	}
	for _, want := range docs {
		if want.Rev != 2 {
			t.Errorf("rev of %s = %d, want 2", want.ID, want.Rev)
		}
		wantStored(t, notes, want)
		wantCount(t, notes, store.Query{Where: store.Where{"score": want.Score}}, 1)
	}

	others := docs[1]
	others.Text = "somebody else's"
	if err := notes.Replace(t.Context(), &others); err != nil {
		t.Fatal(err)
	}
	missing := noteWith("z")
	missing.Rev = 1
	next := []note{docs[0], docs[1], missing, docs[2]}
	for i := range next {
		next[i].Text = "again"
	}
	stale, err := notes.ReplaceMany(t.Context(), next)
	if err != nil || !slices.Equal(stale, []int{1, 2}) {
		t.Fatalf("stale %v, %v; want 1 and 2", stale, err)
	}
	for i, wantRev := range []int64{3, 2, 1, 3} {
		if next[i].Rev != wantRev {
			t.Errorf("rev of document %d = %d, want %d", i, next[i].Rev, wantRev)
		}
	}
	for _, want := range []note{next[0], others, next[3]} {
		wantStored(t, notes, want)
	}
	wantCount(t, notes, store.Query{}, 3)

	if _, err := notes.ReplaceMany(t.Context(), []note{next[0], next[0]}); err == nil {
		t.Error("a document was given twice in one replacement")
	}
	tooLarge := next[3]
	tooLarge.Blob = make([]byte, store.MaxDocument)
	if _, err := notes.ReplaceMany(t.Context(), []note{next[0], tooLarge}); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("too large: %v, want ErrTooLarge", err)
	}
	wantStored(t, notes, next[0])
}
