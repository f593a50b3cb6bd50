package storetest

import (
	"errors"
	"testing"

	"github.com/scrumkb/scrumkb/internal/store"
)

func testDelete(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	doc := noteWith("a")
	if err := notes.Insert(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	insert(t, notes, noteWith("b"))
	stale := doc
	if err := notes.Replace(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	if err := notes.Delete(t.Context(), &stale); !errors.Is(err, store.ErrStale) {
		t.Errorf("deleting a changed document: %v, want ErrStale", err)
	}
	wantStored(t, notes, doc)
	if err := notes.Delete(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	if err := notes.Delete(t.Context(), &doc); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleting again: %v, want ErrNotFound", err)
	}
	wantCount(t, notes, store.Query{}, 1)
}

func testDeleteWhere(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	const anns = 1500 // more than the embedded database deletes at once
	docs := make([]note, 0, anns+2)
	for i := range anns {
		n := noteWith(numbered("ann", i))
		n.Author, n.Done = "ann", i%3 == 0
		docs = append(docs, n)
	}
	other := noteWith("ben")
	other.Author = "ben"
	docs = append(docs, other, noteWith("nobody's"))
	if duplicates, err := notes.InsertMany(t.Context(), docs); len(duplicates) != 0 || err != nil {
		t.Fatalf("duplicates %v, %v", duplicates, err)
	}
	for _, step := range []struct {
		where store.Where
		want  int
	}{
		{store.Where{"author": "ann", "done": true}, anns / 3},
		{store.Where{"author": "ann", "done": true}, 0},
		{store.Where{"author": "ann", "_id": "ben"}, 0},
		{store.Where{"author": "ann"}, anns - anns/3},
		{store.Where{"_id": "ben"}, 1},
	} {
		if deleted, err := notes.DeleteWhere(t.Context(), step.where); deleted != step.want || err != nil {
			t.Errorf("%v: deleted %d, %v; want %d", step.where, deleted, err, step.want)
		}
	}
	for name, where := range map[string]store.Where{"nothing": {}, "an undeclared field": {"text": ""}, "another kind": {"author": 1}} {
		if deleted, err := notes.DeleteWhere(t.Context(), where); deleted != 0 || err == nil {
			t.Errorf("by %s: deleted %d, %v; want an error", name, deleted, err)
		}
	}
	wantCount(t, notes, store.Query{}, 1)
}
