package progress

import (
	"context"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/store"
)

// CertificationSteps is where learners tick steps towards certifications. A
// STEP unit of a course may stand for such a step: ticking either ticks the
// other.
type CertificationSteps interface {
	// TickStep marks a step as done on the learner's date at the given
	// instant. It changes nothing if the step is already done, or is not a
	// step of a published certification.
	TickStep(ctx context.Context, learner, certification, step string, at time.Time) error
	// StepsDone returns the slugs of the ticked steps.
	StepsDone(ctx context.Context, learner, certification string) ([]string, error)
}

// TickUnits marks the STEP units that stand for a certification's step as done
// in every course in which the learner is enrolled, even if a prerequisite is
// missing: the step was done elsewhere.
func (t *Tracker) TickUnits(ctx context.Context, learner, certification, step string) error {
	named := func(c *catalog.Course, u *catalog.Unit) bool {
		return c.CertificationSlug == certification && u.CertificationStep == step
	}
	for known, err := range t.courses.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return err
		}
		slugs, err := t.stepUnits(ctx, &known, named)
		if err != nil {
			return err
		}
		_, err = store.Amend(ctx, t.courses, known.ID, func(r *course.Record) (bool, error) {
			changed := false
			for _, slug := range slugs {
				changed = r.Tick(slug, t.now()) || changed
			}
			r.Projected = r.Projected && !changed
			return changed, nil
		}, store.Knowing(known))
		if err := unlessGone(err); err != nil {
			return err
		}
	}
	return nil
}

// stepUnits returns the slugs of the matching units in every syllabus in which
// the learner is or was enrolled.
func (t *Tracker) stepUnits(ctx context.Context, r *course.Record, wanted func(*catalog.Course, *catalog.Unit) bool) ([]string, error) {
	var slugs []string
	for _, e := range r.Enrolments {
		syllabus, err := t.syllabus(ctx, r, e)
		if isMissing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, u := range syllabus.Units {
			if u.CertificationStep != "" && wanted(syllabus, u) && !slices.Contains(slugs, u.Slug) {
				slugs = append(slugs, u.Slug)
			}
		}
	}
	return slugs, nil
}

// shareTicks ticks the certification steps of ticked units. Each tick is
// shared once, since a learner may undo the step afterwards.
func (t *Tracker) shareTicks(ctx context.Context, r *course.Record) error {
	for i := range r.Ticks {
		tick := &r.Ticks[i]
		if tick.Shared {
			continue
		}
		certification, step, err := t.certificationStep(ctx, r, tick.UnitSlug)
		if err != nil {
			return err
		}
		if step != "" {
			if err := t.config.Steps.TickStep(ctx, r.LearnerID, certification, step, tick.At); err != nil {
				return err
			}
		}
		tick.Shared = true
	}
	return nil
}

// certificationStep returns the step that a unit stands for, by the latest
// syllabus that has the unit, or "".
func (t *Tracker) certificationStep(ctx context.Context, r *course.Record, unit string) (certification, step string, err error) {
	for _, e := range slices.Backward(r.Enrolments) {
		syllabus, err := t.syllabus(ctx, r, e)
		if isMissing(err) {
			continue
		}
		if err != nil {
			return "", "", err
		}
		at := slices.IndexFunc(syllabus.Units, func(u *catalog.Unit) bool { return u.Slug == unit })
		if at >= 0 {
			return syllabus.CertificationSlug, syllabus.Units[at].CertificationStep, nil
		}
	}
	return "", "", nil
}

// importSteps ticks the units whose certification steps the learner ticked
// before enrolling.
func (t *Tracker) importSteps(ctx context.Context, r *course.Record) error {
	done := map[string][]string{} // by certification
	for _, e := range r.Enrolments {
		syllabus, err := t.syllabus(ctx, r, e)
		if isMissing(err) {
			continue
		}
		if err != nil {
			return err
		}
		certification := syllabus.CertificationSlug
		for _, u := range syllabus.Units {
			if u.CertificationStep == "" {
				continue
			}
			if _, known := done[certification]; !known {
				if done[certification], err = t.config.Steps.StepsDone(ctx, r.LearnerID, certification); err != nil {
					return err
				}
			}
			if slices.Contains(done[certification], u.CertificationStep) {
				r.Tick(u.Slug, r.Current().At)
			}
		}
	}
	return nil
}
