package sqlitestore_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

// attempt is about the size of a learner's attempt at ten questions.
type attempt struct {
	store.Meta `bson:",inline"`

	Learner string    `bson:"learner"`
	Started time.Time `bson:"started"`
	Answers []answer  `bson:"answers"`
}

type answer struct {
	Question string   `bson:"question"`
	Options  []string `bson:"options"`
}

func idOf(i int) string { return fmt.Sprintf("attempt-%08d", i) }

func attemptAt(i int) attempt {
	a := attempt{
		Meta:    store.Meta{ID: idOf(i)},
		Learner: fmt.Sprintf("learner-%06d", i%40),
		Started: time.UnixMilli(1_700_000_000_000 + int64(i)*1000),
	}
	for q := range 10 {
		a.Answers = append(a.Answers, answer{Question: fmt.Sprintf("po%d-some-question", q), Options: strings.Split("ab", "")})
	}
	return a
}

func BenchmarkStore(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) { benchmarkAt(b, size) })
	}
}

func benchmarkAt(b *testing.B, size int) {
	e, err := sqlitestore.Open(b.Context(), sqlitestore.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // the benchmark is over
	attempts, err := store.Open[attempt](b.Context(), e, store.Spec{
		Name:    "attempts",
		Fields:  []string{"learner", "started"},
		Indexes: []store.Index{{Name: "learner_newest", Keys: []string{"learner", "-started"}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	inserted := 0
	insert := func(b *testing.B) {
		a := attemptAt(inserted)
		inserted++
		if err := attempts.Insert(b.Context(), &a); err != nil {
			b.Fatal(err)
		}
	}
	for range size {
		insert(b)
	}

	b.Run("Insert", func(b *testing.B) {
		for b.Loop() {
			insert(b)
		}
	})
	b.Run("Get", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := attempts.Get(b.Context(), idOf(i*7919%size)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Replace", func(b *testing.B) {
		a, err := attempts.Get(b.Context(), idOf(size/2))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := attempts.Replace(b.Context(), &a); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Find20", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			found, _, err := attempts.Find(b.Context(), store.Query{
				Where: store.Where{"learner": fmt.Sprintf("learner-%06d", i%10)}, Sort: "-started", Limit: 20,
			})
			if err != nil || len(found) != 20 {
				b.Fatalf("found %d, %v", len(found), err)
			}
		}
	})
}
