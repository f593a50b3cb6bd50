package sqlitestore_test

import (
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

type optionalDue struct {
	store.Meta `bson:",inline"`

	Due *time.Time `bson:"due"`
}

type alwaysDue struct {
	store.Meta `bson:",inline"`

	Due time.Time `bson:"due"`
}

func TestFieldNoLongerOptional(t *testing.T) {
	e := openNew(t)
	spec := store.Spec{
		Name: "tasks", Fields: []string{"due"},
		Indexes: []store.Index{{Name: "by_due", Keys: []string{"due"}}},
	}
	before, err := store.Open[optionalDue](t.Context(), e, spec)
	if err != nil {
		t.Fatal(err)
	}
	due := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	for _, doc := range []optionalDue{{Meta: store.Meta{ID: "none"}}, {Meta: store.Meta{ID: "some"}, Due: &due}} {
		if err := before.Insert(t.Context(), &doc); err != nil {
			t.Fatal(err)
		}
	}

	for range 2 {
		after, err := store.Open[alwaysDue](t.Context(), e, spec)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for doc, err := range after.Each(t.Context(), store.Query{Sort: "-due"}) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, doc.ID)
		}
		if len(ids) != 2 || ids[0] != "some" || ids[1] != "none" {
			t.Errorf("ids = %v, want some, none", ids)
		}
		for id, value := range map[string]time.Time{"none": {}, "some": due} {
			n, err := after.Count(t.Context(), store.Query{Where: store.Where{"_id": id, "due": value}})
			if err != nil || n != 1 {
				t.Errorf("documents %s due %v: %d, %v; want 1", id, value, n, err)
			}
		}
	}
}
