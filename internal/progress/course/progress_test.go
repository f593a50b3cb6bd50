package course

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

func noon(n int) time.Time { return time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC) }

func reading(slug string, after ...string) *catalog.Unit {
	return &catalog.Unit{Slug: "read-" + slug, Kind: catalog.ReadingUnit, LessonSlug: slug, MoveOn: catalog.OnCompleted, After: after}
}

func quizUnit(slug string, on catalog.MoveOn, after ...string) *catalog.Unit {
	return &catalog.Unit{Slug: "quiz-" + slug, Kind: catalog.QuizUnit, QuizSlug: slug, MoveOn: on, After: after}
}

func step(slug string, after ...string) *catalog.Unit {
	return &catalog.Unit{Slug: slug, Kind: catalog.StepUnit, StepText: "Do it.", MoveOn: catalog.OnCompleted, After: after}
}

func optional(u *catalog.Unit) *catalog.Unit {
	u.Optional = true
	return u
}

func syllabus(version int, units ...*catalog.Unit) *catalog.Course {
	return &catalog.Course{Slug: "course", Version: version, Units: units}
}

func enrolled(versions ...int) *Record {
	r := &Record{LearnerID: "anna", CourseSlug: "course"}
	for i, v := range versions {
		r.Enrolments = append(r.Enrolments, Enrolment{Version: v, At: noon(1 + 10*i)})
	}
	return r
}

func (r *Record) withReading(slug string, at time.Time) *Record {
	r.PutReading(Reading{LessonSlug: slug, At: at})
	return r
}

func (r *Record) withResult(ref string, at time.Time, percent float64, method catalog.GradeMethod) *Record {
	r.PutResult(Result{Ref: ref, QuizSlug: "q", At: at, Percent: percent, PassPercent: 75, GradeMethod: method})
	return r
}

func TestMoveOnRules(t *testing.T) {
	tests := map[string]struct {
		course  *catalog.Course
		record  *Record
		percent float64
		state   State
		at      *time.Time // completion
	}{
		"NothingIsDone":                   {syllabus(1, reading("a")), enrolled(1), 0, Enrolled, nil},
		"AReadingCounts":                  {syllabus(1, reading("a"), reading("b")), enrolled(1).withReading("a", noon(2)), 50, InProgress, nil},
		"LastReadingCompletes":            {syllabus(1, reading("a"), reading("b")), enrolled(1).withReading("b", noon(3)).withReading("a", noon(2)), 100, Completed, at(3)},
		"EarlierWorkCountsAtOnce":         {syllabus(1, reading("a")), enrolled(1).withReading("a", noon(1).Add(-time.Hour)), 100, Completed, at(1)},
		"AFailedQuizIsNotPassed":          {syllabus(1, quizUnit("q", catalog.OnPassed)), enrolled(1).withResult("q/1", noon(2), 74, ""), 0, Enrolled, nil},
		"AFailedQuizIsCompleted":          {syllabus(1, quizUnit("q", catalog.OnCompleted)), enrolled(1).withResult("q/1", noon(2), 0, ""), 100, Completed, at(2)},
		"AFailedQuizIsCompletedOrPassed":  {syllabus(1, quizUnit("q", catalog.OnCompletedOrPassed)), enrolled(1).withResult("q/1", noon(2), 0, ""), 100, Completed, at(2)},
		"CompletedAndPassedNeedsThePass":  {syllabus(1, quizUnit("q", catalog.OnCompletedAndPassed)), enrolled(1).withResult("q/1", noon(2), 74, ""), 0, Enrolled, nil},
		"BestResultCounts":                {syllabus(1, quizUnit("q", catalog.OnPassed)), enrolled(1).withResult("q/1", noon(2), 75, "").withResult("q/2", noon(3), 0, ""), 100, Completed, at(2)},
		"FirstResultCounts":               {syllabus(1, quizUnit("q", catalog.OnPassed)), enrolled(1).withResult("q/1", noon(2), 10, catalog.FirstGrade).withResult("q/2", noon(3), 100, catalog.FirstGrade), 0, Enrolled, nil},
		"LastResultCounts":                {syllabus(1, quizUnit("q", catalog.OnPassed)), enrolled(1).withResult("q/1", noon(2), 10, catalog.LastGrade).withResult("q/2", noon(3), 80, catalog.LastGrade), 100, Completed, at(3)},
		"MeanCounts":                      {syllabus(1, quizUnit("q", catalog.OnPassed)), enrolled(1).withResult("q/1", noon(2), 60, catalog.AverageGrade).withResult("q/2", noon(3), 90, catalog.AverageGrade), 100, Completed, at(3)},
		"PassedStaysPassed":               {syllabus(1, quizUnit("q", catalog.OnPassed)), enrolled(1).withResult("q/1", noon(2), 80, catalog.LastGrade).withResult("q/2", noon(3), 0, catalog.LastGrade), 100, Completed, at(2)},
		"NotApplicableIsSatisfiedAtOnce":  {syllabus(1, &catalog.Unit{Slug: "s", Kind: catalog.StepUnit, MoveOn: catalog.NotApplicable}, reading("a")), enrolled(1), 50, InProgress, nil},
		"OptionalUnitsDoNotCount":         {syllabus(1, reading("a"), optional(reading("b"))), enrolled(1).withReading("a", noon(2)), 100, Completed, at(2)},
		"OptionalUnitsAloneAreProgress":   {syllabus(1, reading("a"), optional(reading("b"))), enrolled(1).withReading("b", noon(2)), 0, InProgress, nil},
		"UnsatisfiedPrerequisiteLocks":    {syllabus(1, reading("a"), reading("b", "read-a")), enrolled(1).withReading("b", noon(2)), 0, Enrolled, nil},
		"APrerequisiteThatComesLaterLast": {syllabus(1, reading("a"), reading("b", "read-a")), enrolled(1).withReading("b", noon(2)).withReading("a", noon(4)), 100, Completed, at(4)},
		"PrerequisitesMayComeLater":       {syllabus(1, reading("b", "read-a"), reading("a")), enrolled(1).withReading("b", noon(2)).withReading("a", noon(4)), 100, Completed, at(4)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := tt.record.Evaluate(tt.course, len(tt.record.Enrolments)-1)
			if p.Percent != tt.percent || p.State != tt.state {
				t.Errorf("%g%%, %s, want %g%%, %s", p.Percent, p.State, tt.percent, tt.state)
			}
			switch {
			case (p.CompletedAt == nil) != (tt.at == nil):
				t.Errorf("completed at %v, want %v", p.CompletedAt, tt.at)
			case p.CompletedAt != nil && !p.CompletedAt.Equal(*tt.at):
				t.Errorf("completed at %v, want %v", p.CompletedAt, tt.at)
			}
		})
	}
}

