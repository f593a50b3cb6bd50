package course

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Record is one learner's progress through a course. Enrolments, ticks and
// waivers, and their order, are stored only here; readings and results are
// copies. Times are UTC with milliseconds.
type Record struct {
	store.Meta `bson:",inline"` // _id is <learner>/<course>

	LearnerID  string      `bson:"learner_id"`
	CourseSlug string      `bson:"course_slug"`
	Enrolments []Enrolment `bson:"enrolments"` // latest last, never empty
	Ticks      []Tick      `bson:"ticks,omitempty"`
	Waivers    []Waiver    `bson:"waivers,omitempty"`

	Readings []Reading `bson:"readings,omitempty"` // of lessons in an enrolled syllabus, ordered by lesson
	Results  []Result  `bson:"results,omitempty"`  // of quizzes in an enrolled syllabus, by time

	Recorded []string `bson:"recorded,omitempty"` // ids of the statements recorded for it, except those that Rebuild has recorded

	Imported  bool `bson:"imported"`  // false until what the learner did before the latest enrolment is in Readings and Results
	Projected bool `bson:"projected"` // false until the consequences of the latest change are recorded elsewhere
}

// Enrolment is an enrolment in one version of the syllabus.
type Enrolment struct {
	Version int       `bson:"version"`
	At      time.Time `bson:"at"`
}

// Tick records that the learner has done a STEP unit.
type Tick struct {
	UnitSlug string    `bson:"unit"`
	At       time.Time `bson:"at"`
	Shared   bool      `bson:"shared,omitempty"` // the certification step that the unit names is ticked as well
}

// WaiverReason says why a learner need not do a unit.
type WaiverReason string

// The reasons that cmi5 defines for waiving an assignable unit, as far as
// trainers may give them.
const (
	TestedOut      WaiverReason = "TESTED_OUT"
	Equivalent     WaiverReason = "EQUIVALENT"
	Administrative WaiverReason = "ADMINISTRATIVE"
)

func (r WaiverReason) Known() bool {
	return slices.Contains([]WaiverReason{TestedOut, Equivalent, Administrative}, r)
}

// Waiver is a trainer's decision that a learner need not do a unit.
type Waiver struct {
	UnitSlug string       `bson:"unit"`
	Reason   WaiverReason `bson:"reason"`
	Note     string       `bson:"note,omitempty"` // for the learner
	By       string       `bson:"by"`             // the trainer
	At       time.Time    `bson:"at"`
}

// Reading is when the learner first read a lesson.
type Reading struct {
	LessonSlug string    `bson:"lesson"`
	At         time.Time `bson:"at"`
}

// Result is a finished attempt at a quiz, with the rules as of its start.
type Result struct {
	Ref         string              `bson:"ref"` // of the attempt
	QuizSlug    string              `bson:"quiz"`
	At          time.Time           `bson:"at"`      // when it was finished
	Percent     float64             `bson:"percent"` // 0 to 100, as quiz.Percent.Float gives it
	PassPercent int                 `bson:"pass_percent"`
	GradeMethod catalog.GradeMethod `bson:"grade_method,omitempty"` // "" means HIGHEST
}

// compare orders results by the end of their attempts.
func (r Result) Compare(other Result) int {
	return cmp.Or(r.At.Compare(other.At), strings.Compare(r.Ref, other.Ref))
}

// enrolment returns the latest one.
func (r *Record) Current() Enrolment { return r.Enrolments[len(r.Enrolments)-1] }

// until returns when the enrolment with the index was superseded by the next
// one, or nil.
func (r *Record) until(index int) *time.Time {
	if index+1 == len(r.Enrolments) {
		return nil
	}
	return &r.Enrolments[index+1].At
}

// tick records that a unit is done, and reports whether that is new.
func (r *Record) Tick(unit string, at time.Time) bool {
	if slices.ContainsFunc(r.Ticks, func(t Tick) bool { return t.UnitSlug == unit }) {
		return false
	}
	r.Ticks = append(r.Ticks, Tick{UnitSlug: unit, At: at})
	return true
}

// waive records a waiver, and reports whether it is the unit's first.
func (r *Record) Waive(w Waiver) bool {
	if r.waiver(w.UnitSlug) != nil {
		return false
	}
	r.Waivers = append(r.Waivers, w)
	return true
}

func (r *Record) waiver(unit string) *Waiver {
	i := slices.IndexFunc(r.Waivers, func(w Waiver) bool { return w.UnitSlug == unit })
	if i < 0 {
		return nil
	}
	return &r.Waivers[i]
}

// putReading adds or replaces a reading, and reports whether that changed
// anything.
func (r *Record) PutReading(reading Reading) bool {
	at, found := slices.BinarySearchFunc(r.Readings, reading.LessonSlug, func(e Reading, lesson string) int {
		return strings.Compare(e.LessonSlug, lesson)
	})
	if found {
		changed := r.Readings[at] != reading
		r.Readings[at] = reading
		return changed
	}
	r.Readings = slices.Insert(r.Readings, at, reading)
	return true
}

// putResult adds or replaces the result of an attempt, and reports whether that
// changed anything.
func (r *Record) PutResult(result Result) bool {
	if slices.Contains(r.Results, result) {
		return false
	}
	r.Results = slices.DeleteFunc(r.Results, func(e Result) bool { return e.Ref == result.Ref })
	at, _ := slices.BinarySearchFunc(r.Results, result, Result.Compare)
	r.Results = slices.Insert(r.Results, at, result)
	return true
}

// reading returns when the lesson was first read, or nil.
func (r *Record) reading(lesson string) *time.Time {
	for i := range r.Readings {
		if r.Readings[i].LessonSlug == lesson {
			return &r.Readings[i].At
		}
	}
	return nil
}

// activeAt is when the learner was last active in the course. Trainers' actions
// do not count.
func (r *Record) ActiveAt() time.Time {
	var latest time.Time
	see := func(at time.Time) {
		if at.After(latest) {
			latest = at
		}
	}
	for i := range r.Enrolments {
		see(r.Enrolments[i].At)
	}
	for i := range r.Ticks {
		see(r.Ticks[i].At)
	}
	for i := range r.Readings {
		see(r.Readings[i].At)
	}
	for i := range r.Results {
		see(r.Results[i].At)
	}
	return latest
}

// failedInARow returns the latest results at the quiz, oldest first, as far
// back as none of them passed.
func (r *Record) FailedInARow(quiz string) []Result {
	var failed []Result
	for _, result := range r.Results {
		switch {
		case result.QuizSlug != quiz:
		case result.passed():
			failed = nil
		default:
			failed = append(failed, result)
		}
	}
	return failed
}

func (r *Result) exact() quiz.Percent { return quiz.ReadPercent(r.Percent) }

// AttemptID returns the stored id of the learner's attempt.
func (r *Result) AttemptID(learner string) string { return learner + "/" + r.Ref }

func (r *Result) passed() bool { return quiz.Passes(r.exact(), r.PassPercent) }

// Shown returns the percentage as displayed, see [quiz.Percent.Shown].
func (r *Result) Shown() float64 { return r.exact().Shown() }
