package quiz

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Ref permanently identifies the attempt among those of its learner.
func (a *Attempt) Ref() string { return strings.TrimPrefix(a.ID, a.LearnerID+"/") }

// Settle stores state changes that time has caused in the learner's attempts.
func (s *Attempts) Settle(ctx context.Context, learner string) error {
	return s.settle(ctx, s.now(), learner)
}

// Unprojected yields the learner's attempts that were graded in part or ended
// since MarkProjected was last called for them, advanced to now.
func (s *Attempts) Unprojected(ctx context.Context, learner string) iter.Seq2[Attempt, error] {
	return func(yield func(Attempt, error) bool) {
		if err := s.settle(ctx, s.now(), learner); err != nil {
			yield(Attempt{}, err)
			return
		}
		s.attempts.Each(ctx, store.Query{Where: store.Where{"learner_id": learner, "projected": false}})(yield)
	}
}

// Pending returns those of the learners for whom Unprojected yields attempts. It
// takes two commands.
func (s *Attempts) Pending(ctx context.Context, learners []string) (map[string]bool, error) {
	of := &store.In{Field: "learner_id", Values: learners}
	due := dueAt(s.now())
	due.In, due.Sort = of, ""
	pending := map[string]bool{}
	for _, query := range []store.Query{due, {In: of, Where: store.Where{"projected": false}}} {
		for head, err := range s.heads.Each(ctx, query) {
			if err != nil {
				return nil, err
			}
			pending[learnerIn(head.ID)] = true
		}
	}
	return pending, nil
}

// UnprojectedLearners returns up to limit learners for whom Unprojected yields
// attempts, each once. It examines at most a thousand attempts.
func (s *Attempts) UnprojectedLearners(ctx context.Context, limit int) ([]string, error) {
	found, _, err := s.attempts.Find(ctx, store.Query{Where: store.Where{"projected": false}})
	if err != nil {
		return nil, err
	}
	var learners []string
	seen := map[string]bool{}
	for i := range found {
		if id := found[i].LearnerID; !seen[id] && len(learners) < limit {
			seen[id] = true
			learners = append(learners, id)
		}
	}
	return learners, nil
}

// MarkProjected records that the attempt, as loaded, is part of its learner's
// progress. If it was changed in the meantime it stays unmarked and is yielded
// again. Watchers are not notified, since nothing visible changes.
func (s *Attempts) MarkProjected(ctx context.Context, a Attempt) error {
	a.Projected, a.Settled = true, !a.State.Open()
	err := s.attempts.Replace(ctx, &a)
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// All yields every attempt of the learner, as stored, in id order.
func (s *Attempts) All(ctx context.Context, learner string) iter.Seq2[Attempt, error] {
	return s.attempts.Each(ctx, store.Query{Where: store.Where{"learner_id": learner}})
}

// attemptHead has the fields needed to find attempts at a quiz.
type attemptHead struct {
	store.Meta `bson:",inline"`

	QuizSlug string `bson:"quiz_slug"`
}

// Finished returns the learner's finished attempts at the quizzes.
func (s *Attempts) Finished(ctx context.Context, learner string, quizzes []string) ([]Attempt, error) {
	if len(quizzes) == 0 {
		return nil, nil
	}
	query := store.Query{Where: store.Where{"learner_id": learner, "state": string(Finished)}}
	var ids []string
	for {
		heads, next, err := s.heads.Find(ctx, query)
		if err != nil {
			return nil, err
		}
		for i := range heads {
			if slices.Contains(quizzes, heads[i].QuizSlug) {
				ids = append(ids, heads[i].ID)
			}
		}
		if query.After = next; next == "" {
			return s.attempts.GetMany(ctx, ids)
		}
	}
}

// Learners yields every learner with attempts once, in id order.
func (s *Attempts) Learners(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last := ""
		for attempt, err := range s.attempts.Each(ctx, store.Query{}) {
			if err != nil {
				yield("", err)
				return
			}
			if attempt.LearnerID != last && !yield(attempt.LearnerID, nil) {
				return
			}
			last = attempt.LearnerID
		}
	}
}
