package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

type mood string

// note has a field of every kind: at the top level, nested and optional.
type note struct {
	store.Meta `bson:",inline"`

	Author   string            `bson:"author"`
	Mood     mood              `bson:"mood"`
	Score    int               `bson:"score"`
	Done     bool              `bson:"done"`
	At       time.Time         `bson:"at"`
	Place    place             `bson:"place"`
	Reviewed *time.Time        `bson:"reviewed"`
	Text     string            `bson:"text"`
	Tags     []string          `bson:"tags"`
	Labels   map[string]string `bson:"labels"`
	Blob     []byte            `bson:"blob"`
	Ratio    float64           `bson:"ratio"`
	Big      int64             `bson:"big"`
	Parts    []place           `bson:"parts,omitempty"`
}

type place struct {
	Room  string `bson:"room"`
	Floor int    `bson:"floor"`
}

func noteSpec() store.Spec {
	return store.Spec{
		Name:   "notes",
		Fields: []string{"author", "mood", "score", "done", "at", "place.floor", "reviewed"},
		Indexes: []store.Index{
			{Name: "author_newest", Keys: []string{"author", "-at"}},
			{Name: "by_score", Keys: []string{"score"}},
			{Name: "floor_newest", Keys: []string{"place.floor", "-at"}},
		},
	}
}

func openNotes(t *testing.T, e store.Engine) *store.Collection[note] {
	t.Helper()
	return openAs[note](t, e, noteSpec())
}

func openAs[T any](t *testing.T, e store.Engine, spec store.Spec) *store.Collection[T] {
	t.Helper()
	c, err := store.Open[T](t.Context(), e, spec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func insert[T any](t *testing.T, c *store.Collection[T], docs ...T) {
	t.Helper()
	for i := range docs {
		if err := c.Insert(t.Context(), &docs[i]); err != nil {
			t.Fatal(err)
		}
	}
}

func noteWith(id string) note { return note{Meta: store.Meta{ID: id}} }

// instant returns the nth of a series of instants, an hour apart.
func instant(n int) time.Time {
	return time.Date(2026, 3, 1, n, 30, 0, int(7*time.Millisecond), time.UTC)
}

func numbered(prefix string, n int) string { return fmt.Sprintf("%s-%03d", prefix, n) }
