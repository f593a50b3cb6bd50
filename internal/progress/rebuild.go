package progress

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Difference is a derived document that differed from its sources.
type Difference struct {
	Collection string
	ID         string
	Problem    DifferenceKind
}

// DifferenceKind is the kind of a difference.
type DifferenceKind string

const (
	Missing DifferenceKind = "missing"
	Surplus DifferenceKind = "surplus"
	Wrong   DifferenceKind = "wrong"
)

// Learners yields every learner with attempts, readings, course records or
// derived documents, in id order.
func (t *Tracker) Learners(ctx context.Context) ([]string, error) {
	known := map[string]bool{}
	for learner, err := range t.config.Attempts.Learners(ctx) {
		if err != nil {
			return nil, err
		}
		known[learner] = true
	}
	err := errors.Join(
		learnersOf(ctx, t.readings, known, func(r *Reading) string { return r.LearnerID }),
		learnersOf(ctx, t.courses, known, func(r *course.Record) string { return r.LearnerID }),
		learnersOf(ctx, t.cards, known, func(c *mastery.Card) string { return c.LearnerID }),
		learnersOf(ctx, t.objectives, known, func(o *mastery.Record) string { return o.LearnerID }),
		learnersOf(ctx, t.months, known, func(m *activity.Month) string { return m.LearnerID }),
		learnersOf(ctx, t.tallies, known, func(c *course.Tally) string { return c.LearnerID }),
	)
	return slices.Sorted(maps.Keys(known)), err
}

func learnersOf[T any](ctx context.Context, c *store.Collection[T], known map[string]bool, learner func(*T) string) error {
	for doc, err := range c.Each(ctx, store.Query{}) {
		if err != nil {
			return err
		}
		known[learner(&doc)] = true
	}
	return nil
}

// Rebuild recomputes the documents derived from a learner's attempts,
// readings, enrolments, ticks and waivers, compares them with the stored ones,
// and stores what differs. It returns the repaired differences in a fixed
// order; pending projections are not differences. Concurrent changes by the
// learner are neither reported nor lost.
func (t *Tracker) Rebuild(ctx context.Context, learner string) ([]Difference, error) {
	for range rebuildRounds {
		if err := t.CatchUp(ctx, learner); err != nil {
			return nil, err
		}
		// Stored documents are read before their sources: if one has changed
		// since, replacing it fails, and the newer document is right.
		stored, err := t.load(ctx, learner)
		if err != nil {
			return nil, err
		}
		want, settled, err := t.sumUp(ctx, learner, stored.courses)
		if err != nil {
			return nil, err
		}
		if settled {
			return t.mend(ctx, learner, stored, want)
		}
	}
	return nil, nil // the learner is active, so everything is being projected anyway
}

// rebuildRounds is how often Rebuild retries if the learner is active.
const rebuildRounds = 5

// mend stores what differs, and returns the differences.
func (t *Tracker) mend(ctx context.Context, learner string, stored, want sums) ([]Difference, error) {
	cards, err := reconcile(ctx, t.cards, "review_cards", stored.cards, want.cards,
		func(c *mastery.Card) *store.Meta { return &c.Meta }, func(c *mastery.Card) { c.Fill(nil) })
	if err != nil {
		return nil, err
	}
	objectives, err := reconcile(ctx, t.objectives, "objective_records", stored.objectives, want.objectives,
		func(o *mastery.Record) *store.Meta { return &o.Meta }, func(o *mastery.Record) { o.Fill(nil) })
	if err != nil {
		return nil, err
	}
	months, err := reconcile(ctx, t.months, "activity_months", stored.months, want.months,
		func(m *activity.Month) *store.Meta { return &m.Meta }, func(m *activity.Month) { m.Entries = nil })
	if err != nil {
		return nil, err
	}
	tallies, err := reconcile(ctx, t.tallies, "quiz_tallies", stored.tallies, want.tallies,
		func(c *course.Tally) *store.Meta { return &c.Meta }, func(c *course.Tally) { c.Fill(nil) })
	if err != nil {
		return nil, err
	}
	courses, err := reconcile(ctx, t.courses, "course_records", stored.courses, want.courses,
		func(r *course.Record) *store.Meta { return &r.Meta }, func(*course.Record) {})
	if err != nil {
		return nil, err
	}
	statements, err := t.recordMissing(ctx, learner)
	if err != nil {
		return nil, err
	}
	found := slices.Concat(cards, objectives, months, tallies, courses, statements)
	if len(courses) > 0 {
		err = t.CatchUp(ctx, learner) // some may be complete now
	}
	return found, err
}

// sums are the documents derived from a learner's sources, by id.
type sums struct {
	cards      map[string]mastery.Card
	objectives map[string]mastery.Record
	months     map[string]activity.Month
	tallies    map[string]course.Tally
	courses    map[string]course.Record
}

func newSums() sums {
	return sums{
		cards: map[string]mastery.Card{}, objectives: map[string]mastery.Record{},
		months: map[string]activity.Month{}, tallies: map[string]course.Tally{}, courses: map[string]course.Record{},
	}
}

// load returns the stored documents.
func (t *Tracker) load(ctx context.Context, learner string) (sums, error) {
	s := newSums()
	return s, errors.Join(
		collect(ctx, t.cards, learner, s.cards, func(c *mastery.Card) string { return c.ID }),
		collect(ctx, t.objectives, learner, s.objectives, func(o *mastery.Record) string { return o.ID }),
		collect(ctx, t.months, learner, s.months, func(m *activity.Month) string { return m.ID }),
		collect(ctx, t.tallies, learner, s.tallies, func(c *course.Tally) string { return c.ID }),
		collect(ctx, t.courses, learner, s.courses, func(r *course.Record) string { return r.ID }),
	)
}

