package quiz

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// maxPage is the maximum number of attempts on a page.
const maxPage = 100

// Filter selects attempts; "" selects all.
type Filter struct {
	QuizSlug string
	State    AttemptState

	// Practice sessions of one mode, or on one topic or objective.
	Mode          PracticeMode
	TopicCode     string
	ObjectiveCode string

	From, To *time.Time // begun at or after, and before; nil leaves that end open
}

// Page is a part of a list of attempts.
type Page struct {
	Attempts []Attempt
	Next     string // continues after the last attempt; "" if there are no more
}

// Of returns a page of the learner's attempts, newest first: the first n, from
// 1 to 100, after a cursor from an earlier page's Next, or "". It fails with
// fault.InvalidInput naming the argument.
func (s *Attempts) Of(ctx context.Context, learner string, filter Filter, first int, after string) (Page, error) {
	if first < 1 || first > maxPage {
		return Page{}, fault.Invalid("first", "`first` must be between 1 and %d", maxPage)
	}
	query, err := filter.query(learner)
	if err != nil {
		return Page{}, err
	}
	now := s.now()
	if err := s.settle(ctx, now, learner); err != nil {
		return Page{}, err
	}
	query.Limit, query.After = first, after
	found, next, err := s.attempts.Find(ctx, query)
	if err != nil {
		return Page{}, err
	}
	for i := range found {
		if _, err := found[i].advance(now, s.keys(ctx)); err != nil {
			return Page{}, err
		}
	}
	return Page{Attempts: found, Next: next}, nil
}

// CountOf returns how many of the learner's attempts match the filter.
func (s *Attempts) CountOf(ctx context.Context, learner string, filter Filter) (int, error) {
	where, err := filter.where(learner)
	if err != nil {
		return 0, err
	}
	if err := s.settle(ctx, s.now(), learner); err != nil {
		return 0, err
	}
	n, err := s.attempts.Count(ctx, store.Query{Where: where, Range: filter.begun()})
	return int(n), err
}

// query selects the attempts of the learner, newest first.
func (f Filter) query(learner string) (store.Query, error) {
	where, err := f.where(learner)
	return store.Query{Where: where, Range: f.begun(), Sort: "-started_at"}, err
}

// begun returns the range of start times, or nil for all.
func (f Filter) begun() *store.Range {
	if f.From == nil && f.To == nil {
		return nil
	}
	r := &store.Range{Field: "started_at"}
	if f.From != nil {
		r.From = *f.From
	}
	if f.To != nil {
		r.To = *f.To
	}
	return r
}

func (f Filter) where(learner string) (store.Where, error) {
	where := store.Where{"learner_id": learner}
	if f.QuizSlug != "" {
		where["quiz_slug"] = f.QuizSlug
	}
	if f.State != "" {
		if !f.State.known() {
			return nil, fault.Invalid("state", "there is no such state")
		}
		where["state"] = string(f.State)
	}
	if f.Mode != "" {
		where["practice.mode"] = string(f.Mode)
	}
	switch {
	case f.TopicCode != "" && f.ObjectiveCode != "":
		return nil, fault.Invalid("objective", "give a topic or an objective, but not both")
	case f.TopicCode != "":
		where["practice.topic"] = f.TopicCode
	case f.ObjectiveCode != "":
		where["practice.objective"] = f.ObjectiveCode
	}
	return where, nil
}

// settle stores state changes caused by time for the learner's attempts, so
// that queries find them by their current state.
func (s *Attempts) settle(ctx context.Context, now time.Time, learner string) error {
	due := dueAt(now)
	due.Where = store.Where{"learner_id": learner}
	for attempt, err := range s.attempts.Each(ctx, due) {
		if err != nil {
			return err
		}
		if _, err := s.advanceStored(ctx, now, attempt); err != nil {
			return err
		}
	}
	return nil
}

// dueAt selects the attempts whose state time has changed by now.
func dueAt(now time.Time) store.Query {
	return store.Query{Range: &store.Range{Field: "time_check_at", To: now.Add(tick)}, Sort: "time_check_at"}
}

// advanceStored stores the changes that time has caused in an attempt, and
// reports whether it changed anything.
func (s *Attempts) advanceStored(ctx context.Context, now time.Time, a Attempt) (bool, error) {
	changed, err := a.advance(now, s.keys(ctx))
	if err != nil {
		return false, fmt.Errorf("advancing attempt %s: %w", a.ID, err)
	}
	if !changed {
		return false, nil
	}
	// A concurrent change has advanced it as well.
	return s.store(ctx, &a)
}

// Sweep stores state changes that time has caused in attempts since they were last read,
// in at most limit attempts (1 to 1000), and returns how many it changed: if that equals
// limit, there may be more. A failing attempt does not stop the sweep. Several processes
// may sweep at the same time.
func (s *Attempts) Sweep(ctx context.Context, limit int) (int, error) {
	now := s.now()
	query := dueAt(now)
	query.Limit = limit
	due, _, err := s.attempts.Find(ctx, query)
	if err != nil {
		return 0, err
	}
	changed := 0
	var failures []error
	for _, attempt := range due {
		advanced, err := s.advanceStored(ctx, now, attempt)
		if err != nil {
			failures = append(failures, err)
		}
		if advanced {
			changed++
		}
		if ctx.Err() != nil {
			break
		}
	}
	return changed, errors.Join(failures...)
}
