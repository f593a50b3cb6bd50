package quiz_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

func slugsOf(drawn []quiz.Drawn) []string {
	var slugs []string
	for _, d := range drawn {
		slugs = append(slugs, d.Question.Slug)
	}
	return slugs
}

func current(t testing.TB) *catalog.Snapshot {
	t.Helper()
	snapshot, err := quiztest.NewShelf(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func TestDrawsAreRepeatableAndComplete(t *testing.T) {
	snapshot := current(t)
	history := quiz.History{"pillars": {At: quiztest.Opening}, "broken-plan": {At: quiztest.Opening.Add(-time.Hour), Mark: &quiz.Mark{Numerator: 1, Denominator: 2}}}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		n := rapid.IntRange(1, 7).Draw(t, "n")
		quizzes := snapshot.Quizzes()
		draws := map[string]func() ([]quiz.Drawn, error){
			"quiz": func() ([]quiz.Drawn, error) { return quiz.DrawQuiz(snapshot, quizzes[n%len(quizzes)], nil, seed) },
			"unseen": func() ([]quiz.Drawn, error) {
				return quiz.DrawPractice(snapshot, quiz.Practice{Mode: quiz.PracticeUnseen, Questions: n}, quiz.Past{History: history}, nil, seed)
			},
			"exam": func() ([]quiz.Drawn, error) {
				return quiz.DrawPractice(snapshot, quiz.Practice{Mode: quiz.PracticeExam, Questions: n}, quiz.Past{History: history}, nil, seed)
			},
		}
		for name, draw := range draws {
			first, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			again, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(slugsOf(first), slugsOf(again)); diff != "" {
				t.Fatalf("%s: the same seed gives a different draw:\n%s", name, diff)
			}
			if want := map[string]int{"quiz": quizzes[n%len(quizzes)].QuestionCount(), "unseen": n, "exam": n}[name]; len(first) != want {
				t.Fatalf("%s: %d questions, want %d", name, len(first), want)
			}
			seen := map[string]bool{}
			for i, d := range first {
				if seen[d.Question.Slug] {
					t.Fatalf("%s: %s is drawn twice", name, d.Question.Slug)
				}
				seen[d.Question.Slug] = true
				if !slices.Equal(d.OptionOrder, again[i].OptionOrder) || d.Reason != again[i].Reason {
					t.Fatalf("%s: %s has different options or reasons", name, d.Question.Slug)
				}
				if d.Reason.Code == "" || d.Reason.Text == "" {
					t.Fatalf("%s: no reason for %s", name, d.Question.Slug)
				}
				checkOptionOrder(t, d)
			}
		}
	})
}

func checkOptionOrder(t *rapid.T, d quiz.Drawn) {
	var keys []string
	for i, o := range d.Question.Options {
		keys = append(keys, o.Key)
		if o.Fixed && d.OptionOrder[i] != o.Key {
			t.Fatalf("%s: the fixed option %s is not in its place: %v", d.Question.Slug, o.Key, d.OptionOrder)
		}
	}
	if !slices.Equal(slices.Sorted(slices.Values(keys)), slices.Sorted(slices.Values(d.OptionOrder))) {
		t.Fatalf("%s: options %v drawn as %v", d.Question.Slug, keys, d.OptionOrder)
	}
}

func TestSeedsDiffer(t *testing.T) {
	snapshot := current(t)
	orders, firsts := map[string]bool{}, map[string]bool{}
	for seed := range uint64(200) {
		drawn, err := quiz.DrawQuiz(snapshot, snapshot.Quiz("artifacts"), nil, seed)
		if err != nil {
			t.Fatal(err)
		}
		orders[strings.Join(slugsOf(drawn), " ")] = true
		for _, d := range drawn {
			if d.Question.Slug == "event-order" {
				firsts[strings.Join(d.OptionOrder, "")] = true
			}
		}
	}
	if len(orders) != 6 || len(firsts) != 6 {
		t.Errorf("three items came in %d and %d of 6 orders", len(orders), len(firsts))
	}
}

func TestDrawByWeight(t *testing.T) {
	snapshot := current(t)
	for seed := range uint64(20) {
		drawn, err := quiz.DrawQuiz(snapshot, snapshot.Quiz("mixed"), nil, seed)
		if err != nil {
			t.Fatal(err)
		}
		theory := 0
		for _, d := range drawn {
			if d.Question.Objective().Topic().Code == "AA1" {
				theory++
			}
		}
		if theory != 3 {
			t.Errorf("seed %d: %d of 4 questions of the topic with weight 3 of 4", seed, theory)
		}
	}
}

func TestSectionInOrder(t *testing.T) {
	snapshot := current(t)
	drawn, err := quiz.DrawQuiz(snapshot, snapshot.Quiz("auto"), nil, 5)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"commitments", "event-order", "usable-step"}, slugsOf(drawn)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSectionsShareNoQuestion(t *testing.T) {
	snapshot := current(t)
	two := &catalog.Quiz{Sections: []*catalog.Section{{Title: "One", Pick: 3}, {Title: "Two", Pick: 4}}}
	for seed := range uint64(20) {
		drawn, err := quiz.DrawQuiz(snapshot, two, nil, seed)
		if err != nil {
			t.Fatal(err)
		}
		slugs := slices.Sorted(slices.Values(slugsOf(drawn)))
		if len(slices.Compact(slugs)) != 7 {
			t.Errorf("seed %d: %v", seed, slugs)
		}
		if got, want := drawn[3].Reason.Text, "Drawn for the section “Two”."; got != want {
			t.Errorf("reason = %q, want %q", got, want)
		}
	}
}

