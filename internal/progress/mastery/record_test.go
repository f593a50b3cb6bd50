package mastery_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/progress/mastery"
)

const (
	notStarted = mastery.NotStarted
	attempted  = mastery.Attempted
	familiar   = mastery.Familiar
	proficient = mastery.Proficient
	mastered   = mastery.Mastered
)

var levels = []mastery.Level{notStarted, attempted, familiar, proficient, mastered}

func TestPoints(t *testing.T) {
	for i, want := range []int{0, 0, 50, 80, 100} {
		if got := levels[i].Points(); got != want {
			t.Errorf("%s = %d points, want %d", levels[i], got, want)
		}
	}
}

func recordOf(entries ...mastery.Entry) *mastery.Record {
	o := &mastery.Record{}
	for i := range entries {
		o.Put(entries[i].Ref, &entries[i])
	}
	return o
}

// mixed is an attempt in which the objective was one of several, the given
// days after the first. Its ref contains the days. It is older than the fields
// that decide what counts.
func mixed(day, right, wrong, partial int) mastery.Entry {
	return mastery.Entry{
		Ref: fmt.Sprintf("attempt/%d", day), At: after(day, 0), Percent: 100 * float64(right) / float64(max(right+wrong+partial, 1)),
		Right: right, Wrong: wrong, Partial: partial,
	}
}

func practised(day int, percent float64) mastery.Entry {
	return mastery.Entry{Ref: fmt.Sprintf("attempt/%d", day), At: after(day, 0), Practice: true, Percent: percent, Right: 1, Wrong: 1}
}

// upTo returns entries that lead to the level.
func upTo(l mastery.Level) []mastery.Entry {
	return map[mastery.Level][]mastery.Entry{
		notStarted: nil,
		attempted:  {mixed(1, 0, 1, 0)},
		familiar:   {mixed(1, 1, 0, 0)},
		proficient: {mixed(1, 1, 0, 0), mixed(2, 1, 0, 0)},
		mastered:   {mixed(1, 1, 0, 0), mixed(2, 1, 0, 0), mixed(3, 1, 0, 0)},
	}[l]
}

// TestOutcomesOfEarlierAttempts: attempts older than the fields that decide
// what counts keep their effect.
func TestOutcomesOfEarlierAttempts(t *testing.T) {
	// From NOT_STARTED, ATTEMPTED, FAMILIAR, PROFICIENT and MASTERED.
	tests := map[string]struct {
		entry mastery.Entry
		want  [5]mastery.Level
	}{
		"PractisedAt0":        {practised(9, 0), [5]mastery.Level{attempted, attempted, familiar, proficient, mastered}},
		"PractisedBelow70":    {practised(9, 69.99), [5]mastery.Level{attempted, attempted, familiar, proficient, mastered}},
		"PractisedAt70":       {practised(9, 70), [5]mastery.Level{familiar, familiar, familiar, proficient, mastered}},
		"PractisedBelow100":   {practised(9, 99.99), [5]mastery.Level{familiar, familiar, familiar, proficient, mastered}},
		"PractisedAt100":      {practised(9, 100), [5]mastery.Level{proficient, proficient, proficient, proficient, mastered}},
		"Right":               {mixed(9, 1, 0, 0), [5]mastery.Level{familiar, familiar, proficient, mastered, mastered}},
		"ManyRightAreOneStep": {mixed(9, 9, 0, 0), [5]mastery.Level{familiar, familiar, proficient, mastered, mastered}},
		"MostlyRight":         {mixed(9, 2, 1, 0), [5]mastery.Level{familiar, familiar, proficient, mastered, mastered}},
		"Wrong":               {mixed(9, 0, 1, 0), [5]mastery.Level{attempted, attempted, attempted, familiar, proficient}},
		"ManyWrongAreOneStep": {mixed(9, 0, 9, 0), [5]mastery.Level{attempted, attempted, attempted, familiar, proficient}},
		"MostlyWrong":         {mixed(9, 1, 2, 0), [5]mastery.Level{attempted, attempted, attempted, familiar, proficient}},
		"Tie":                 {mixed(9, 2, 2, 0), [5]mastery.Level(levels)},
		"PartlyRight":         {mixed(9, 0, 0, 3), [5]mastery.Level(levels)},
		"HalfRightHalfPartly": {mixed(9, 1, 0, 1), [5]mastery.Level(levels)},
		"RightPartlyWrong":    {mixed(9, 1, 1, 1), [5]mastery.Level(levels)},
		"MostRightSomePartly": {mixed(9, 3, 1, 1), [5]mastery.Level{familiar, familiar, proficient, mastered, mastered}},
		"NothingAnswered":     {mixed(9, 0, 0, 0), [5]mastery.Level(levels)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for i, from := range levels {
				o := recordOf(append(upTo(from), tt.entry)...)
				if o.Level != tt.want[i] {
					t.Errorf("from %s to %s, want %s", from, o.Level, tt.want[i])
				}
				if step := lastStep(o, tt.entry.Ref); from == tt.want[i] && step != nil || from != tt.want[i] && (step == nil || step.From != from || step.To != tt.want[i] || step.Reason.Text == "") {
					t.Errorf("from %s: step %+v", from, step)
				}
			}
		})
	}
}

