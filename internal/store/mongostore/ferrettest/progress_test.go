package ferrettest_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
	"github.com/scrumkb/scrumkb/internal/store/mongostore/ferrettest"
)

// TestProgress has a learner complete a course, rebuilds the learner's
// progress, and has an account adopt it.
func TestProgress(t *testing.T) {
	ctx := t.Context()
	d := newDesk(t, openAt(t, ferrettest.Start(t)))
	tracker := d.records.Tracker
	if _, err := tracker.Enroll(ctx, learner, "basics"); err != nil {
		t.Fatal(err)
	}
	if _, err := tracker.CompleteReading(ctx, learner, "empiricism"); err != nil {
		t.Fatal(err)
	}
	for _, answer := range []func(*catalog.Question) quiz.ResponseInput{quiztest.Wrong, quiztest.Right} {
		d.take(t, "artifacts", answer)
	}
	p, err := tracker.Course(ctx, learner, "basics")
	if err != nil || p.State != course.Completed || p.Percent != 100 {
		t.Errorf("%+v, %v", p, err)
	}
	if c, err := tracker.CertificateFor(ctx, p); err != nil || c == nil {
		t.Errorf("certificate: %v, %v", c, err)
	}
	if q, err := tracker.Reviews(ctx, learner); err != nil || q.NextDueAt == nil {
		t.Errorf("reviews: %+v, %v", q, err)
	}
	if differences, err := tracker.Rebuild(ctx, learner); err != nil || len(differences) > 0 {
		t.Errorf("rebuild: %v, %v", differences, err)
	}

	const account = "somebody"
	for range 2 {
		if _, err := d.records.Adoptions.Adopt(ctx, account, learner); err != nil {
			t.Fatal(err)
		}
	}
	adopted, err := tracker.Course(ctx, account, "basics")
	if err != nil || adopted.State != course.Completed {
		t.Errorf("adopted: %+v, %v", adopted, err)
	}
	if c, err := tracker.CertificateFor(ctx, adopted); err != nil || c == nil {
		t.Errorf("adopted certificate: %v, %v", c, err)
	}
	if differences, err := tracker.Rebuild(ctx, account); err != nil || len(differences) > 0 {
		t.Errorf("rebuild after adoption: %v, %v", differences, err)
	}
	if _, err := tracker.Course(ctx, learner, "basics"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the guest's course: %v", err)
	}
}

// take takes and submits a quiz.
func (d *desk) take(t *testing.T, slug string, answer func(*catalog.Question) quiz.ResponseInput) {
	t.Helper()
	ctx := t.Context()
	a, err := d.attempts.Start(ctx, learner, quiz.StartInput{QuizSlug: slug})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Slots {
		q, err := d.attempts.Question(ctx, &a.Slots[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.attempts.Answer(ctx, learner, a.ID, quiz.AnswerInput{Slot: i + 1, Response: answer(q)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.attempts.Submit(ctx, learner, a.ID); err != nil {
		t.Fatal(err)
	}
}
