package quiz

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// startRounds limits how often Start retries after losing a number to a
// concurrent call. An attempt belongs to one learner: more than a few at the
// same time means a client out of control.
const startRounds = 25

// Start begins an attempt at a quiz or a practice session. If the learner has
// an open one, it is returned in its current state: starting means resuming.
// Practice sessions differ if their mode, topic or objective does.
//
// It fails with fault.Unauthenticated without a learner, with fault.NotFound
// when there is no such quiz, with fault.InvalidInput naming the field to
// correct, also when there is no question to practise or open attempts hold too
// many, and with fault.Conflict when no attempts are left, and when the quiz may
// not be taken again yet. Two starts at the same instant may draw the same
// questions.
func (s *Attempts) Start(ctx context.Context, learner string, in StartInput) (Attempt, error) {
	if learner == "" {
		return Attempt{}, fault.Unauthorized(fault.TokenMissing, "only learners can start attempts")
	}
	if (in.QuizSlug == "") == (in.Practice == nil) {
		return Attempt{}, fault.Invalid("quiz", "give either a quiz or a practice session")
	}
	now := s.now()
	for range startRounds {
		attempt, settled, err := s.startOnce(ctx, now, learner, in)
		if settled || err != nil {
			return attempt, err
		}
	}
	return Attempt{}, fault.Conflicting(fault.Stale, "this attempt is being started elsewhere; try again")
}

// startOnce reports settled = false if a concurrent call was faster.
//
// At most one attempt is open: the next number is taken only when the latest
// attempt has ended, which is final, and only one call can take a number.
func (s *Attempts) startOnce(ctx context.Context, now time.Time, learner string, in StartInput) (Attempt, bool, error) {
	latest, err := s.latest(ctx, learner, in.key())
	if err != nil {
		return Attempt{}, false, err
	}
	next := 1
	if latest != nil {
		advanced, err := latest.advance(now, s.keys(ctx))
		if err != nil {
			return Attempt{}, false, err
		}
		if advanced {
			if stored, err := s.store(ctx, latest); !stored {
				return Attempt{}, false, err
			}
		}
		if latest.State.Open() {
			latest.Resumed = true
			return *latest, true, nil
		}
		next = latest.Number + 1
	}
	unsettled, err := s.unsettled(ctx, learner)
	if err != nil {
		return Attempt{}, false, err
	}
	if slices.ContainsFunc(unsettled, func(a Attempt) bool { return a.Key == in.key() && a.openAt(now) }) {
		return Attempt{}, false, nil // begun since the latest was looked up
	}
	attempt, err := s.draw(ctx, now, learner, in, latest, unsettled)
	if err != nil {
		return Attempt{}, false, err
	}
	if err := s.freezeShown(ctx, learner, attempt.Slots, unsettled); err != nil {
		return Attempt{}, false, err
	}
	attempt.ID = attemptID(learner, in.key(), next)
	attempt.LearnerID, attempt.Key, attempt.Number = learner, in.key(), next
	attempt.Projected = true
	attempt.setClock(now)
	err = s.attempts.Insert(ctx, &attempt)
	if errors.Is(err, store.ErrDuplicate) {
		return Attempt{}, false, nil
	}
	if err != nil {
		return Attempt{}, false, err
	}
	s.publish(&attempt)
	return attempt, true, nil
}

func (in StartInput) key() string {
	if in.Practice != nil {
		return in.Practice.key()
	}
	return in.QuizSlug
}

// latest returns the attempt with the highest number, or nil.
func (s *Attempts) latest(ctx context.Context, learner, key string) (*Attempt, error) {
	found, _, err := s.attempts.Find(ctx, store.Query{
		Where: store.Where{"learner_id": learner, "key": key},
		Sort:  "-number", Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// draw freezes questions and rules in a new attempt.
func (s *Attempts) draw(ctx context.Context, now time.Time, learner string, in StartInput, latest *Attempt, unsettled []Attempt) (Attempt, error) {
	snapshot, err := s.config.Library.Current()
	if err != nil {
		return Attempt{}, err
	}
	seed := s.config.NewSeed()
	if in.Practice != nil {
		return s.drawPractice(ctx, now, learner, snapshot, *in.Practice, unsettled, seed)
	}
	quiz := snapshot.Quiz(in.QuizSlug)
	if quiz == nil {
		return Attempt{}, fault.New(fault.NotFound, "there is no such quiz")
	}
	if err := mayStart(now, quiz, latest); err != nil {
		return Attempt{}, err
	}
	drawn, err := DrawQuiz(snapshot, quiz, heldFrom(quiz.FeedbackMode, unsettled, now), seed)
	if err != nil {
		return Attempt{}, err
	}
	return Attempt{
		QuizSlug: quiz.Slug, QuizVersion: quiz.Version, Rules: rulesOf(quiz),
		Seed: int64(seed), Slots: toSlots(drawn),
	}, nil
}

func (s *Attempts) drawPractice(ctx context.Context, now time.Time, learner string, snapshot *catalog.Snapshot, p Practice, unsettled []Attempt, seed uint64) (Attempt, error) {
	if err := p.check(snapshot); err != nil {
		return Attempt{}, err
	}
	past, err := s.past(ctx, now, learner, p.Mode)
	if err != nil {
		return Attempt{}, err
	}
	drawn, err := DrawPractice(snapshot, p, past, heldFrom(p.rules().FeedbackMode, unsettled, now), seed)
	if err != nil {
		return Attempt{}, err
	}
	p.Questions = len(drawn)
	return Attempt{Practice: &p, Rules: p.rules(), Seed: int64(seed), Slots: toSlots(drawn)}, nil
}

// mayStart fails with fault.Conflict if no attempts are left, or until the
// cool-down is over. Every attempt counts, even an abandoned one.
func mayStart(now time.Time, quiz *catalog.Quiz, latest *Attempt) error {
	if latest == nil {
		return nil
	}
	if quiz.MaxAttempts != nil && latest.Number >= *quiz.MaxAttempts {
		return fault.Conflicting(fault.NoAttemptsLeft, "you have no attempts left: this quiz can be taken %s", times(*quiz.MaxAttempts))
	}
	again := latest.FinishedAt.Add(time.Duration(quiz.CooldownSeconds) * time.Second)
	if now.Before(again) {
		return fault.Early(now, again, "you cannot take this quiz again yet")
	}
	return nil
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

func rulesOf(q *catalog.Quiz) Rules {
	return Rules{
		TimeLimitSeconds: q.TimeLimitSeconds,
		GraceSeconds:     q.GraceSeconds,
		OverdueHandling:  q.OverdueHandling,
		PassPercent:      q.PassPercent,
		FeedbackMode:     q.FeedbackMode,
		GradeMethod:      q.GradeMethod,
	}
}

// freezeShown records in the slots when the learner was shown their keys.
func (s *Attempts) freezeShown(ctx context.Context, learner string, slots []Slot, unsettled []Attempt) error {
	if s.learning == nil {
		return nil
	}
	questions := make([]string, 0, len(slots))
	for i := range slots {
		questions = append(questions, slots[i].Origin())
	}
	shown, err := s.learning.KeysShown(ctx, learner, questions, unsettled)
	if err != nil {
		return err
	}
	for i := range slots {
		if at, ok := shown[slots[i].Origin()]; ok {
			slots[i].KeyShownAt = &at
		}
	}
	return nil
}
