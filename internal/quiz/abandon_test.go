package quiz_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

func TestAbandonedAttemptsAreNotGraded(t *testing.T) {
	d := newDesk(t)
	for slug, graded := range map[string]bool{"endless": false, "instant": true} { // DEFERRED, IMMEDIATE
		learner := "ann of " + slug
		a := d.Begin(t, learner, slug)
		if _, err := d.Answer(t.Context(), learner, a.ID, quiz.AnswerInput{Slot: 1, Response: quiztest.Right(d.QuestionIn(t, &a, 1))}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, err := d.Abandon(t.Context(), learner, a.ID)
			if err != nil || got.State != quiz.Abandoned || !got.FinishedAt.Equal(quiztest.Opening) || got.Projected || got.Score() != nil {
				t.Fatalf("%s: %+v, %v", slug, got, err)
			}
			if s := &got.Slots[0]; (s.Mark() != nil) != graded || got.Reviewable(s) {
				t.Errorf("%s: mark %v, reviewable %t", slug, s.Mark(), got.Reviewable(s))
			}
		}
		_, err := d.Submit(t.Context(), learner, a.ID)
		wantCode(t, err, fault.Expired)
		if next := d.Begin(t, learner, slug); next.Number != 2 || next.Resumed {
			t.Errorf("%s: the next is number %d, resumed %t", slug, next.Number, next.Resumed)
		}
	}
}

func TestFinishedAttemptsStayFinished(t *testing.T) {
	d := newDesk(t)
	a := d.Begin(t, "ann", "endless")
	if _, err := d.Submit(t.Context(), "ann", a.ID); err != nil {
		t.Fatal(err)
	}
	got, err := d.Abandon(t.Context(), "ann", a.ID)
	wantCode(t, err, fault.Conflict)
	if fault.ReasonOf(err) != fault.Reason(fault.AttemptEnded) || got.State != quiz.Finished {
		t.Errorf("%s, %s", fault.ReasonOf(err), got.State)
	}
	_, err = d.Abandon(t.Context(), "ben", a.ID)
	wantCode(t, err, fault.NotFound)
}

func TestFiltersOfAttempts(t *testing.T) {
	d := newDesk(t)
	practise := func(p quiz.Practice) {
		t.Helper()
		if _, err := d.Start(t.Context(), "ann", quiz.StartInput{Practice: &p}); err != nil {
			t.Fatal(err)
		}
	}
	d.Begin(t, "ann", "instant")
	d.At(quiztest.Limit)
	practise(quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "BB1", Questions: 1})
	practise(quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: "AA1.1", Questions: 1})
	practise(quiz.Practice{Mode: quiz.PracticeUnseen, Questions: 1})
	later := quiztest.Opening.Add(quiztest.Limit)
	for name, tt := range map[string]struct {
		filter quiz.Filter
		want   int
	}{
		"All":         {quiz.Filter{}, 4},
		"Mode":        {quiz.Filter{Mode: quiz.PracticeTopic}, 2},
		"Topic":       {quiz.Filter{TopicCode: "BB1"}, 1},
		"Objective":   {quiz.Filter{ObjectiveCode: "AA1.1"}, 1},
		"OtherTopic":  {quiz.Filter{TopicCode: "AA1"}, 0},
		"ModeOfTopic": {quiz.Filter{Mode: quiz.PracticeUnseen, TopicCode: "BB1"}, 0},
		"From":        {quiz.Filter{From: &later}, 3},
		"To":          {quiz.Filter{To: &later}, 1},
		"FromOfState": {quiz.Filter{From: &later, State: quiz.InProgress, Mode: quiz.PracticeUnseen}, 1},
	} {
		page, err := d.Of(t.Context(), "ann", tt.filter, 10, "")
		if err != nil || len(page.Attempts) != tt.want {
			t.Errorf("%s: %d attempts, %v, want %d", name, len(page.Attempts), err, tt.want)
		}
		if n, err := d.CountOf(t.Context(), "ann", tt.filter); err != nil || n != tt.want {
			t.Errorf("%s: counted %d, %v, want %d", name, n, err, tt.want)
		}
	}
	_, err := d.Of(t.Context(), "ann", quiz.Filter{TopicCode: "BB1", ObjectiveCode: "AA1.1"}, 10, "")
	wantCode(t, err, fault.InvalidInput)
}

