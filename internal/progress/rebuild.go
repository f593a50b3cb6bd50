package progress

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Difference is a document that was not what follows from the truth.
type Difference struct {
	Collection string
	ID         string
	Problem    DifferenceKind
}

// DifferenceKind says what was wrong.
type DifferenceKind string

const (
	Missing DifferenceKind = "missing"
	Surplus DifferenceKind = "surplus"
	Wrong   DifferenceKind = "wrong"
)

// Learners returns everybody of whom there are attempts, readings, course
// records or sums of them, in the order of their ids.
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
		learnersOf(ctx, t.courses, known, func(r *CourseRecord) string { return r.LearnerID }),
		learnersOf(ctx, t.cards, known, func(c *ReviewCard) string { return c.LearnerID }),
		learnersOf(ctx, t.objectives, known, func(o *ObjectiveRecord) string { return o.LearnerID }),
		learnersOf(ctx, t.months, known, func(m *ActivityMonth) string { return m.LearnerID }),
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

// Rebuild sums up anew what follows from a learner's attempts, readings,
// enrolments, ticks and waivers, compares it with what is stored, and stores
// what differs. It returns the differences, in a fixed order: none where
// nothing was wrong, even if something was left to project. What the learner does
// meanwhile is no difference.
func (t *Tracker) Rebuild(ctx context.Context, learner string) ([]Difference, error) {
	differences, err := t.compare(ctx, learner, false)
	if err != nil || len(differences) == 0 {
		return nil, err
	}
	// Something may have changed between the two readings of the database.
	return t.compare(ctx, learner, true)
}

// compare lists what differs, and mends it when it is told to.
func (t *Tracker) compare(ctx context.Context, learner string, mend bool) ([]Difference, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	want, err := t.sumUp(ctx, learner)
	if err != nil {
		return nil, err
	}
	var found []Difference
	for _, reconcile := range []func() ([]Difference, error){
		func() ([]Difference, error) {
			return reconcile(ctx, t.cards, "review_cards", learner, want.cards, func(c *ReviewCard) *store.Meta { return &c.Meta }, mend)
		},
		func() ([]Difference, error) {
			return reconcile(ctx, t.objectives, "objective_records", learner, want.objectives, func(o *ObjectiveRecord) *store.Meta { return &o.Meta }, mend)
		},
		func() ([]Difference, error) {
			return reconcile(ctx, t.months, "activity_months", learner, want.months, func(m *ActivityMonth) *store.Meta { return &m.Meta }, mend)
		},
		func() ([]Difference, error) {
			return reconcile(ctx, t.courses, "course_records", learner, want.courses, func(r *CourseRecord) *store.Meta { return &r.Meta }, mend)
		},
		func() ([]Difference, error) { return t.compareStatements(ctx, learner, mend) },
	} {
		differences, err := reconcile()
		if err != nil {
			return nil, err
		}
		found = append(found, differences...)
	}
	if mend {
		err = t.CatchUp(ctx, learner) // course records that were mended may be completed now
	}
	return found, err
}

// sums are the documents that follow from a learner's truth, by id.
type sums struct {
	cards      map[string]ReviewCard
	objectives map[string]ObjectiveRecord
	months     map[string]ActivityMonth
	courses    map[string]CourseRecord
}

// sumUp works out in memory what projecting everything would have stored.
func (t *Tracker) sumUp(ctx context.Context, learner string) (sums, error) {
	s := sums{
		cards: map[string]ReviewCard{}, objectives: map[string]ObjectiveRecord{},
		months: map[string]ActivityMonth{}, courses: map[string]CourseRecord{},
	}
	units := map[string][]*catalog.Unit{}
	for record, err := range t.courses.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return s, err
		}
		if units[record.ID], err = t.unitsOf(ctx, &record); err != nil {
			return s, err
		}
		record.Readings, record.Results, record.Imported, record.Projected = nil, nil, true, true
		s.courses[record.ID] = record
	}
	for attempt, err := range t.config.Attempts.All(ctx, learner) {
		if err != nil {
			return s, err
		}
		s.add(learner, factsOf(&attempt), units)
	}
	for reading, err := range t.readings.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return s, err
		}
		s.addReading(&reading, units)
	}
	s.fold()
	return s, nil
}

// fold adds up the entries, which have been collected as they came.
func (s *sums) fold() {
	for id, card := range s.cards {
		card.fill(card.Entries)
		s.cards[id] = card
	}
	for id, o := range s.objectives {
		o.fill(o.Entries)
		s.objectives[id] = o
	}
	for _, m := range s.months {
		slices.SortFunc(m.Entries, ActivityEntry.compare)
	}
	for _, r := range s.courses {
		slices.SortFunc(r.Results, QuizResult.compare)
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
	if f.result != nil {
		s.addToCourses(units, func(u *catalog.Unit) bool { return u.QuizSlug == f.result.QuizSlug },
			func(r *CourseRecord) { r.Results = append(r.Results, *f.result) })
	}
}

func (s *sums) addReading(r *Reading, units map[string][]*catalog.Unit) {
	s.addActivity(r.LearnerID, MonthOf(r.At), []ActivityEntry{activityOf(r)})
	s.addToCourses(units, func(u *catalog.Unit) bool { return u.LessonSlug == r.LessonSlug },
		func(c *CourseRecord) { c.putReading(CourseReading{LessonSlug: r.LessonSlug, At: r.At}) })
}

func (s *sums) addActivity(learner, month string, entries []ActivityEntry) {
	m := s.months[recordID(learner, month)]
	m.ID, m.LearnerID, m.Month = recordID(learner, month), learner, month
	m.Entries = append(m.Entries, entries...)
	s.months[m.ID] = m
}

func (s *sums) addToCourses(units map[string][]*catalog.Unit, concerns func(*catalog.Unit) bool, put func(*CourseRecord)) {
	for id, record := range s.courses {
		if anyOf(units[id], concerns) {
			put(&record)
			s.courses[id] = record
		}
	}
}

// reconcile compares the learner's documents with what they should be, and
// writes what differs when it is told to, unless somebody was faster.
func reconcile[T any](ctx context.Context, c *store.Collection[T], name, learner string, want map[string]T, meta func(*T) *store.Meta, mend bool) ([]Difference, error) {
	var found []Difference
	note := func(id string, kind DifferenceKind, write func() error) error {
		found = append(found, Difference{Collection: name, ID: id, Problem: kind})
		if !mend {
			return nil
		}
		return unlessGone(write())
	}
	for stored, err := range c.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		id := meta(&stored).ID
		right, ok := want[id]
		delete(want, id)
		meta(&right).Rev = meta(&stored).Rev
		switch {
		case !ok:
			err = note(id, Surplus, func() error { return c.Delete(ctx, id) })
		case !reflect.DeepEqual(right, stored):
			err = note(id, Wrong, func() error { return c.Replace(ctx, &right) })
		}
		if err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		right := want[id]
		err := note(id, Missing, func() error { return unlessThere(c.Insert(ctx, &right)) })
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func unlessThere(err error) error {
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}
