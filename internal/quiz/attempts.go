package quiz

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/watch"
)

// Library is where attempts find content; archive.Versions implements it.
type Library interface {
	// Current returns the published snapshot, from which attempts draw.
	Current() (*catalog.Snapshot, error)
	// Question returns a version of a question, published or not. Attempts are
	// graded by it.
	Question(ctx context.Context, slug string, version int) (*catalog.Question, error)
}

// Config is what Attempts needs from outside.
type Config struct {
	Library Library
	Now     func() time.Time
	NewSeed func() uint64
}

// Attempts manages the attempts of all learners. Each change is a single read
// and at most one compare-and-swap of a single document. It is safe for
// concurrent use, by several processes too.
//
// Every attempt that it returns is up to date, whether or not changes caused
// by time have been stored yet. Returned attempts may share memory with
// published ones.
type Attempts struct {
	config   Config
	attempts *store.Collection[Attempt]
	heads    *store.Reader[attemptHead]
	bell     watch.Bell
	notice   func(Attempt) // nil if nobody is notified; see OnChange
	learning Learning      // nil if nothing is known about learners; see DrawBy
}

// OpenAttempts prepares the engine for attempts.
func OpenAttempts(ctx context.Context, engine store.Engine, config Config) (*Attempts, error) {
	attempts, err := store.Open[Attempt](ctx, engine, store.Spec{
		Name: "attempts",
		Fields: []string{"learner_id", "key", "number", "quiz_slug", "state", "started_at", "time_check_at", "projected", "settled",
			"practice.mode", "practice.topic", "practice.objective", "flagged_at"},
		Indexes: []store.Index{
			{Name: "learner_newest", Keys: []string{"learner_id", "-started_at"}},
			{Name: "learner_state_newest", Keys: []string{"learner_id", "state", "-started_at"}},
			{Name: "learner_quiz_newest", Keys: []string{"learner_id", "quiz_slug", "-started_at"}},
			{Name: "learner_key_latest", Keys: []string{"learner_id", "key", "-number"}},
			{Name: "learner_mode_newest", Keys: []string{"learner_id", "practice.mode", "-started_at"}},
			{Name: "learner_flagged", Keys: []string{"learner_id", "-flagged_at"}},
			{Name: "learner_due", Keys: []string{"learner_id", "time_check_at"}},
			{Name: "due", Keys: []string{"time_check_at"}},
			{Name: "learner_unprojected", Keys: []string{"learner_id", "projected"}},
			{Name: "learner_unsettled", Keys: []string{"learner_id", "settled"}},
			{Name: "unprojected", Keys: []string{"projected"}},
		},
		Shard: &store.Shard{Field: "learner_id", Of: learnerIn},
	})
	if err != nil {
		return nil, err
	}
	heads, err := store.HeadsOf[attemptHead](attempts)
	if err != nil {
		return nil, err
	}
	return &Attempts{config: config, attempts: attempts, heads: heads}, nil
}

// OnChange calls notice after every change has been stored. Several goroutines
// call notice, which must not block, and must not change the attempt or what
// it refers to. OnChange must be called during set-up.
func (s *Attempts) OnChange(notice func(Attempt)) { s.notice = notice }

// DrawBy makes DUE_REVIEW and WEAK_OBJECTIVES draw by learners' progress. Without
// it, nothing is due and no objective has a level. DrawBy must be called during
// set-up.
func (s *Attempts) DrawBy(learning Learning) { s.learning = learning }

// now is the server's clock, in the precision of stored times.
func (s *Attempts) now() time.Time { return s.config.Now().UTC().Truncate(tick) }

func (s *Attempts) keys(ctx context.Context) keyOf {
	return func(slot *Slot) (*catalog.Question, error) { return s.Question(ctx, slot) }
}

// Question returns the question of a slot in the version that was drawn. It
// includes the key; [Attempt.Review] says what a learner may see of it.
func (s *Attempts) Question(ctx context.Context, slot *Slot) (*catalog.Question, error) {
	q, err := s.config.Library.Question(ctx, slot.QuestionSlug, slot.QuestionVersion)
	if err != nil {
		return nil, fmt.Errorf("loading question %s@%d: %w", slot.QuestionSlug, slot.QuestionVersion, err)
	}
	return q, nil
}

// SecondsLeft is [Attempt.SecondsLeft] by the server's clock.
func (s *Attempts) SecondsLeft(a *Attempt) *int { return a.SecondsLeft(s.now()) }

// Get returns an attempt of the learner. It fails with fault.NotFound if there
// is no such attempt, or if it belongs to another learner.
func (s *Attempts) Get(ctx context.Context, learner, id string) (Attempt, error) {
	attempt, err := s.load(ctx, learner, id)
	if err != nil {
		return Attempt{}, err
	}
	if _, err := attempt.advance(s.now(), s.keys(ctx)); err != nil {
		return Attempt{}, err
	}
	return attempt, nil
}

// load returns an attempt as stored. Other learners' attempts are not even
// queried.
func (s *Attempts) load(ctx context.Context, learner, id string) (Attempt, error) {
	if learner == "" || learnerIn(id) != learner {
		return Attempt{}, noAttempt()
	}
	attempt, err := s.attempts.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return Attempt{}, noAttempt()
	}
	return attempt, err
}