func TestDrawPractice(t *testing.T) {
	snapshot := current(t)
	ago := func(days int) time.Time { return quiztest.Opening.AddDate(0, 0, -days) }
	history := quiz.History{
		"pillars":         {At: ago(3), Mark: &quiz.Mark{Numerator: 1, Denominator: 2}},
		"planning-length": {At: ago(2), Mark: &quiz.Mark{Denominator: 1}},
		"daily-fifteen":   {At: ago(1), Mark: &quiz.Mark{Numerator: 1, Denominator: 1}},
		"broken-plan":     {At: ago(4)},
	}
	tests := map[string]struct {
		practice quiz.Practice
		want     []string // sorted, with reasons
		field    string   // of the refusal
	}{
		"Topic":           {quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "BB1", Questions: 3}, []string{"commitments TOPIC", "event-order TOPIC", "usable-step TOPIC"}, ""},
		"Objective":       {quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: "AA1.1", Questions: 1}, []string{"pillars TOPIC"}, ""},
		"Unseen":          {quiz.Practice{Mode: quiz.PracticeUnseen, Questions: 3}, []string{"commitments UNSEEN", "event-order UNSEEN", "usable-step UNSEEN"}, ""},
		"ThenLeastRecent": {quiz.Practice{Mode: quiz.PracticeUnseen, TopicCode: "AA1", Questions: 2}, []string{"broken-plan LEAST_RECENT", "pillars LEAST_RECENT"}, ""},
		"UnseenOfTopic":   {quiz.Practice{Mode: quiz.PracticeUnseen, TopicCode: "BB1", Questions: 3}, []string{"commitments UNSEEN", "event-order UNSEEN", "usable-step UNSEEN"}, ""},
		"Mistakes":        {quiz.Practice{Mode: quiz.PracticeMistake, Questions: 2}, []string{"pillars MISTAKE", "planning-length MISTAKE"}, ""},
		"OldestMistake":   {quiz.Practice{Mode: quiz.PracticeMistake, Questions: 1}, []string{"pillars MISTAKE"}, ""},
		"MistakesOfOther": {quiz.Practice{Mode: quiz.PracticeMistake, TopicCode: "BB1", Questions: 1}, nil, "practice.mode"},
		"FewMistakes":     {quiz.Practice{Mode: quiz.PracticeMistake, Questions: 3}, []string{"pillars MISTAKE", "planning-length MISTAKE"}, ""},
		"FewOfTopic":      {quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "BB1", Questions: 4}, []string{"commitments TOPIC", "event-order TOPIC", "usable-step TOPIC"}, ""},
		"ExamOfAll": {quiz.Practice{Mode: quiz.PracticeExam, Questions: 8}, []string{
			"broken-plan EXAM_WEIGHT", "commitments EXAM_WEIGHT", "daily-fifteen EXAM_WEIGHT", "event-order EXAM_WEIGHT", "pillars EXAM_WEIGHT", "planning-length EXAM_WEIGHT", "usable-step EXAM_WEIGHT",
		}, ""},
		"None":             {quiz.Practice{Mode: quiz.PracticeUnseen}, nil, "practice.questions"},
		"TooMany":          {quiz.Practice{Mode: quiz.PracticeUnseen, Questions: 101}, nil, "practice.questions"},
		"TopicWithout":     {quiz.Practice{Mode: quiz.PracticeTopic, Questions: 1}, nil, "practice.topic"},
		"UnknownTopic":     {quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "ZZ9", Questions: 1}, nil, "practice.topic"},
		"UnknownObjective": {quiz.Practice{Mode: quiz.PracticeTopic, ObjectiveCode: "ZZ9.1", Questions: 1}, nil, "practice.objective"},
		"Both":             {quiz.Practice{Mode: quiz.PracticeTopic, TopicCode: "BB1", ObjectiveCode: "BB1.1", Questions: 1}, nil, "practice.objective"},
		"ExamOfTopic":      {quiz.Practice{Mode: quiz.PracticeExam, TopicCode: "BB1", Questions: 1}, nil, "practice.mode"},
		"UnknownMode":      {quiz.Practice{Mode: "GUESSING", Questions: 1}, nil, "practice.mode"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			drawn, err := quiz.DrawPractice(snapshot, tt.practice, quiz.Past{History: history}, nil, 7)
			if tt.field != "" {
				wantCode(t, err, fault.InvalidInput)
				if got := err.(*fault.Error).Field; got != tt.field { //nolint:errorlint // wantCode saw it
					t.Errorf("field = %s, want %s", got, tt.field)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range drawn {
				got = append(got, fmt.Sprintf("%s %s", d.Question.Slug, d.Reason.Code))
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
