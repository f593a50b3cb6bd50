package sqlitestore

import (
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
)

type visit struct {
	store.Meta `bson:",inline"`

	Learner string    `bson:"learner"`
	At      time.Time `bson:"at"`
}

func TestFindUsesTheIndex(t *testing.T) {
	e, err := Open(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // the test is over
	_, err = store.Open[visit](t.Context(), e, store.Spec{
		Name:    "visits",
		Fields:  []string{"learner", "at"},
		Indexes: []store.Index{{Name: "learner_newest", Keys: []string{"learner", "-at"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	learner := store.Field{Path: "learner", Kind: store.Text}
	at := store.Field{Path: "at", Kind: store.Time}
	ofLearner := []store.Equality{{Field: learner, Value: "ann"}}
	tests := map[string]struct {
		selection store.Selection
		want      string
	}{
		"Newest":         {store.Selection{Equal: ofLearner, Sort: at, Descending: true}, "visits.learner_newest (learner=?)"},
		"Oldest":         {store.Selection{Equal: ofLearner, Sort: at}, "visits.learner_newest (learner=?)"},
		"NewestOnwards":  {store.Selection{Equal: ofLearner, Sort: at, Descending: true, After: &store.Position{Value: time.Now(), ID: "x"}}, "visits.learner_newest (learner=? AND (at,_id)<(?,?))"},
		"Since":          {store.Selection{Equal: ofLearner, Sort: at, Range: &store.Bounds{Field: at, From: time.Now()}}, "visits.learner_newest (learner=? AND at>?)"},
		"ByIDFromCursor": {store.Selection{Sort: store.Field{Path: "_id"}, After: &store.Position{ID: "x"}}, "sqlite_autoindex_visits_1 (_id>?)"},
	}
	d := &documents{table: `"visits"`}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			text, args := d.selectText(tt.selection)
			plan := planOf(t, e, text, args)
			if !strings.Contains(plan, tt.want) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("plan = %s; want %s and no sorting", plan, tt.want)
			}
		})
	}
}

// The documents of several owners are found by the index, and sorted.
func TestFindInUsesTheIndex(t *testing.T) {
	e, err := Open(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // the test is over
	_, err = store.Open[visit](t.Context(), e, store.Spec{
		Name:   "visits",
		Fields: []string{"learner", "at"},
		Indexes: []store.Index{
			{Name: "learner_oldest", Keys: []string{"learner", "at"}},
			{Name: "latest", Keys: []string{"at"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	learners := &store.Choice{Field: store.Field{Path: "learner", Kind: store.Text}, Values: make([]string, 100)}
	at := store.Field{Path: "at", Kind: store.Time}
	d := &documents{table: `"visits"`}
	for name, tt := range map[string]struct {
		selection store.Selection
		want      string
	}{
		"ByID":  {store.Selection{In: learners, Sort: store.Field{Path: "_id"}, Limit: 1000}, "visits.learner_oldest (learner=?)"},
		"Since": {store.Selection{In: learners, Sort: at, Range: &store.Bounds{Field: at, From: time.Now()}, Limit: 101}, "visits.learner_oldest (learner=? AND at>?)"},
	} {
		t.Run(name, func(t *testing.T) {
			text, args := d.selectText(tt.selection)
			if plan := planOf(t, e, text, args); !strings.Contains(plan, tt.want) {
				t.Errorf("plan = %s; want %s", plan, tt.want)
			}
		})
	}
}

func planOf(t *testing.T, e *Engine, text string, args []any) string {
	t.Helper()
	rows, err := e.readers.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "; ")
}

func TestConnectionsAreDurable(t *testing.T) {
	const normal, full = 1, 2
	for name, tt := range map[string]struct {
		hurry bool
		want  int
	}{"Always": {false, full}, "Durable": {true, normal}} {
		t.Run(name, func(t *testing.T) {
			e, err := Open(t.Context(), Options{Dir: t.TempDir(), Hurry: tt.hurry})
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close() //nolint:errcheck // the test is over
			var synchronous int
			var mode string
			if err := e.writer.db.QueryRow(`PRAGMA synchronous`).Scan(&synchronous); err != nil || synchronous != tt.want {
				t.Errorf("synchronous = %d, %v; want %d", synchronous, err, tt.want)
			}
			if err := e.writer.db.QueryRow(`PRAGMA journal_mode`).Scan(&mode); err != nil || mode != "wal" {
				t.Errorf("journal mode = %s, %v; want wal", mode, err)
			}
		})
	}
}