func lastStep(o *mastery.Record, ref string) *mastery.Step {
	if n := len(o.Steps); n > 0 && o.Steps[n-1].Ref == ref {
		return &o.Steps[n-1]
	}
	return nil
}

func TestStepsHaveReasons(t *testing.T) {
	o := recordOf(mixed(1, 2, 0, 0), mixed(2, 1, 1, 0), mixed(3, 3, 1, 0), practised(4, 80), mixed(5, 0, 1, 0), practised(6, 100), mixed(7, 0, 0, 0))
	want := []mastery.Step{
		{At: after(1, 0), Ref: "attempt/1", From: notStarted, To: familiar, Reason: mastery.Reason{Code: mastery.MostlyRight, Count: 2, Of: 2, Text: "You got all of the last 2 questions on this objective right, in quizzes or mixed practice."}},
		{At: after(3, 0), Ref: "attempt/3", From: familiar, To: proficient, Reason: mastery.Reason{Code: mastery.MostlyRight, Count: 3, Of: 4, Text: "You got 3 of the last 4 questions on this objective right, in quizzes or mixed practice."}},
		{At: after(5, 0), Ref: "attempt/5", From: proficient, To: familiar, Reason: mastery.Reason{Code: mastery.MostlyWrong, Count: 1, Of: 1, Text: "You got the last question on this objective wrong, in quizzes or mixed practice."}},
		{At: after(6, 0), Ref: "attempt/6", From: familiar, To: proficient, Reason: mastery.Reason{Code: mastery.PractisedAll, Count: 1, Of: 2, Text: "You practised this objective and got everything right."}},
	}
	if diff := cmp.Diff(want, o.Steps); diff != "" {
		t.Error(diff)
	}
	if o.Answered != 13 || o.Right != 8 || !o.LastAnsweredAt.Equal(after(6, 0)) || !o.LevelAt.Equal(after(6, 0)) {
		t.Errorf("%d answered, %d right, last at %s, level since %s", o.Answered, o.Right, o.LastAnsweredAt, o.LevelAt)
	}
}

func anyObjectiveEntries() *rapid.Generator[[]mastery.Entry] {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) mastery.Entry {
		e := mixed(0, rapid.IntRange(0, 3).Draw(t, "right"), rapid.IntRange(0, 3).Draw(t, "wrong"), rapid.IntRange(0, 2).Draw(t, "partial"))
		e.Practice = rapid.Bool().Draw(t, "practice")
		if e.Of = rapid.IntRange(0, 3).Draw(t, "of"); e.Of > 0 {
			e.Counted = rapid.SliceOfN(rapid.Custom(anyAnswer), 0, 4).Draw(t, "counted")
		}
		e.Ref = fmt.Sprintf("attempt/%d", rapid.IntRange(1, 12).Draw(t, "ref"))
		e.At = after(rapid.IntRange(0, 9).Draw(t, "day"), 0)
		return e
	}), 0, 10, func(e mastery.Entry) string { return e.Ref })
}

func anyAnswer(t *rapid.T) mastery.Answer {
	return mastery.Answer{
		Question: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "question"),
		Outcome:  rapid.SampledFrom([]mastery.Outcome{mastery.Right, mastery.Wrong, mastery.Partial, mastery.LeftOut}).Draw(t, "outcome"),
	}
}

func TestObjectiveDoesNotDependOnOrderOfPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := anyObjectiveEntries().Draw(t, "entries")
		want := recordOf(entries...)
		got := recordOf(rapid.Permutation(entries).Draw(t, "order")...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		for i := range entries {
			if got.Put(entries[i].Ref, &entries[i]) {
				t.Fatalf("putting %+v again changed something", entries[i])
			}
		}
		for i := range entries {
			got.Put(entries[i].Ref, nil)
		}
		if len(entries) > 0 && (got.Level != notStarted || got.LevelAt != nil || got.Steps != nil || got.Answered != 0 || got.LastAnsweredAt != nil) {
			t.Fatalf("left without entries: %+v", got)
		}
	})
}

func TestStepsLeadFromNothingToTheLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := recordOf(anyObjectiveEntries().Draw(t, "entries")...)
		level, at := notStarted, time.Time{}
		for _, s := range o.Steps {
			if s.From != level || s.To == level || s.At.Before(at) {
				t.Fatalf("from %s at %s: %+v", level, at, s)
			}
			level, at = s.To, s.At
		}
		if len(o.Entries) > 0 && o.Level != level {
			t.Fatalf("level %s, but the steps lead to %s", o.Level, level)
		}
	})
}
