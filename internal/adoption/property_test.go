package adoption_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

// TestAdoptionProperty lets account and guest do anything in any order, with
// crashes, and then the account adopt the guest. Nothing is lost, every sum
// follows from its causes, no statement is told again, and twice is once.
func TestAdoptionProperty(t *testing.T) {
	recordstest.FewChecks(t)
	rapid.Check(t, func(r *rapid.T) {
		h := &history{T: r, school: newSchool(t)}
		r.Repeat(map[string]func(*rapid.T){
			"enroll": func(*rapid.T) {
				h.do(func(who string) error { _, err := h.Tracker.Enroll(h.ctx(), who, "basics"); return err })
			},
			"read": func(*rapid.T) {
				h.do(func(who string) error { _, err := h.Tracker.CompleteReading(h.ctx(), who, "empiricism"); return err })
			},
			"tick": func(*rapid.T) {
				h.do(func(who string) error {
					_, err := h.Tracker.CompleteUnit(h.ctx(), who, "basics", "outside")
					return err
				})
			},
			"quiz":     func(r *rapid.T) { h.take(r, rapid.SampledFrom([]quiz.StartInput{mixed, artifacts}).Draw(r, "quiz")) },
			"practise": func(r *rapid.T) { h.take(r, practice) },
			"leave":    h.leave,
			"wait":     func(r *rapid.T) { h.Wait(time.Duration(rapid.IntRange(1, 100).Draw(r, "minutes")) * time.Minute) },
			"catch up": func(*rapid.T) { h.do(func(who string) error { return h.Tracker.CatchUp(h.ctx(), who) }) },
		})
		h.adopt(t)
	})
}

type history struct {
	*rapid.T
	*school
}

func (h *history) ctx() context.Context { return context.Background() }

// do has one of the two do something. What learners may not do is no failure.
func (h *history) do(action func(who string) error) {
	who := rapid.SampledFrom([]string{account, visitor}).Draw(h.T, "who")
	switch err := action(who); fault.CodeOf(err) {
	case "", fault.NotFound, fault.Conflict, fault.InvalidInput:
	default:
		h.Fatal(err)
	}
}

func (h *history) take(r *rapid.T, in quiz.StartInput) {
	seed := rapid.Uint16().Draw(r, "right")
	h.do(func(who string) error {
		_, err := h.Take(who, in, func(slot int) bool { return seed>>slot&1 == 1 })
		return err
	})
}

// leave answers a question of an attempt, and goes.
func (h *history) leave(r *rapid.T) {
	in := rapid.SampledFrom([]quiz.StartInput{mixed, artifacts, practice}).Draw(r, "attempt")
	right := rapid.Bool().Draw(r, "right")
	h.do(func(who string) error {
		a, err := h.Attempts.Start(h.ctx(), who, in)
		if err != nil {
			return err
		}
		return h.Answer(who, &a, 1, right)
	})
}

// adopt adopts, with a crash somewhere, and holds what has to be true then.
func (h *history) adopt(t *testing.T) {
	ctx := h.ctx()
	var all []string
	for _, who := range []string{account, visitor} {
		must(t, h.Tracker.CatchUp(ctx, who))
		all = append(all, h.done(t, who)...)
	}
	slices.Sort(all)
	told := h.count(t, account)["statements"] + h.count(t, visitor)["statements"]
	codes := append(h.codes(t, account), h.codes(t, visitor)...)

	h.Engine.CrashAt(rapid.IntRange(1, 60).Draw(h.T, "writes"), rapid.Bool().Draw(h.T, "after"))
	_, err := h.Adoptions.Adopt(ctx, account, visitor)
	h.Reopen(t)
	if fault.ReasonOf(err) == fault.Reason(fault.AttemptOpen) {
		wantSame(t, "what the guest keeps", len(all), len(h.done(t, account))+len(h.done(t, visitor)))
		return
	}
	if _, err := h.Adoptions.Adopt(ctx, account, visitor); err != nil {
		h.Fatal(err)
	}
	h.Engine.Reset()
	if _, err := h.Adoptions.Adopt(ctx, account, visitor); err != nil || h.Engine.Writes() > 0 {
		h.Fatalf("twice: %v with %d writes", err, h.Engine.Writes())
	}
	if got := h.done(t, account); !slices.Equal(got, all) {
		h.Fatalf("the account has %v, want %v", got, all)
	}
	h.numbered(t)
	got := h.codes(t, account)
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(codes))) && len(got) < len(codes) {
		h.Fatalf("certificates %v of %v", got, codes)
	}
	if differences, err := h.Tracker.Rebuild(ctx, account); err != nil || len(differences) > 0 {
		h.Fatalf("summed up again: %v, %v", differences, err)
	}
	// A course may be completed by what both did together.
	if now := h.count(t, account)["statements"]; now < told || now > told+4 {
		h.Fatalf("%d statements after %d", now, told)
	}
	h.Wait(time.Hour)
	must(t, h.OwnData.Sweep(ctx))
	wantSame(t, "the guest's records", map[string]int{}, h.count(t, visitor))
}

// done lists the attempts of somebody, without their numbers.
func (h *history) done(t *testing.T, who string) []string {
	t.Helper()
	all := []string{}
	for a, err := range h.Attempts.All(h.ctx(), who) {
		must(t, err)
		all = append(all, fmt.Sprint(a.Key, a.Seed, a.StartedAt, a.State, a.Answered()))
	}
	slices.Sort(all)
	return all
}

// numbered fails the test unless the account's attempts with each key are
// counted from 1 and at most one of them is open.
func (h *history) numbered(t *testing.T) {
	t.Helper()
	numbers, open := map[string][]int{}, map[string]int{}
	for a, err := range h.Attempts.All(h.ctx(), account) {
		must(t, err)
		numbers[a.Key] = append(numbers[a.Key], a.Number)
		if a.State.Open() {
			open[a.Key]++
		}
	}
	for key, all := range numbers {
		slices.Sort(all)
		if all[0] != 1 || all[len(all)-1] != len(all) || open[key] > 1 {
			h.Fatalf("%s: attempts %v, %d open", key, all, open[key])
		}
	}
}
