package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/store"
)

// noteHead is the head of a note.
type noteHead struct {
	store.Meta `bson:",inline"`

	Author   string     `bson:"author"`
	Score    int        `bson:"score"`
	Done     bool       `bson:"done"`
	At       time.Time  `bson:"at"`
	Place    floorHead  `bson:"place"`
	Reviewed *time.Time `bson:"reviewed"`
}

type floorHead struct {
	Floor int `bson:"floor"`
}

func headOf(n note) noteHead {
	return noteHead{Meta: n.Meta, Author: n.Author, Score: n.Score, Done: n.Done, At: n.At, Place: floorHead{n.Place.Floor}, Reviewed: n.Reviewed}
}

func testHeads(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	reviewed := instant(3)
	full := note{
		Meta: store.Meta{ID: "full"}, Author: "ann", Mood: "glad", Score: -7, Done: true, At: instant(1), Place: place{Room: "attic", Floor: 3},
		Reviewed: &reviewed, Text: "long", Tags: []string{"x"}, Blob: make([]byte, 1<<16),
	}
	docs := []note{full, {Meta: store.Meta{ID: "zero"}}, {Meta: store.Meta{ID: "old"}, Author: "ann", At: time.Date(1969, 1, 2, 3, 4, 5, int(6*time.Millisecond), time.UTC)}}
	if _, err := notes.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	if err := notes.Replace(t.Context(), &docs[0]); err != nil {
		t.Fatal(err)
	}
	heads := headsOf[noteHead](t, notes)

	got, err := heads.GetMany(t.Context(), []string{"zero", "none", "full", "old"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]noteHead{headOf(docs[1]), headOf(docs[0]), headOf(docs[2])}, got); diff != "" {
		t.Errorf("heads by id (-want +got):\n%s", diff)
	}
	one, err := heads.Get(t.Context(), "full")
	if diff := cmp.Diff(headOf(docs[0]), one); diff != "" || err != nil {
		t.Errorf("head, %v (-want +got):\n%s", err, diff)
	}
	if _, err := heads.Get(t.Context(), "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("head of a missing document: %v, want ErrNotFound", err)
	}

	byNewest := store.Query{Where: store.Where{"author": "ann", "mood": mood("")}, Sort: "-at"}
	found, _, err := heads.Find(t.Context(), byNewest)
	if diff := cmp.Diff([]noteHead{headOf(docs[2])}, found); diff != "" || err != nil {
		t.Errorf("found, %v (-want +got):\n%s", err, diff)
	}
	byNewest = store.Query{Sort: "-at", Limit: 1}
	var walked []noteHead
	for {
		page, next, err := heads.Find(t.Context(), byNewest)
		if err != nil {
			t.Fatal(err)
		}
		walked = append(walked, page...)
		if byNewest.After = next; next == "" {
			break
		}
	}
	if diff := cmp.Diff([]noteHead{headOf(docs[0]), headOf(docs[2]), headOf(docs[1])}, walked); diff != "" {
		t.Errorf("heads by pages (-want +got):\n%s", diff)
	}

	t.Run("MetaAlone", func(t *testing.T) {
		type revision struct {
			store.Meta `bson:",inline"`
		}
		revs := headsOf[revision](t, notes)
		got, err := revs.GetMany(t.Context(), []string{"full", "zero"})
		if diff := cmp.Diff([]revision{{docs[0].Meta}, {docs[1].Meta}}, got); diff != "" || err != nil {
			t.Errorf("heads, %v (-want +got):\n%s", err, diff)
		}
		if _, _, err := revs.Find(t.Context(), store.Query{Sort: "score"}); err == nil {
			t.Error("heads were sorted by a field that they lack")
		}
	})
	t.Run("Refused", func(t *testing.T) {
		refused := map[string]func() error{
			"Undeclared": func() error {
				return headsError[struct {
					store.Meta `bson:",inline"`
					Text       string `bson:"text"`
				}](notes)
			},
			"OtherKind": func() error {
				return headsError[struct {
					store.Meta `bson:",inline"`
					Score      string `bson:"score"`
				}](notes)
			},
			"Pointer": func() error {
				return headsError[struct {
					store.Meta `bson:",inline"`
					Place      *floorHead `bson:"place"`
				}](notes)
			},
			"NoMeta": func() error { return headsError[floorHead](notes) },
		}
		for name, open := range refused {
			if open() == nil {
				t.Errorf("%s: no error", name)
			}
		}
	})
}

func headsOf[H any](t *testing.T, c *store.Collection[note]) *store.Reader[H] {
	t.Helper()
	heads, err := store.HeadsOf[H](c)
	if err != nil {
		t.Fatal(err)
	}
	return heads
}

func headsError[H any](c *store.Collection[note]) error {
	_, err := store.HeadsOf[H](c)
	return err
}
