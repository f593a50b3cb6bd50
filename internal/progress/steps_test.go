package progress_test

import (
	"context"
	"testing"

	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/course"
)

// ticked reports whether the unit and its certification step are done.
func ticked(t *testing.T, s *school) (unit, step bool) {
	t.Helper()
	// A read of either completes what was interrupted.
	if _, err := s.Journeys.Of(t.Context(), "anna", "cspo"); err != nil {
		t.Fatal(err)
	}
	p, err := s.Course(t.Context(), "anna", "basics")
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Journeys.Of(t.Context(), "anna", "cspo")
	if err != nil {
		t.Fatal(err)
	}
	return p.Unit("outside").State == course.UnitSatisfied, v.Steps[0].Done
}

func completeStep(ctx context.Context, s *school, done bool) error {
	_, err := s.Journeys.CompleteStep(ctx, "anna", journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "attend", Done: done})
	return err
}

func TestUnitsAndStepsTickEachOther(t *testing.T) {
	ways := map[string]func(context.Context, *school) error{
		"ByTheUnit": func(ctx context.Context, s *school) error {
			_, err := s.CompleteUnit(ctx, "anna", "basics", "outside")
			return err
		},
		"ByTheStep": func(ctx context.Context, s *school) error { return completeStep(ctx, s, true) },
	}
	for name, tick := range ways {
		t.Run(name, func(t *testing.T) {
			for _, after := range []bool{false, true} {
				for write, crashed := 1, true; crashed; write++ {
					s := newSchool(t)
					if _, err := s.Enroll(t.Context(), "anna", "basics"); err != nil {
						t.Fatal(err)
					}
					s.Engine.CrashAt(write, after)
					err := tick(t.Context(), s)
					if crashed = s.Engine.Crashed(); !crashed && err != nil {
						t.Fatal(err)
					}
					s.Reopen(t)
					s.Tracker = s.School.Tracker
					unit, step := ticked(t, s)
					if unit != step || (!crashed && !unit) {
						t.Errorf("crashed at write %d (after it: %t): unit done is %t, step done is %t", write, after, unit, step)
					}
				}
			}
		})
	}
}

func TestUndoneStepStaysUndone(t *testing.T) {
	s := newSchool(t)
	for _, do := range []func() error{
		func() error { return completeStep(t.Context(), s, true) },
		func() error { _, err := s.Enroll(t.Context(), "anna", "basics"); return err },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if unit, step := ticked(t, s); !unit || !step {
		t.Errorf("enrolled after the step was done: unit done is %t, step done is %t", unit, step)
	}
	if err := completeStep(t.Context(), s, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CompleteReading(t.Context(), "anna", "empiricism"); err != nil {
		t.Fatal(err)
	}
	if unit, step := ticked(t, s); !unit || step {
		t.Errorf("taken back: unit done is %t, step done is %t", unit, step)
	}
	if differences, err := s.Rebuild(t.Context(), "anna"); err != nil || len(differences) > 0 {
		t.Errorf("rebuild: %v, %v", differences, err)
	}
}