func noAttempt() error { return fault.New(fault.NotFound, "there is no such attempt") }

// Answer records the answer to a slot's question, replacing any earlier one.
// With IMMEDIATE feedback it is graded at once and final. Repeating an answer
// or a request returns the attempt without effect.
//
// It fails with fault.InvalidInput naming the field to correct, with
// fault.NotFound as Get does, with fault.Expired after the deadline, and with
// fault.Conflict if the attempt has ended, the slot is graded or no longer has
// the expected Rev, or the idempotency key was used for another request.
// Except with fault.NotFound and database failures, it still returns the
// current attempt.
func (s *Attempts) Answer(ctx context.Context, learner, id string, in AnswerInput) (Attempt, error) {
	if err := in.check(); err != nil {
		return Attempt{}, err
	}
	r, err := newRequest(in)
	if err != nil {
		return Attempt{}, err
	}
	return s.change(ctx, learner, id, step{
		request: r,
		admit:   func(a *Attempt, now time.Time) error { return s.admitAnswer(ctx, now, a, in.Slot) },
		do:      func(a *Attempt, now time.Time) (bool, error) { return a.answer(now, in, s.keys(ctx)) },
	})
}

// Flag marks a slot for the learner to come back to, or removes the mark. It
// fails as Answer does, but never if it would have no effect.
func (s *Attempts) Flag(ctx context.Context, learner, id string, in FlagInput) (Attempt, error) {
	return s.change(ctx, learner, id, step{do: func(a *Attempt, now time.Time) (bool, error) { return a.flag(now, in) }})
}

// Hint takes a hint, see [Slot.Hints], and records it; a hint taken before is
// given again. It fails as Answer does, with fault.NotFound if the question
// has no such hint, and with fault.InvalidInput if it is not the next one.
func (s *Attempts) Hint(ctx context.Context, learner, id string, in HintInput) (Attempt, error) {
	return s.change(ctx, learner, id, step{do: func(a *Attempt, now time.Time) (bool, error) { return a.hint(now, in, s.keys(ctx)) }})
}

// Submit ends the attempt and grades it; a FINISHED attempt is returned
// unchanged. It fails with fault.NotFound as Get does, and with fault.Expired
// if the attempt is ABANDONED; it then still returns the attempt.
func (s *Attempts) Submit(ctx context.Context, learner, id string) (Attempt, error) {
	return s.change(ctx, learner, id, step{do: func(a *Attempt, now time.Time) (bool, error) { return a.submit(now, s.keys(ctx)) }})
}

// Abandon gives up an open attempt: it becomes ABANDONED without being graded.
// An ABANDONED attempt is returned unchanged. Abandon fails with
// fault.NotFound as Get does, and with fault.Conflict if the attempt is
// FINISHED; it then still returns the attempt.
func (s *Attempts) Abandon(ctx context.Context, learner, id string) (Attempt, error) {
	return s.change(ctx, learner, id, step{do: func(a *Attempt, now time.Time) (bool, error) { return a.abandon(now) }})
}

// step is what a request does to an attempt.
type step struct {
	request *request                                // nil without an idempotency key
	admit   func(*Attempt, time.Time) error         // comes first, also of what was done before; nil admits everything
	do      func(*Attempt, time.Time) (bool, error) // a transition
}

// change applies a step to a stored attempt. What arrived in time stays in time:
// the clock is read once.
func (s *Attempts) change(ctx context.Context, learner, id string, do step) (Attempt, error) {
	if learner == "" || learnerIn(id) != learner {
		return Attempt{}, noAttempt()
	}
	now := s.now()
	var changed bool
	var refused error // from the transition, where it can mean a missing question
	attempt, err := store.Amend(ctx, s.attempts, id, func(a *Attempt) (bool, error) {
		changed, refused = s.apply(ctx, a, now, do)
		return changed, refused
	})
	if refused == nil && errors.Is(err, store.ErrNotFound) {
		return Attempt{}, noAttempt()
	}
	if err == nil && changed {
		s.publish(&attempt)
	}
	return attempt, err
}

// apply does to the attempt what time does, and then the step, unless the attempt
// remembers that.
func (s *Attempts) apply(ctx context.Context, a *Attempt, now time.Time, do step) (changed bool, err error) {
	now = a.notBefore(now)
	advanced, err := a.advance(now, s.keys(ctx))
	if err != nil {
		*a = Attempt{}
		return false, err
	}
	if do.admit != nil {
		if err := do.admit(a, now); err != nil {
			return false, err
		}
	}
	if done, err := a.repeats(do.request); done || err != nil {
		return false, err
	}
	if changed, err = do.do(a, now); err != nil {
		return false, err
	}
	if do.request != nil {
		a.remember(do.request)
	}
	return advanced || changed || do.request != nil, nil
}

// store replaces the attempt that was loaded, unless it was changed in the
// meantime, and notifies listeners.
func (s *Attempts) store(ctx context.Context, a *Attempt) (stored bool, err error) {
	err = s.attempts.Replace(ctx, a)
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return false, nil // changed, or deleted with all of its learner's records
	}
	if err != nil {
		return false, err
	}
	s.publish(a)
	return true, nil
}

func (s *Attempts) publish(a *Attempt) {
	s.bell.Ring(a.ID)
	if s.notice != nil {
		s.notice(*a)
	}
}
