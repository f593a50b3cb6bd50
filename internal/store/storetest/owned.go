package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/store"
)

func testOwned(t *testing.T, e store.Engine) {
	refusal := errors.New("refused")
	engine := store.NewOwned(e, "author", func(_ context.Context, owner string) error {
		if owner == "mallory" {
			return refusal
		}
		return nil
	})
	notes := openNotes(t, engine)
	plain := openAs[note](t, engine, store.Spec{Name: "pictures"})

	// More than a batch, so that the deletion has to continue.
	const many = 300
	for i := range many {
		n := noteWith(numbered("ann", i))
		n.Author = "ann"
		insert(t, notes, n)
	}
	reviewed := instant(3)
	ben := note{Meta: store.Meta{ID: "ben"}, Author: "ben", At: instant(2), Reviewed: &reviewed, Place: place{Room: "attic", Floor: 3}, Parts: []place{{Room: "hall"}}, Tags: []string{"x"}, Ratio: 0.5, Big: 1 << 60}
	insert(t, notes, ben)
	insert(t, plain, noteWith("mallory"))
	n := noteWith("mallory")
	n.Author = "mallory"
	if err := notes.Insert(t.Context(), &n); !errors.Is(err, refusal) {
		t.Errorf("inserting a document that is not admitted: %v", err)
	}

	if got := engine.Others(); !slices.Equal(got, []string{"pictures"}) {
		t.Errorf("collections without an owner: %v", got)
	}
	collections := engine.Collections()
	if len(collections) != 1 || collections[0].Name() != "notes" {
		t.Fatalf("collections with an owner: %v", collections)
	}
	records := recordsOf(t, collections[0], "ben")
	if len(records) != 1 {
		t.Fatalf("ben has %d records, want 1", len(records))
	}
	text, err := json.Marshal(records[0])
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"_id":"ben","at":"2026-03-01T02:30:00.007Z","author":"ben","big":1152921504606846976,"blob":null,"done":false,` +
		`"labels":null,"mood":"","parts":[{"room":"hall","floor":0}],"place":{"room":"attic","floor":3},"ratio":0.5,"rev":1,` +
		`"reviewed":"2026-03-01T03:30:00.007Z","score":0,"tags":["x"],"text":""}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("record as JSON (-want +got):\n%s", diff)
	}

	for _, wantDeleted := range []int{many, 0} {
		if deleted, err := collections[0].DeleteOf(t.Context(), "ann"); err != nil || deleted != wantDeleted {
			t.Errorf("deleted %d, %v; want %d", deleted, err, wantDeleted)
		}
	}
	if left := recordsOf(t, collections[0], "ann"); len(left) != 0 {
		t.Errorf("%d of ann's records are left", len(left))
	}
	if left := recordsOf(t, collections[0], "ben"); len(left) != 1 {
		t.Errorf("%d of ben's records are left, want 1", len(left))
	}

	unsearchable := noteSpec()
	unsearchable.Name, unsearchable.Indexes = "drafts", unsearchable.Indexes[1:]
	if _, err := store.Open[note](t.Context(), engine, unsearchable); err == nil {
		t.Error("a collection without an index on its owner was opened")
	}
}

func recordsOf(t *testing.T, c *store.OwnedCollection, owner string) []store.Record {
	t.Helper()
	var records []store.Record
	for record, err := range c.Of(t.Context(), owner) {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return records
}