func TestMistakesAndSupplyAgree(t *testing.T) {
	d := newDesk(t)
	a := d.Begin(t, "ann", "instant")
	for slot := 1; slot <= 2; slot++ {
		in := quiztest.Right(d.QuestionIn(t, &a, slot))
		if slot == 2 {
			in = quiztest.Wrong(d.QuestionIn(t, &a, slot))
		}
		if _, err := d.Answer(t.Context(), "ann", a.ID, quiz.AnswerInput{Slot: slot, Response: in}); err != nil {
			t.Fatal(err)
		}
	}
	page, err := d.Mistakes(t.Context(), "ann", catalog.PageRequest{})
	if err != nil || len(page.Items) != 1 || page.Items[0].Question.Slug != a.Slots[1].QuestionSlug || !page.Items[0].SeenAt.Equal(quiztest.Opening) {
		t.Fatalf("mistakes: %+v, %v", page.Items, err)
	}
	supply, err := d.SupplyOf(t.Context(), "ann", "", "")
	if err != nil || *supply != (quiz.Supply{All: 7, Unseen: 4, Mistakes: 1, Weak: 7}) {
		t.Errorf("%+v, %v", supply, err)
	}
	supply, err = d.SupplyOf(t.Context(), "ann", "AA1", "")
	if err != nil || *supply != (quiz.Supply{All: 4, Unseen: 4, Weak: 4}) {
		t.Errorf("of a topic: %+v, %v", supply, err)
	}
	_, err = d.SupplyOf(t.Context(), "ann", "ZZ1", "")
	wantCode(t, err, fault.InvalidInput)
	drawn, err := d.Start(t.Context(), "ann", quiz.StartInput{Practice: &quiz.Practice{Mode: quiz.PracticeMistake, Questions: 10}})
	if err != nil || drawn.Total() != 1 || drawn.Practice.Questions != 1 {
		t.Errorf("drew %d, %v", drawn.Total(), err)
	}
}

func TestFlagged(t *testing.T) {
	d := newDesk(t)
	first, second := d.Begin(t, "ann", "endless"), d.Begin(t, "ann", "beside")
	flag := func(id string, slot int, flagged bool) {
		t.Helper()
		if _, err := d.Flag(t.Context(), "ann", id, quiz.FlagInput{Slot: slot, Flagged: flagged}); err != nil {
			t.Fatal(err)
		}
		d.At(d.Elapsed() + 1e6)
	}
	list := func(page catalog.PageRequest) (slots []int, last *string) {
		t.Helper()
		got, err := d.Flagged(t.Context(), "ann", page)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range got.Items {
			slots, last = append(slots, f.Slot), &got.Cursors[i]
			if id, ok := quiz.ParseID("ann", f.AttemptID); !ok || id != first.ID && id != second.ID || f.Question() == nil {
				t.Errorf("%+v", f)
			}
		}
		return slots, last
	}
	flag(first.ID, 2, true)
	flag(first.ID, 1, true)
	flag(second.ID, 3, true)
	two := 2
	if got, last := list(catalog.PageRequest{First: &two}); len(got) != 2 || got[0] != 3 || got[1] != 1 {
		t.Errorf("the first two: %v", got)
	} else if got, _ := list(catalog.PageRequest{After: last}); len(got) != 1 || got[0] != 2 {
		t.Errorf("behind them: %v", got)
	}
	flag(second.ID, 3, false)
	if got, _ := list(catalog.PageRequest{}); len(got) != 2 || got[0] != 1 {
		t.Errorf("after removing a flag: %v", got)
	}
}
