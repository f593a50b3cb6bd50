package progress

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Overview is everything about a learner's progress that trainers may see.
type Overview struct {
	Courses    []CourseStanding // by course slug
	Objectives []mastery.Head   // by objective code
	ActiveAt   time.Time        // when the learner was last active at all, to a quarter of an hour; zero if never

	// Failed is why this learner's records could not be read; nil if they were.
	Failed error
}

type CourseStanding struct {
	Record   course.Record
	Progress *course.Progress
}

// catchUps limits how many learners are caught up concurrently for one answer,
// so that it does not use up all database connections.
const catchUps = 8

// Overviews returns the overview of each of the learners, of whom there are at
// most store.MaxMany. Besides the projection of what is pending, it takes as
// many commands for all of them as for one, until their records fill a batch.
func (t *Tracker) Overviews(ctx context.Context, learners []string) (map[string]*Overview, error) {
	all := make(map[string]*Overview, len(learners))
	for _, learner := range learners {
		all[learner] = &Overview{}
	}
	if len(all) == 0 {
		return all, nil
	}
	if err := t.catchUpAll(ctx, learners, all); err != nil {
		return nil, err
	}
	of := store.Query{In: &store.In{Field: "learner_id", Values: learners}}
	for record, err := range t.courses.Each(ctx, of) {
		if err != nil {
			return nil, err
		}
		s := all[record.LearnerID]
		p, err := t.progressOf(ctx, &record)
		if err != nil {
			s.Failed = err
			continue
		}
		s.Courses = append(s.Courses, CourseStanding{Record: record, Progress: p})
		s.active(record.ActiveAt())
	}
	for head, err := range t.objectiveHeads.Each(ctx, of) {
		if err != nil {
			return nil, err
		}
		s := all[head.LearnerID]
		s.Objectives = append(s.Objectives, head)
	}
	months, err := t.latestMonths(ctx, of)
	if err != nil {
		return nil, err
	}
	for i := range months {
		all[months[i].LearnerID].active(months[i].ActiveAt())
	}
	return all, nil
}

// catchUpAll catches up those learners who have something pending. The failure
// of one does not affect the others.
func (t *Tracker) catchUpAll(ctx context.Context, learners []string, all map[string]*Overview) error {
	pending, err := t.pending(ctx, learners)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(catchUps)
	for learner := range pending {
		group.Go(func() error {
			all[learner].Failed = t.CatchUp(ctx, learner)
			return nil
		})
	}
	return group.Wait()
}

// pending returns those of the learners for whom CatchUp would do something.
func (t *Tracker) pending(ctx context.Context, learners []string) (map[string]bool, error) {
	pending, err := t.config.Attempts.Pending(ctx, learners)
	if err != nil {
		return nil, err
	}
	query := store.Query{
		Where: store.Where{"projected": false},
		In:    &store.In{Field: "learner_id", Values: learners},
	}
	for _, sources := range []*store.Reader[ownerHead]{t.readingHeads, t.courseHeads} {
		for head, err := range sources.Each(ctx, query) {
			if err != nil {
				return nil, err
			}
			pending[head.LearnerID] = true
		}
	}
	return pending, nil
}

// ownerHead has the field needed to know whose a record is.
type ownerHead struct {
	store.Meta `bson:",inline"`

	LearnerID string `bson:"learner_id"`
}

// latestMonths returns the latest month of each learner whom the query selects.
func (t *Tracker) latestMonths(ctx context.Context, query store.Query) ([]activity.Month, error) {
	latest := map[string]string{} // ids by learner
	for head, err := range t.monthHeads.Each(ctx, query) {
		if err != nil {
			return nil, err
		}
		// In the order of ids, the months of a learner ascend.
		latest[head.LearnerID] = head.ID
	}
	ids := make([]string, 0, len(latest))
	for _, id := range latest {
		ids = append(ids, id)
	}
	return t.months.GetMany(ctx, ids)
}

func (s *Overview) active(at time.Time) {
	if at.After(s.ActiveAt) {
		s.ActiveAt = at
	}
}