func at(n int) *time.Time {
	d := noon(n)
	return &d
}

func TestWaiversSatisfy(t *testing.T) {
	course := syllabus(1, reading("a"), step("s", "read-a"))
	r := enrolled(1)
	r.Waive(Waiver{UnitSlug: "s", Reason: TestedOut, At: noon(2)})
	p := r.Evaluate(course, 0)
	if s := p.Unit("s"); s.State != UnitWaived || s.Waiver == nil || p.Percent != 50 {
		t.Errorf("a waived unit with an open prerequisite: %+v at %g%%", s, p.Percent)
	}
	r.withReading("a", noon(3)).Tick("s", noon(4))
	if p := r.Evaluate(course, 0); p.Unit("s").State != UnitWaived || !p.CompletedAt.Equal(noon(3)) {
		t.Errorf("done after the waiver: %s, completed at %v", p.Unit("s").State, p.CompletedAt)
	}
	if r.Waive(Waiver{UnitSlug: "s", Reason: Equivalent, At: noon(5)}) {
		t.Error("a second waiver replaced the first")
	}

	done := enrolled(1).withReading("a", noon(2))
	done.Waive(Waiver{UnitSlug: "read-a", Reason: Administrative, At: noon(3)})
	if u := done.Evaluate(course, 0).Unit("read-a"); u.State != UnitSatisfied || u.Waiver != nil {
		t.Errorf("waived after it was done: %s", u.State)
	}
}

func TestNextUnit(t *testing.T) {
	course := syllabus(1, optional(reading("o")), reading("a"), quizUnit("q", catalog.OnPassed, "read-a"))
	r := enrolled(1)
	for _, want := range []string{"read-a", "quiz-q", "read-o", ""} {
		got := ""
		if next := r.Evaluate(course, 0).NextUnit(); next != nil {
			got = next.Unit.Slug
		}
		if got != want {
			t.Fatalf("next is %q, want %q", got, want)
		}
		switch want {
		case "read-a":
			r.withReading("a", noon(2))
		case "quiz-q":
			r.withResult("q/1", noon(3), 90, "")
		case "read-o":
			r.withReading("o", noon(4))
		}
	}
}