func collect[T any](ctx context.Context, c *store.Collection[T], learner string, into map[string]T, id func(*T) string) error {
	for doc, err := range c.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return err
		}
		into[id(&doc)] = doc
	}
	return nil
}

// sumUp computes in memory what projecting everything would store, given the
// course records with their sources. It reports settled = false while
// projections are pending.
func (t *Tracker) sumUp(ctx context.Context, learner string, courses map[string]course.Record) (s sums, settled bool, err error) {
	s, settled = newSums(), true
	units := map[string][]*catalog.Unit{}
	for id, record := range courses {
		if units[id], err = t.unitsOf(ctx, &record); err != nil {
			return s, false, err
		}
		settled = settled && record.Projected
		record.Readings, record.Results, record.Imported = nil, nil, true
		s.courses[id] = record
	}
	for attempt, err := range t.config.Attempts.All(ctx, learner) {
		if err != nil {
			return s, false, err
		}
		settled = settled && attempt.Projected
		s.add(learner, factsOf(&attempt), units)
	}
	for reading, err := range t.readings.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return s, false, err
		}
		settled = settled && reading.Projected
		s.addReading(&reading, units)
	}
	s.fold()
	return s, settled, nil
}

// fold processes the entries, which were collected in any order.
func (s *sums) fold() {
	for id, card := range s.cards {
		card.Fill(card.Entries)
		s.cards[id] = card
	}
	for id, o := range s.objectives {
		o.Fill(o.Entries)
		s.objectives[id] = o
	}
	for _, m := range s.months {
		slices.SortFunc(m.Entries, activity.Entry.Compare)
	}
	for id, tally := range s.tallies {
		tally.Fill(tally.Ends)
		s.tallies[id] = tally
	}
	for _, r := range s.courses {
		slices.SortFunc(r.Results, course.Result.Compare)
	}
}

func (s *sums) add(learner string, f facts, units map[string][]*catalog.Unit) {
	for _, c := range f.cards {
		card := s.cards[recordID(learner, c.question)]
		card.ID, card.LearnerID, card.QuestionSlug = recordID(learner, c.question), learner, c.question
		card.Entries = append(card.Entries, c.entry)
		s.cards[card.ID] = card
	}
	for code, entry := range f.objectives {
		o := s.objectives[recordID(learner, code)]
		o.ID, o.LearnerID, o.ObjectiveCode = recordID(learner, code), learner, code
		o.Entries = append(o.Entries, entry)
		s.objectives[o.ID] = o
	}
	for month, entries := range f.activity {
		s.addActivity(learner, month, entries)
	}
	if f.end != nil {
		tally := s.tallies[recordID(learner, f.quiz)]
		tally.ID, tally.LearnerID, tally.QuizSlug = recordID(learner, f.quiz), learner, f.quiz
		tally.Ends = append(tally.Ends, *f.end)
		s.tallies[tally.ID] = tally
	}
	if f.result != nil {
		s.addToCourses(units, func(u *catalog.Unit) bool { return u.QuizSlug == f.result.QuizSlug },
			func(r *course.Record) { r.Results = append(r.Results, *f.result) })
	}
}

func (s *sums) addReading(r *Reading, units map[string][]*catalog.Unit) {
	s.addActivity(r.LearnerID, activity.MonthOf(r.At), []activity.Entry{activityOf(r)})
	s.addToCourses(units, func(u *catalog.Unit) bool { return u.LessonSlug == r.LessonSlug },
		func(c *course.Record) { c.PutReading(course.Reading{LessonSlug: r.LessonSlug, At: r.At}) })
}

func (s *sums) addActivity(learner, month string, entries []activity.Entry) {
	m := s.months[recordID(learner, month)]
	m.ID, m.LearnerID, m.Month = recordID(learner, month), learner, month
	m.Entries = append(m.Entries, entries...)
	s.months[m.ID] = m
}

func (s *sums) addToCourses(units map[string][]*catalog.Unit, concerns func(*catalog.Unit) bool, put func(*course.Record)) {
	for id, record := range s.courses {
		if anyOf(units[id], concerns) {
			put(&record)
			s.courses[id] = record
		}
	}
}

// reconcile stores the differences between the stored documents and the
// computed ones, except for documents that were changed concurrently, and
// returns what it wrote. A superfluous document is emptied, because a
// conditional deletion is not possible; an empty document counts as absent.
func reconcile[T any](ctx context.Context, c *store.Collection[T], name string, stored, want map[string]T, meta func(*T) *store.Meta, empty func(*T)) ([]Difference, error) {
	var found []Difference
	note := func(id string, kind DifferenceKind, err error) error {
		switch {
		case err == nil:
			found = append(found, Difference{Collection: name, ID: id, Problem: kind})
		case errors.Is(err, store.ErrStale), errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrDuplicate):
		default:
			return err
		}
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(stored)) {
		there := stored[id]
		right, needed := want[id]
		problem := Wrong
		if !needed {
			right, problem = there, Surplus
			empty(&right)
		}
		meta(&right).Rev = meta(&there).Rev
		if reflect.DeepEqual(right, there) {
			continue
		}
		if err := note(id, problem, c.Replace(ctx, &right)); err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		if _, there := stored[id]; there {
			continue
		}
		right := want[id]
		if err := note(id, Missing, c.Insert(ctx, &right)); err != nil {
			return nil, err
		}
	}
	return found, nil
}
