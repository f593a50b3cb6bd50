package journey

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// TickStep marks a step as done on the learner's date at the given instant,
// because they ticked a course unit that stands for it. It changes nothing if
// the step is already done, the certification is earned, or either is not
// published.
func (s *Journeys) TickStep(ctx context.Context, learner, certificationSlug, step string, at time.Time) error {
	snapshot, err := s.config.Current()
	if err != nil {
		return err
	}
	c := snapshot.Certification(certificationSlug)
	if c == nil || !slices.ContainsFunc(c.Steps, func(o *catalog.Step) bool { return o.Slug == step }) {
		return nil
	}
	profile, err := s.config.Profiles.Get(ctx, learner)
	if err != nil {
		return err
	}
	tick := Tick{StepSlug: step, DoneOn: profile.Date(at), Shared: true}
	id := recordID(learner, certificationSlug)
	_, err = store.Amend(ctx, s.journeys, id, func(j *Journey) (bool, error) {
		if j.tick(step) != nil || j.earnedOn() != "" {
			return false, nil
		}
		j.Ticks = append(j.Ticks, tick)
		return true, nil
	}, store.OrNew(func() Journey { return fresh(learner, certificationSlug) }))
	return err
}

// StepsDone returns the slugs of the learner's ticked steps.
func (s *Journeys) StepsDone(ctx context.Context, learner, certificationSlug string) ([]string, error) {
	journey, err := s.journeys.Get(ctx, recordID(learner, certificationSlug))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	var done []string
	for _, t := range journey.Ticks {
		done = append(done, t.StepSlug)
	}
	return done, err
}

// share ticks the course units that stand for ticked steps. If interrupted, it
// is repeated at the next read of the journey.
func (s *Journeys) share(ctx context.Context, j Journey) (Journey, error) {
	left := func(t Tick) bool { return !t.Shared }
	if !slices.ContainsFunc(j.Ticks, left) {
		return j, nil
	}
	var steps []string
	for _, t := range j.Ticks {
		if !left(t) {
			continue
		}
		if err := s.config.TickUnits(ctx, j.LearnerID, j.CertificationSlug, t.StepSlug); err != nil {
			return j, err
		}
		steps = append(steps, t.StepSlug)
	}
	shared, err := store.Amend(ctx, s.journeys, j.ID, func(j *Journey) (bool, error) {
		changed := false
		for i := range j.Ticks {
			if t := &j.Ticks[i]; !t.Shared && slices.Contains(steps, t.StepSlug) {
				t.Shared, changed = true, true
			}
		}
		return changed, nil
	}, store.Knowing(j))
	if errors.Is(err, store.ErrNotFound) {
		return j, nil // the learner is being deleted
	}
	return shared, err
}
