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

// Library is where attempts find the content; the versions of package archive.
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

// Attempts keeps the attempts of all learners. Whatever it does to one is a
// single read and at most one compare-and-swap of a single document. Methods
// may be called at the same time from several goroutines and processes.
//
// Every attempt that it returns is as it stands now, whether or not anything
// has stored yet what time did to it. Returned attempts may share memory with
// those that were published.
type Attempts struct {
	config   Config
	attempts *store.Collection[Attempt]
	heads    *store.Reader[attemptHead]
	bell     watch.Bell
	notice   func(Attempt) // nil when nobody asked for changes; see OnChange
	learning Learning      // nil when nothing is known of any learner; see DrawBy
}

// OpenAttempts makes the engine ready to keep attempts.
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

// OnChange has notice told of every change, after it is stored. notice is called
// by many goroutines and must not block, and it must not change the attempt or
// what that refers to. OnChange must be called while the program is put together.
func (s *Attempts) OnChange(notice func(Attempt)) { s.notice = notice }

// DrawBy has DUE_REVIEW and WEAK_OBJECTIVES draw by what is known of learners;
// without it nothing is due, and nothing is known of any objective. DrawBy must be
// called while the program is put together.
func (s *Attempts) DrawBy(learning Learning) { s.learning = learning }

// now is the server's clock, in the precision of the stored times.
func (s *Attempts) now() time.Time { return s.config.Now().UTC().Truncate(tick) }

func (s *Attempts) keys(ctx context.Context) keyOf {
	return func(slot *Slot) (*catalog.Question, error) { return s.Question(ctx, slot) }
}

// Question returns the question of a slot in the version that was drawn. It
// has the key: what a learner may see of it, [Attempt.Review] says.
func (s *Attempts) Question(ctx context.Context, slot *Slot) (*catalog.Question, error) {
	q, err := s.config.Library.Question(ctx, slot.QuestionSlug, slot.QuestionVersion)
	if err != nil {
		return nil, fmt.Errorf("loading question %s@%d: %w", slot.QuestionSlug, slot.QuestionVersion, err)
	}
	return q, nil
}

// SecondsLeft is [Attempt.SecondsLeft] by the server's clock.
func (s *Attempts) SecondsLeft(a *Attempt) *int { return a.SecondsLeft(s.now()) }

// Get returns an attempt of the learner. It fails with fault.NotFound, no
// matter whether there is no such attempt or it is another learner's.
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

// load returns an attempt as it is stored. Another learner's is not even
// looked for.
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

// Answer records the answer to the question of a slot, in place of an earlier
// one. Under IMMEDIATE feedback it is graded at once, and final. The same
// answer again, and the same request again, return the attempt without effect.
//
// It fails with fault.InvalidInput naming the field to correct, with
// fault.NotFound as Get does, with fault.Expired after the deadline, and with
// fault.Conflict when the attempt has ended, the slot is graded or no longer
// has the expected Rev, or the idempotency key was used for another request.
// But for fault.NotFound and failures of the database, the attempt is returned
// even so, as it stands.
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

// Flag marks a slot for the learner to come back to, or takes the mark away.
// It fails as Answer does, for what has no effect not at all.
func (s *Attempts) Flag(ctx context.Context, learner, id string, in FlagInput) (Attempt, error) {
	return s.change(ctx, learner, id, step{do: func(a *Attempt, now time.Time) (bool, error) { return a.flag(now, in) }})
}

// Hint gives a hint, see [Slot.Hints], and records that; one that was given
// before is given again. It fails as Answer does, with fault.NotFound when the
// question has no such hint, and with fault.InvalidInput for one that is not
// next.
func (s *Attempts) Hint(ctx context.Context, learner, id string, in HintInput) (Attempt, error) {
	return s.change(ctx, learner, id, step{do: func(a *Attempt, now time.Time) (bool, error) { return a.hint(now, in, s.keys(ctx)) }})
}

// Submit ends the attempt and grades it; one that is FINISHED is returned as
// it stands. It fails with fault.NotFound as Get does, and with fault.Expired
// when the attempt is ABANDONED, returning it even so.
func (s *Attempts) Submit(ctx context.Context, learner, id string) (Attempt, error) {
	return s.change(ctx, learner, id, step{do: func(a *Attempt, now time.Time) (bool, error) { return a.submit(now, s.keys(ctx)) }})
}

// Abandon gives up an attempt that is open: it becomes ABANDONED, without being
// graded. One that is ABANDONED is returned as it stands. It fails with
// fault.NotFound as Get does, and with fault.Conflict when the attempt is
// FINISHED, returning it even so.
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
	var refused error // by the transition: a question may be what is not found
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

// store writes an attempt over the one that it was loaded from, unless that
// was changed meanwhile, and tells whoever listens.
func (s *Attempts) store(ctx context.Context, a *Attempt) (stored bool, err error) {
	err = s.attempts.Replace(ctx, a)
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return false, nil // changed, or deleted with all that its learner had
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
