package progress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// Statement is a stored xAPI statement. It is never changed.
type Statement struct {
	store.Meta `bson:",inline"` // _id is <learner>/<uuid>

	LearnerID string    `bson:"learner_id"`
	Place     string    `bson:"place"` // its place among all statements, see statementPlace
	UUID      string    `bson:"uuid"`
	Verb      string    `bson:"verb"` // its short name
	Timestamp time.Time `bson:"timestamp"`
	StoredAt  time.Time `bson:"stored_at"`
	JSON      string    `bson:"json"`
}

const (
	// statementWrite bounds how long after its StoredAt a statement becomes
	// visible: one that takes longer is not stored, and told again later.
	statementWrite = 5 * time.Second

	// statementSettled is how old statements are when they are listed. By then
	// none can come before them any more, not even from another server whose
	// clock is a few seconds off. So whoever reads on behind the last one misses
	// nothing.
	statementSettled = 2 * statementWrite
)

// Statements keeps what happened to learners, for other systems to read. What
// is stored about a learner only grows, until all of it is deleted.
type Statements struct {
	config     StatementsConfig
	statements *store.Collection[Statement]
}

// StatementsConfig is what Statements needs from outside.
type StatementsConfig struct {
	Names xapi.Names
	Now   func() time.Time
}

// OpenStatements makes the engine ready to keep statements.
func OpenStatements(ctx context.Context, engine store.Engine, config StatementsConfig) (*Statements, error) {
	statements, err := store.Open[Statement](ctx, engine, store.Spec{
		Name:    "statements",
		Fields:  []string{"learner_id", "place"},
		Indexes: []store.Index{{Name: "learner_oldest", Keys: []string{"learner_id", "place"}}},
		Shard:   &store.Shard{Field: "learner_id", Of: statementLearner},
	})
	if err != nil {
		return nil, err
	}
	return &Statements{config: config, statements: statements}, nil
}

// Names returns the names under which other systems are told what happened.
func (s *Statements) Names() xapi.Names { return s.config.Names }

func (s *Statements) now() time.Time { return s.config.Now().UTC().Truncate(time.Millisecond) }

func statementID(learner, id string) string { return learner + "/" + id }

// statementLearner returns the learner in the id of a statement, or "".
func statementLearner(id string) string {
	return id[:max(0, strings.LastIndexByte(id, '/'))]
}

// Put stores the statements about a learner that are not stored yet, in their
// order, and leaves the others alone. So it may be repeated, also after it
// failed half-way.
func (s *Statements) Put(ctx context.Context, learner string, statements []xapi.Statement) error {
	for _, told := range statements {
		text, err := json.Marshal(told)
		if err != nil {
			return fmt.Errorf("encoding statement %s: %w", told.ID, err)
		}
		err = s.insert(ctx, Statement{
			Meta:      store.Meta{ID: statementID(learner, told.ID)},
			LearnerID: learner,
			UUID:      told.ID,
			Verb:      xapi.VerbID(told.Verb.ID).Short(),
			Timestamp: time.Time(told.Timestamp).UTC(),
			JSON:      string(text),
		})
		if err != nil && !errors.Is(err, store.ErrDuplicate) {
			return err
		}
	}
	return nil
}

func (s *Statements) insert(ctx context.Context, doc Statement) error {
	ctx, cancel := context.WithTimeout(ctx, statementWrite)
	defer cancel()
	doc.StoredAt = s.now()
	doc.Place = statementPlace(doc.StoredAt, doc.UUID)
	return s.statements.Insert(ctx, &doc)
}

// statementPlace orders statements by when they were stored, and then by id:
// one string, so that one range of one index finds what follows any place,
// whoever's statement is there.
func statementPlace(at time.Time, id string) string {
	return statementTime(at) + "/" + id
}

// statementTime comes before the place of every statement that was stored at
// the time or later, and after that of all others.
func statementTime(at time.Time) string {
	const last = 9_999_999_999_999 // in the year 2286
	return fmt.Sprintf("%013d", min(max(0, at.UnixMilli()), last))
}

// statementBehind comes after the place, and before all that follow it: places
// are of one length.
func statementBehind(place string) string { return place + "0" }

// statementAt reports whether a place is one that statementPlace returns.
func statementAt(place string) bool {
	at, id, _ := strings.Cut(place, "/")
	return len(at) == len(statementTime(time.Time{})) && strings.Trim(at, "0123456789") == "" && uuid.Validate(id) == nil && len(id) == 36
}

// missing returns those of the statements about the learner that are not
// stored.
func (s *Statements) missing(ctx context.Context, learner string, all []xapi.Statement) ([]xapi.Statement, error) {
	stored := map[string]bool{}
	for doc, err := range s.statements.Each(ctx, store.Query{Where: store.Where{"learner_id": learner}, Sort: "place"}) {
		if err != nil {
			return nil, err
		}
		stored[doc.UUID] = true
	}
	return slices.DeleteFunc(all, func(told xapi.Statement) bool { return stored[told.ID] }), nil
}
