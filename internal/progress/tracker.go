package progress

import (
	"context"
	"errors"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/notice"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/watch"
)

// recordID joins a learner and the subject of a record, which contains no
// slash.
func recordID(learner, about string) string { return learner + "/" + about }

// Library provides the content; archive.Versions implements it.
type Library interface {
	// Current returns the published snapshot.
	Current() (*catalog.Snapshot, error)
	// Course returns a version of a course, published or not.
	Course(ctx context.Context, slug string, version int) (*catalog.Course, error)
}

// Config holds the dependencies of a Tracker.
type Config struct {
	Library  Library
	Attempts *quiz.Attempts
	Now      func() time.Time

	Statements   *statement.Statements     // where statements are recorded
	Certificates *certificate.Certificates // issues certificates of completed courses
	Profiles     *profile.Profiles         // the source of the names on certificates
	Steps        CertificationSteps
	Notices      *notice.Notices // shown to the learner once
}

// Tracker maintains learners' progress. Its methods are safe for concurrent
// use by several goroutines and processes.
//
// Attempts, readings, enrolments, ticks and waivers are the sources. Each of
// them records whether it has been projected onto the derived records.
// Projection replaces what a source has contributed before, so it may be
// repeated and interrupted; every read of a derived record first projects what
// is pending.
type Tracker struct {
	config     Config
	readings   *store.Collection[Reading]
	courses    *store.Collection[course.Record]
	cards      *store.Collection[mastery.Card]
	objectives *store.Collection[mastery.Record]
	cardSums   *store.Collection[mastery.CardSum] // cards without their entries, read-only
	standings  *store.Collection[mastery.Sum]     // objectives without their entries, read-only
	months     *store.Collection[activity.Month]
	tallies    *store.Collection[course.Tally]
	cardHeads  *store.Reader[cardHead]

	objectiveHeads *store.Reader[mastery.Head]
	readingHeads   *store.Reader[ownerHead]
	courseHeads    *store.Reader[ownerHead]
	monthHeads     *store.Reader[ownerHead]

	bell  watch.Bell // rung with the ids of course records
	queue *queue
}

// Open prepares the engine for progress.
func Open(ctx context.Context, engine store.Engine, config Config) (*Tracker, error) {
	t := &Tracker{config: config, queue: newQueue()}
	err := errors.Join(
		open(ctx, engine, &t.readings, "readings", []string{"projected"},
			store.Index{Name: "learner_unprojected", Keys: []string{"learner_id", "projected"}},
			store.Index{Name: "unprojected", Keys: []string{"projected"}}),
		open(ctx, engine, &t.courses, "course_records", []string{"projected"},
			store.Index{Name: "learner_unprojected", Keys: []string{"learner_id", "projected"}},
			store.Index{Name: "unprojected", Keys: []string{"projected"}}),
		open(ctx, engine, &t.cards, "review_cards", []string{"due_at"},
			store.Index{Name: "learner_due", Keys: []string{"learner_id", "due_at"}}),
		open(ctx, engine, &t.cardSums, "review_cards", []string{"due_at"},
			store.Index{Name: "learner_due", Keys: []string{"learner_id", "due_at"}}),
		open(ctx, engine, &t.objectives, "objective_records", []string{"objective", "level", "answered", "right"}),
		open(ctx, engine, &t.standings, "objective_records", []string{"objective", "level", "answered", "right"}),
		open(ctx, engine, &t.months, "activity_months", []string{"month"},
			store.Index{Name: "learner_month", Keys: []string{"learner_id", "month"}}),
		open(ctx, engine, &t.tallies, "quiz_tallies", nil),
	)
	if err != nil {
		return nil, err
	}
	return t, errors.Join(
		heads(t.cards, &t.cardHeads), heads(t.objectives, &t.objectiveHeads),
		heads(t.readings, &t.readingHeads), heads(t.courses, &t.courseHeads), heads(t.months, &t.monthHeads),
	)
}

// open opens a collection whose documents each belong to a learner.
func open[T any](ctx context.Context, engine store.Engine, into **store.Collection[T], name string, fields []string, indexes ...store.Index) error {
	opened, err := store.Open[T](ctx, engine, store.Spec{
		Name:    name,
		Fields:  append([]string{"learner_id"}, fields...),
		Indexes: append(indexes, store.Index{Name: "learner", Keys: []string{"learner_id"}}),
		Shard:   &store.Shard{Field: "learner_id", Of: store.OwnerIn},
	})
	*into = opened
	return err
}

// heads opens the heads of a collection.
func heads[H, T any](of *store.Collection[T], into **store.Reader[H]) (err error) {
	*into, err = store.HeadsOf[H](of)
	return err
}

// now is the server's clock, in the precision of the stored times.
func (t *Tracker) now() time.Time { return t.config.Now().UTC().Truncate(time.Millisecond) }

// ofLearner selects the learner's documents.
func ofLearner(learner string) store.Query {
	return store.Query{Where: store.Where{"learner_id": learner}}
}

// unprojected selects the learner's pending sources.
func unprojected(learner string) store.Query {
	return store.Query{Where: store.Where{"learner_id": learner, "projected": false}}
}