// TestSyllabusChanges upgrades a learner from version 1, in which lessons a
// and b are read, to another version on the 11th.
func TestSyllabusChanges(t *testing.T) {
	done := func(slugs ...string) *Record {
		r := enrolled(1, 2)
		for _, slug := range slugs {
			r.withReading(slug, noon(5))
		}
		return r
	}
	tests := map[string]struct {
		second      *catalog.Course
		record      *Record
		first, then float64    // percent in the first and second version
		firstAt     *time.Time // when the first was completed
		thenAt      *time.Time
	}{
		"AddedBeforeCompletion":       {syllabus(2, reading("a"), reading("b"), reading("c")), done("a"), 50, 33.33, nil, nil},
		"AddedAfterCompletion":        {syllabus(2, reading("a"), reading("b"), reading("c")), done("a", "b"), 100, 66.66, at(5), nil},
		"RemovedBeforeCompletion":     {syllabus(2, reading("a")), done("a"), 50, 100, nil, at(11)},
		"RemovedAfterCompletion":      {syllabus(2, reading("a")), done("a", "b"), 100, 100, at(5), at(11)},
		"MadeOptional":                {syllabus(2, reading("a"), optional(reading("b"))), done("a"), 50, 100, nil, at(11)},
		"Moved":                       {syllabus(2, reading("b"), reading("a")), done("a"), 50, 50, nil, nil},
		"MovedAfterCompletion":        {syllabus(2, reading("b"), reading("a")), done("a", "b"), 100, 100, at(5), at(11)},
		"DoneOnlyAfterTheUpgrade":     {syllabus(2, reading("a"), reading("b")), done("a").withReading("b", noon(12)), 50, 100, nil, at(12)},
		"PrerequisiteAdded":           {syllabus(2, reading("a", "read-c"), reading("b"), reading("c")), done("a", "b"), 100, 33.33, at(5), nil},
		"RenamedUnitKeepsItsLesson":   {syllabus(2, &catalog.Unit{Slug: "x", Kind: catalog.ReadingUnit, LessonSlug: "a", MoveOn: catalog.OnCompleted}, reading("b")), done("a", "b"), 100, 100, at(5), at(11)},
		"OtherLessonInSameUnit":       {syllabus(2, &catalog.Unit{Slug: "read-a", Kind: catalog.ReadingUnit, LessonSlug: "z", MoveOn: catalog.OnCompleted}, reading("b")), done("a", "b"), 100, 50, at(5), nil},
		"NothingDoneInEither":         {syllabus(2, reading("c")), done(), 0, 0, nil, nil},
		"EverythingBecameAlreadyDone": {syllabus(2, optional(reading("c")), reading("b")), done("b"), 50, 100, nil, at(11)},
	}
	first := syllabus(1, reading("a"), reading("b"))
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for i, want := range []struct {
				course  *catalog.Course
				percent float64
				at      *time.Time
			}{{first, tt.first, tt.firstAt}, {tt.second, tt.then, tt.thenAt}} {
				p := tt.record.Evaluate(want.course, i)
				if p.Percent != want.percent {
					t.Errorf("version %d: %g%%, want %g%%", i+1, p.Percent, want.percent)
				}
				if (p.CompletedAt == nil) != (want.at == nil) || p.CompletedAt != nil && !p.CompletedAt.Equal(*want.at) {
					t.Errorf("version %d: completed at %v, want %v", i+1, p.CompletedAt, want.at)
				}
			}
		})
	}
}

func TestScore(t *testing.T) {
	course := syllabus(1, reading("a"), quizUnit("q", catalog.OnPassed), optional(quizUnit("other", catalog.OnPassed)))
	r := enrolled(1).withReading("a", noon(2)).withResult("q/1", noon(3), 80, "").withResult("q/2", noon(5), 100, "")
	if got := r.Score(course, noon(3)); got == nil || got.Shown() != 80 {
		t.Errorf("score %v, want 80: later results do not count", got)
	}
	if got := enrolled(1).withResult("q/1", noon(3), 84.9966, "").Score(course, noon(4)); got.Shown() != 84.99 {
		t.Errorf("84.9966%% is shown as %v", got.Shown())
	}
	if got := r.Score(syllabus(1, reading("a")), noon(3)); got != nil {
		t.Errorf("score %v of a course without quizzes", got.Shown())
	}
}

