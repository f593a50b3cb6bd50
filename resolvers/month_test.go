package resolvers_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

// diary is what a learner does over the weeks, and what they are told to do
// next at the end of each day.
type diary struct {
	*school
	pages strings.Builder
	today int
}

// day goes to noon of a day, counted from 0, does something on it, and writes
// down what the learner is told then.
func (d *diary) day(t *testing.T, day int, what string, do func()) {
	t.Helper()
	d.pass(time.Duration(day-d.today) * 24 * time.Hour)
	d.today = day
	fmt.Fprintf(&d.pages, "Day %d. %s\n", day, what)
	if do != nil {
		do()
	}
	got := d.ask(t, learner, `{ viewer { nextSteps(first: 20) { kind reason { code text } } } }`, nil).ok(t)
	steps, _ := got.at("viewer.nextSteps").([]any)
	for _, step := range steps {
		fmt.Fprintf(&d.pages, "  %-20s %-22s %s\n", dig(step, "kind"), dig(step, "reason.code"), dig(step, "reason.text"))
	}
	d.pages.WriteString("\n")
}

func (d *diary) do(t *testing.T, mutation string) {
	t.Helper()
	d.ask(t, learner, "mutation { "+mutation+" }", nil).ok(t)
}

// take answers an attempt, wrong in its first slots.
func (d *diary) take(t *testing.T, what string, wrong int) {
	t.Helper()
	who := people[learner].subject
	id, ok := quiz.ParseID(who, d.begin(t, learner, what))
	if !ok {
		t.Fatal("what was begun has no id")
	}
	a, err := d.attempts.Get(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Slots {
		q, err := d.attempts.Question(t.Context(), &a.Slots[i])
		if err != nil {
			t.Fatal(err)
		}
		answer := quiztest.Right
		if i < wrong {
			answer = quiztest.Wrong
		}
		if _, err := d.attempts.Answer(t.Context(), who, id, quiz.AnswerInput{Slot: i + 1, Response: answer(q)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.attempts.Submit(t.Context(), who, id); err != nil {
		t.Fatal(err)
	}
}

// TestALearnersMonth plays a learner's way through a course, to the
// certification and to its renewal. What they are told on each day is compared
// with testdata/month.txt, which is there to be read.
func TestALearnersMonth(t *testing.T) {
	t.Parallel()
	d := &diary{school: newSchool(t, catalogtest.Library(t), schoolOptions{})}
	content := catalogtest.Content(t)
	d.day(t, 0, "Signs in for the first time.", nil)
	d.day(t, 0, "Enrols, and reads the first lesson.", func() {
		d.do(t, `enroll(input: { course: "basics" }) { progress { state } }`)
		d.do(t, `completeReading(input: { lesson: "empiricism" }) { progress { state } }`)
	})
	d.day(t, 1, "Begins the quiz and leaves it.", func() { d.begin(t, learner, `quiz: "artifacts"`) })
	d.day(t, 2, "Finishes it, and fails.", func() { d.take(t, `quiz: "artifacts"`, 2) })
	d.day(t, 3, "Practises the weak objective.", func() { d.take(t, `practice: { mode: TOPIC, objective: "BB1.1", questions: 3 }`, 0) })
	d.day(t, 4, "Tries the quiz again, and passes.", func() { d.take(t, `quiz: "artifacts"`, 0) })
	d.day(t, 5, "Gives a name.", func() { d.do(t, `updateProfile(input: { name: "Anna Álvarez" }) { viewer { id } }`) })
	d.day(t, 8, "Reviews what is due.", func() { d.take(t, `practice: { mode: DUE_REVIEW, questions: 10 }`, 0) })
	d.day(t, 10, "Attends the training, and ticks it in the course.", func() {
		d.do(t, `completeUnit(input: { course: "basics", unit: "outside" }) { progress { state } }`)
	})
	d.day(t, 12, "Accepts the agreement.", func() {
		d.do(t, `completeCertificationStep(input: { certification: "cspo", step: "accept" }) { journey { state } }`)
	})
	d.day(t, 12, "Records the certification.", func() {
		d.do(t, `recordCertificationEarned(input: { certification: "cspo", earnedOn: "2026-12-06" }) { journey { state } }`)
	})
	for day := 14; day < 30; day += 5 {
		d.day(t, day, "Practises every objective.", func() {
			for _, topic := range content.Topics {
				for _, o := range topic.Objectives {
					d.take(t, fmt.Sprintf("practice: { mode: TOPIC, objective: %q, questions: 4 }", o.Code), 0)
				}
			}
		})
	}
	d.day(t, 30, "Starts the simulation.", func() { d.begin(t, learner, `quiz: "mixed"`) })
	d.day(t, 30, "Submits it at once.", func() { d.take(t, `quiz: "mixed"`, 4) })
	d.day(t, 365, "Comes back after a year.", nil)
	d.day(t, 660, "Comes back when the renewal is due.", nil)
	d.day(t, 750, "Has let it expire.", nil)

	const golden = "testdata/month.txt"
	got := []byte(d.pages.String())
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("the month went otherwise (-update writes %s):\n%s", golden, got)
	}
}
