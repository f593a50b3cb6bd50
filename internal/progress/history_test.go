package progress_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

// TestProjectionEqualsRebuild makes learners do anything in any order, with
// crashes between any two writes and with changing syllabuses, and then
// expects a rebuild to find no differences.
func TestProjectionEqualsRebuild(t *testing.T) {
	recordstest.FewChecks(t)
	rapid.Check(t, func(r *rapid.T) {
		h := &history{T: r, outer: t, school: newSchool(t), learner: rapid.SampledFrom([]string{"anna", "guest:0123"}).Draw(r, "learner")}
		r.Repeat(map[string]func(*rapid.T){
			"enroll":   func(*rapid.T) { h.do(func() error { _, err := h.Enroll(h.ctx(), h.learner, "basics"); return err }) },
			"upgrade":  func(*rapid.T) { h.do(func() error { _, err := h.Upgrade(h.ctx(), h.learner, "basics"); return err }) },
			"read":     h.read,
			"tick":     h.tick,
			"waive":    h.waive,
			"quiz":     h.quiz,
			"practise": h.practise,
			"leave":    h.leave,
			"edit":     h.edit,
			"wait": func(r *rapid.T) {
				h.Wait(time.Duration(rapid.IntRange(1, 100).Draw(r, "hours")) * time.Hour)
			},
			"catch up": func(*rapid.T) { h.do(func() error { return h.CatchUp(h.ctx(), h.learner) }) },
			"sweep":    func(*rapid.T) { h.do(func() error { return h.Sweep(h.ctx(), 10) }) },
			"plan a crash": func(r *rapid.T) {
				h.Engine.CrashAt(rapid.IntRange(1, 12).Draw(r, "writes"), rapid.Bool().Draw(r, "after"))
			},
			"": func(r *rapid.T) { h.check(r) },
		})
		h.reopen(t)
		differences, err := h.Rebuild(h.ctx(), h.learner)
		if err != nil || len(differences) > 0 {
			r.Fatalf("rebuild: %v, %v", differences, err)
		}
	})
}

type history struct {
	*rapid.T
	*school
	outer   *testing.T
	learner string
	percent float64
	version int
}

func (h *history) ctx() context.Context { return context.Background() }

// do performs an action, which may crash; the program then restarts. A refusal
// is not a failure.
func (h *history) do(action func() error) {
	err := action()
	switch {
	case h.Engine.Crashed():
		h.Engine.Revive()
	case err == nil, fault.CodeOf(err) == fault.NotFound, fault.CodeOf(err) == fault.Conflict, fault.CodeOf(err) == fault.InvalidInput:
	default:
		h.Fatal(err)
	}
}

func (h *history) read(r *rapid.T) {
	lesson := rapid.SampledFrom([]string{"empiricism", "artifacts"}).Draw(r, "lesson")
	h.do(func() error { _, err := h.CompleteReading(h.ctx(), h.learner, lesson); return err })
}

func (h *history) tick(*rapid.T) {
	h.do(func() error { _, err := h.CompleteUnit(h.ctx(), h.learner, "basics", "outside"); return err })
}

func (h *history) waive(r *rapid.T) {
	unit := rapid.SampledFrom([]string{"read", "test", "outside", "more"}).Draw(r, "unit")
	h.do(func() error {
		_, err := h.Waive(h.ctx(), h.learner, "basics", course.Waiver{UnitSlug: unit, Reason: course.Equivalent, By: "tom"})
		return err
	})
}

func (h *history) quiz(r *rapid.T) {
	slug := rapid.SampledFrom([]string{"artifacts", "mixed"}).Draw(r, "quiz")
	h.take(r, quiz.StartInput{QuizSlug: slug})
}

func (h *history) practise(r *rapid.T) {
	objective := rapid.SampledFrom([]string{"AA1.2", "BB1.1"}).Draw(r, "objective")
	h.take(r, quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: objective, Questions: 2}})
}

func (h *history) take(r *rapid.T, in quiz.StartInput) {
	seed := rapid.Uint16().Draw(r, "right")
	h.do(func() error {
		_, err := h.Take(h.learner, in, func(slot int) bool { return seed>>slot&1 == 1 })
		return err
	})
}

// leave answers a question of a practice session, and leaves it.
func (h *history) leave(r *rapid.T) {
	right := rapid.Bool().Draw(r, "right")
	h.do(func() error {
		a, err := h.Attempts.Start(h.ctx(), h.learner, quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "AA1", Questions: 3}})
		if err != nil {
			return err
		}
		for i := range a.Slots {
			if a.Slots[i].Response == nil {
				return h.Answer(h.learner, &a, i+1, right)
			}
		}
		return nil
	})
}

func (h *history) edit(r *rapid.T) {
	kind := rapid.IntRange(0, 3).Draw(r, "edit")
	without := rapid.SampledFrom([]string{"", "usable-step", "daily-fifteen", "old-question"}).Draw(r, "without") // some objectives have fewer questions
	h.Shelf.Edit(h.outer, func(c *catalog.Content) {
		c.Questions = slices.DeleteFunc(c.Questions, func(q *catalog.Question) bool { return q.Slug == without })
		course := c.Courses[0]
		switch kind {
		case 0:
			course.Units = append(course.Units, &catalog.Unit{Slug: "more", Title: "More", Kind: catalog.ReadingUnit, LessonSlug: "artifacts", MoveOn: catalog.OnCompleted})
		case 1:
			course.Units = course.Units[:1]
		case 2:
			course.Units[1].Optional = true
		}
	})
}

// check checks what a learner may rely on.
func (h *history) check(r *rapid.T) {
	p, err := h.Course(h.ctx(), h.learner, "basics")
	switch {
	case h.Engine.Crashed():
		h.Engine.Revive()
		return
	case fault.CodeOf(err) == fault.NotFound:
		return
	case err != nil:
		r.Fatal(err)
	}
	if p.Course.Version == h.version && p.Percent < h.percent || p.Percent > 100 {
		r.Fatalf("%g%% after %g%%", p.Percent, h.percent)
	}
	h.percent, h.version = p.Percent, p.Course.Version
}