// Thirds, tenths, and sums with floating-point errors: passing depends on the
// exact result, in any order.
func TestGradesAreExact(t *testing.T) {
	course := syllabus(1, quizUnit("q", catalog.OnPassed))
	methods := []catalog.GradeMethod{catalog.HighestGrade, catalog.AverageGrade}
	rapid.Check(t, func(t *rapid.T) {
		type result struct{ part, whole int }
		results := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) result {
			whole := rapid.IntRange(1, 80).Draw(t, "whole")
			return result{rapid.IntRange(0, whole).Draw(t, "part"), whole}
		}), 1, 8).Draw(t, "results")
		method := rapid.SampledFrom(methods).Draw(t, "method")
		needed := rapid.IntRange(1, 100).Draw(t, "needed")
		take := func(order []result) *UnitProgress {
			r := enrolled(1)
			for i, one := range order {
				r.PutResult(Result{
					Ref: fmt.Sprint(i), QuizSlug: "q", At: noon(2).Add(time.Duration(i) * time.Hour), GradeMethod: method,
					Percent: quiz.PercentOf(one.part, one.whole).Float(), PassPercent: needed,
				})
			}
			return r.Evaluate(course, 0).Unit("quiz-q")
		}
		u, other := take(results), take(rapid.Permutation(results).Draw(t, "order"))
		if *u.Percent != *other.Percent {
			t.Fatalf("%v%% in one order, %v%% in another", *u.Percent, *other.Percent)
		}
		reached := *u.Percent >= float64(needed)
		if reached && u.SatisfiedAt == nil || !reached && u.SatisfiedAt != nil && method == catalog.HighestGrade {
			t.Fatalf("%v%% of %d%% is shown, passed: %v", *u.Percent, needed, u.SatisfiedAt)
		}
	})
}

// TestProgressNeverShrinks: additional activity never loses a unit or a
// percent.
func TestProgressNeverShrinks(t *testing.T) {
	lessons := []string{"a", "b", "c"}
	methods := []catalog.GradeMethod{"", catalog.HighestGrade, catalog.AverageGrade, catalog.FirstGrade, catalog.LastGrade}
	rapid.Check(t, func(t *rapid.T) {
		course := syllabus(1, reading("a"), reading("b", "read-a"), optional(reading("c")),
			quizUnit("q", rapid.SampledFrom([]catalog.MoveOn{catalog.OnPassed, catalog.OnCompleted}).Draw(t, "moveOn"), "read-b"), step("s", "quiz-q"))
		r := enrolled(1)
		before := r.Evaluate(course, 0)
		for i := range rapid.IntRange(1, 20).Draw(t, "events") {
			at := noon(2).Add(time.Duration(i) * time.Hour)
			switch rapid.IntRange(0, 3).Draw(t, "event") {
			case 0:
				if lesson := rapid.SampledFrom(lessons).Draw(t, "lesson"); r.reading(lesson) == nil {
					r.withReading(lesson, at)
				}
			case 1:
				r.withResult("q/"+string(rune('a'+i)), at, rapid.Float64Range(0, 100).Draw(t, "percent"), rapid.SampledFrom(methods).Draw(t, "method"))
			case 2:
				r.Tick("s", at)
			case 3:
				r.Waive(Waiver{UnitSlug: rapid.SampledFrom(course.Units).Draw(t, "waived").Slug, Reason: Equivalent, At: at})
			}
			after := r.Evaluate(course, 0)
			if after.Percent < before.Percent || after.Percent > 100 {
				t.Fatalf("%g%% after %g%%", after.Percent, before.Percent)
			}
			for n, u := range before.Units {
				if u.SatisfiedAt != nil && (after.Units[n].SatisfiedAt == nil || !after.Units[n].SatisfiedAt.Equal(*u.SatisfiedAt)) {
					t.Fatalf("unit %s was satisfied at %v, and then at %v", u.Unit.Slug, u.SatisfiedAt, after.Units[n].SatisfiedAt)
				}
			}
			before = after
		}
	})
}
