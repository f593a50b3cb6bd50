package mastery_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/progress/mastery"
)

// counted is an attempt on a day. Each word is a question followed by its
// outcome: + right, - wrong, ~ partly right, ? skipped.
func counted(day, of int, answers string) mastery.Entry {
	e := mastery.Entry{Ref: fmt.Sprintf("attempt/%d", day), At: after(day, 0), Of: of}
	outcomes := map[byte]mastery.Outcome{'+': mastery.Right, '-': mastery.Wrong, '~': mastery.Partial, '?': mastery.LeftOut}
	for _, word := range strings.Fields(answers) {
		question, outcome := word[:len(word)-1], outcomes[word[len(word)-1]]
		e.Counted = append(e.Counted, mastery.Answer{Question: question, Outcome: outcome})
		switch outcome {
		case mastery.Right:
			e.Right++
		case mastery.Wrong:
			e.Wrong++
		case mastery.Partial:
			e.Partial++
		case mastery.LeftOut:
		}
	}
	return e
}

func practisedAll(day, of int, answers string, percent float64) mastery.Entry {
	e := counted(day, of, answers)
	e.Practice, e.Percent = true, percent
	return e
}

// TestLevelsAfterEachAttempt lists the level after each attempt, with ten
// questions on the objective unless stated otherwise.
func TestLevelsAfterEachAttempt(t *testing.T) {
	type attempts []mastery.Entry
	mixedOf := func(of int, answers ...string) attempts {
		entries := attempts{}
		for i, a := range answers {
			entries = append(entries, counted(i, of, a))
		}
		return entries
	}
	tests := map[string]struct {
		attempts attempts
		want     []mastery.Level
	}{
		"Vectors":                     {mixedOf(5, "a+", "b+", "c-", "d+", "e-"), []mastery.Level{attempted, familiar, familiar, familiar, attempted}},
		"SameQuestionTwiceIsNotBroad": {mixedOf(10, "a+", "a+", "b+"), []mastery.Level{attempted, attempted, familiar}},
		"TheOnlyQuestionIsEnough":     {mixedOf(1, "a+", "a+", "a+"), []mastery.Level{familiar, proficient, mastered}},
		"OneStepPerAttempt":           {mixedOf(10, "a+ b+ c+ d+ e+ f+"), []mastery.Level{familiar}},
		"DecisiveAnswersAreUsedUp":    {mixedOf(10, "a+ b+ c+ d+", "e- f-"), []mastery.Level{familiar, attempted}},
		"TwoWrongAtOnce":              {mixedOf(10, "a- b-"), []mastery.Level{attempted}},
		"PartlyRightIsNeither":        {mixedOf(10, "a+ b~", "c~", "d- e-", "f- g-"), []mastery.Level{attempted, attempted, attempted, attempted}},
		"SkippedIsNotRight":           {mixedOf(10, "a+ b? c?", "d+", "e+ f+"), []mastery.Level{attempted, attempted, familiar}},
		"SkippedIsNotWrong":           {mixedOf(10, "a+ b+", "c- d? e?"), []mastery.Level{familiar, familiar}},
		"OnlySkipped":                 {mixedOf(10, "a? b? c?"), []mastery.Level{notStarted}},
		"NoAnswerCounts":              {mixedOf(10, "", ""), []mastery.Level{notStarted, notStarted}},
		"MasteredTakesSixtyPercent": {
			mixedOf(10, "a+ b+", "c+ d+", "a+ b+", "a+ e+", "f+ g-", "a+ b+"),
			[]mastery.Level{familiar, proficient, proficient, proficient, proficient, mastered},
		},
		"SixtyPercentOfTheMaximum": {
			attempts{counted(0, 10, "a+ b+"), counted(1, 10, "c+ d+"), counted(2, 5, "a+ b+"), counted(3, 5, "e+ f+")},
			[]mastery.Level{familiar, proficient, proficient, mastered},
		},
		"PracticeFromSeventy":          {attempts{practisedAll(0, 10, "a+ b+ c+ d-", 75)}, []mastery.Level{familiar}},
		"PracticeWithEverythingRight":  {attempts{practisedAll(0, 10, "a+ b+ c+", 100)}, []mastery.Level{proficient}},
		"PracticeOfTwoOfTenIsTooShort": {attempts{practisedAll(0, 10, "a+ b+", 100)}, []mastery.Level{attempted}},
		"PracticeWithOneSkipped":       {attempts{practisedAll(0, 10, "a+ b+ c?", 66.7)}, []mastery.Level{attempted}},
		"PracticeOfAllTwo":             {attempts{practisedAll(0, 2, "a+ b+", 100)}, []mastery.Level{proficient}},
		"PracticeNeverLowers":          {attempts{practisedAll(0, 10, "a+ b+ c+", 100), practisedAll(1, 10, "a- b- c-", 0)}, []mastery.Level{proficient, proficient}},
		"PracticeBeginsBreadth": {
			attempts{practisedAll(0, 5, "a+ b+ c+", 100), counted(1, 5, "a+ b+")},
			[]mastery.Level{proficient, mastered},
		},
		"PracticeIsNotEvidence":     {attempts{practisedAll(0, 10, "a+ b+", 100), counted(1, 10, "c+")}, []mastery.Level{attempted, attempted}},
		"EarlierAttemptsStillCount": {attempts{mixed(0, 1, 0, 0), mixed(1, 1, 0, 0), counted(2, 5, "a+ b+"), counted(3, 5, "c+ d+")}, []mastery.Level{familiar, proficient, proficient, mastered}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := &mastery.Record{Level: notStarted}
			got := []mastery.Level{}
			for i := range tt.attempts {
				o.Put(tt.attempts[i].Ref, &tt.attempts[i])
				got = append(got, o.Level)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReasons(t *testing.T) {
	o := recordOf(counted(1, 10, "a+"), counted(2, 10, "b+ c-"), counted(3, 10, "d- e-"), practisedAll(4, 10, "a+ b+ c+ d-", 75), practisedAll(5, 10, "a+ b+ c+", 100))
	var got []mastery.Reason
	for _, s := range o.Steps {
		got = append(got, s.Reason)
	}
	want := []mastery.Reason{
		{Code: mastery.FirstAnswer, Text: "You answered a question on this objective for the first time."},
		{Code: mastery.MostlyRight, Count: 2, Of: 3, Text: "You got 2 of the last 3 questions on this objective right, in quizzes or mixed practice."},
		{Code: mastery.MostlyWrong, Count: 2, Of: 2, Text: "You got all of the last 2 questions on this objective wrong, in quizzes or mixed practice."},
		{Code: mastery.PractisedFrom70, Count: 3, Of: 4, Text: "You practised this objective and scored 70% or more."},
		{Code: mastery.PractisedAll, Count: 3, Of: 3, Text: "You practised this objective and got everything right."},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAttemptMovesALevelAtMostOneStep(t *testing.T) {
	rank := map[mastery.Level]int{notStarted: 0, attempted: 1, familiar: 2, proficient: 3, mastered: 4}
	rapid.Check(t, func(t *rapid.T) {
		o := recordOf(anyObjectiveEntries().Draw(t, "entries")...)
		byRef := map[string]mastery.Entry{}
		for _, e := range o.Entries {
			byRef[e.Ref] = e
		}
		seen := map[string]bool{}
		for _, s := range o.Steps {
			e := byRef[s.Ref]
			d := rank[s.To] - rank[s.From]
			if seen[s.Ref] || !e.Practice && (d < -1 || d > 1) && s.From != notStarted || e.Practice && d < 0 {
				t.Fatalf("%+v by %+v", s, e)
			}
			seen[s.Ref] = true
		}
	})
}
