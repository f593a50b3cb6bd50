package statement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// Statement is a stored xAPI statement. It is immutable.
type Statement struct {
	store.Meta `bson:",inline"` // _id is <learner>/<uuid>

	LearnerID string    `bson:"learner_id"`
	Place     string    `bson:"place"` // its place among all statements, see placeOf
	UUID      string    `bson:"uuid"`
	Verb      string    `bson:"verb"` // its short name
	Timestamp time.Time `bson:"timestamp"`
	StoredAt  time.Time `bson:"stored_at"`
	JSON      string    `bson:"json"`
}

const (
	// writeLimit limits how long after its StoredAt a statement becomes
	// visible: one that takes longer is not stored, and recorded again later.
	writeLimit = 5 * time.Second

	// settled is the age at which statements are listed. By then no earlier
	// ones can follow, not even from another server whose clock is a few
	// seconds off, so a reader who continues after the last one misses nothing.
	settled = 2 * writeLimit
)

// Statements stores statements about learners for other systems to read. A
// learner's list only grows, until all of it is deleted.
type Statements struct {
	config     Config
	statements *store.Collection[Statement]
	clock      clock
}

// Config holds the dependencies of Statements.
type Config struct {
	Names xapi.Names
	Now   func() time.Time
}

// Open prepares the engine for statements.
func Open(ctx context.Context, engine store.Engine, config Config) (*Statements, error) {
	statements, err := store.Open[Statement](ctx, engine, store.Spec{
		Name:   "statements",
		Fields: []string{"learner_id", "place"},
		Indexes: []store.Index{
			{Name: "learner_oldest", Keys: []string{"learner_id", "place"}},
			{Name: "latest", Keys: []string{"place"}},
		},
		Shard: &store.Shard{Field: "learner_id", Of: learnerIn},
	})
	if err != nil {
		return nil, err
	}
	s := &Statements{config: config, statements: statements, clock: clock{wall: config.Now}}
	// A clock that was set back while the program was not running must not put new
	// statements before those that others have read.
	latest, _, err := statements.Find(ctx, store.Query{Sort: "-place", Limit: 1})
	if err != nil {
		return nil, err
	}
	for i := range latest {
		s.clock.resume(latest[i].StoredAt, latest[i].Place)
	}
	return s, nil
}

// Names returns the names used in statements.
func (s *Statements) Names() xapi.Names { return s.config.Names }

func (s *Statements) now() time.Time {
	at, _ := s.clock.reserve(0)
	return at
}

func ID(learner, id string) string { return learner + "/" + id }

// learnerIn returns the learner in the id of a statement, or "".
func learnerIn(id string) string {
	return id[:max(0, strings.LastIndexByte(id, '/'))]
}

// Put stores those of the statements about a learner that are not stored yet.
// It may be repeated, also after a partial failure.
func (s *Statements) Put(ctx context.Context, learner string, statements []xapi.Statement) error {
	docs := make([]Statement, len(statements))
	for i, told := range statements {
		text, err := json.Marshal(told)
		if err != nil {
			return fmt.Errorf("encoding statement %s: %w", told.ID, err)
		}
		docs[i] = Statement{
			Meta:      store.Meta{ID: ID(learner, told.ID)},
			LearnerID: learner,
			UUID:      told.ID,
			Verb:      xapi.VerbID(told.Verb.ID).Short(),
			Timestamp: time.Time(told.Timestamp).UTC(),
			JSON:      string(text),
		}
	}
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	at, first := s.clock.reserve(len(docs))
	for i := range docs {
		docs[i].StoredAt = at
		docs[i].Place = placeOf(at, first+i, docs[i].UUID)
	}
	_, err := s.statements.InsertMany(ctx, docs) // duplicates are already stored
	return err
}

// missing returns those of the statements about the learner that are not
// stored.
func (s *Statements) Missing(ctx context.Context, learner string, all []xapi.Statement) ([]xapi.Statement, error) {
	stored := map[string]bool{}
	for doc, err := range s.statements.Each(ctx, store.Query{Where: store.Where{"learner_id": learner}, Sort: "place"}) {
		if err != nil {
			return nil, err
		}
		stored[doc.UUID] = true
	}
	return slices.DeleteFunc(all, func(told xapi.Statement) bool { return stored[told.ID] }), nil
}
