package quiz_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// marked returns a slot with the mark num/den.
func marked(topic, objective string, num, den int64) quiz.Slot {
	return quiz.Slot{TopicCode: topic, ObjectiveCode: objective, Graded: &quiz.Mark{Numerator: num, Denominator: den}}
}

func finished(passPercent int, slots ...quiz.Slot) *quiz.Attempt {
	return &quiz.Attempt{State: quiz.Finished, Rules: quiz.Rules{PassPercent: passPercent}, Slots: slots}
}

// shares formats a score and its parts as displayed.
func shares(s *quiz.Score) []string {
	say := func(what string, s quiz.Share) string {
		return fmt.Sprintf("%s %v/%v %v%%", what, s.Marks(), s.MaxMarks(), s.Percent())
	}
	got := []string{say(fmt.Sprint(s.Passed), s.Share)}
	for _, p := range append(s.ByTopic, s.ByObjective...) {
		got = append(got, say(p.Code, p.Share))
	}
	return got
}

func TestScore(t *testing.T) {
	a := finished(75, marked("B", "B.1", 1, 1), marked("A", "A.2", 1, 2), marked("A", "A.1", 1, 1), marked("A", "A.2", 1, 2))
	want := []string{"true 3/4 75%", "A 2/3 66.66%", "B 1/1 100%", "A.1 1/1 100%", "A.2 1/2 50%", "B.1 1/1 100%"}
	if diff := cmp.Diff(want, shares(a.Score())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	a.Rules.PassPercent = 76
	if a.Score().Passed {
		t.Error("75% passes at 76%")
	}
	for _, state := range []quiz.AttemptState{quiz.InProgress, quiz.Overdue, quiz.Abandoned} {
		a.State = state
		if a.Score() != nil {
			t.Errorf("a score while %s", state)
		}
	}
}

func TestShownNumbers(t *testing.T) {
	for name, tt := range map[string]struct {
		num, den, slots int64 // the one slot with a mark, and the number of slots
		passPercent     int
		want            string
	}{
		"Third":        {1, 3, 1, 33, "true 0.3333/1 33.33%"},
		"TwoThirds":    {2, 3, 1, 67, "false 0.6667/1 66.66%"},
		"HalfRoundsUp": {1, 32, 1, 3, "true 0.0313/1 3.12%"}, // 0.03125
		"JustBelow":    {339, 400, 1, 85, "false 0.8475/1 84.75%"},
		"AlmostPasses": {8499, 10000, 1, 85, "false 0.8499/1 84.99%"},
		"NotRoundedUp": {84_999, 100_000, 1, 85, "false 0.85/1 84.99%"},
		"Exactly":      {17, 20, 1, 85, "true 0.85/1 85%"},
		"AlmostAll":    {19_999, 20_000, 1, 100, "false 1/1 99.99%"},
		"Nothing":      {0, 1, 3, 1, "false 0/3 0%"},
	} {
		t.Run(name, func(t *testing.T) {
			a := finished(tt.passPercent, marked("A", "A.1", tt.num, tt.den))
			for range tt.slots - 1 {
				a.Slots = append(a.Slots, quiz.Slot{TopicCode: "A", ObjectiveCode: "A.1"})
			}
			if got := shares(a.Score())[0]; got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// drawSlots generates slots with marks that the schemes can give.
func drawSlots(t *rapid.T) []quiz.Slot {
	slots := make([]quiz.Slot, rapid.IntRange(1, 40).Draw(t, "slots"))
	for i := range slots {
		c := quiz.Counts{Options: rapid.IntRange(2, 9).Draw(t, "N")}
		c.Correct = rapid.IntRange(1, c.Options).Draw(t, "C")
		c.Picked = rapid.IntRange(0, c.Correct).Draw(t, "t")
		c.Wrong = rapid.IntRange(0, c.Options-c.Correct).Draw(t, "f")
		m := quiz.Worth(rapid.SampledFrom(schemes()).Draw(t, "scheme"), c)
		topic := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "topic")
		slots[i] = marked(topic, topic+".1", m.Numerator, m.Denominator)
		if rapid.IntRange(0, 9).Draw(t, "unanswered") == 0 {
			slots[i].Graded = nil
		}
	}
	return slots
}

func TestOrderOfSlotsIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := finished(rapid.IntRange(1, 100).Draw(t, "pass"), drawSlots(t)...)
		want := shares(a.Score())
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		order.Shuffle(len(a.Slots), func(i, j int) { a.Slots[i], a.Slots[j] = a.Slots[j], a.Slots[i] })
		if diff := cmp.Diff(want, shares(a.Score())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// The displayed percentage decides whether an attempt passes, and the
// displayed parts add up to the whole, except for rounding.
func TestShownNumbersAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := finished(rapid.IntRange(1, 100).Draw(t, "pass"), drawSlots(t)...)
		s := a.Score()
		if shown := s.Percent() >= float64(a.Rules.PassPercent); shown != s.Passed {
			t.Errorf("%v%% at %d%%: passed %t", s.Percent(), a.Rules.PassPercent, s.Passed)
		}
		for _, parts := range [][]quiz.PartScore{s.ByTopic, s.ByObjective} {
			marks, most, all := 0.0, 0.0, true
			for _, p := range parts {
				marks, most = marks+p.Marks(), most+p.MaxMarks()
				all = all && quiz.Passes(p.Exact(), a.Rules.PassPercent)
			}
			if most != s.MaxMarks() || math.Abs(marks-s.Marks()) > 0.00005*float64(len(parts)+1) {
				t.Errorf("the parts add up to %v of %v, the score is %v of %v", marks, most, s.Marks(), s.MaxMarks())
			}
			if all && !s.Passed {
				t.Errorf("every part passes, but the whole does not: %v", shares(s))
			}
		}
	})
}

func TestPercent(t *testing.T) {
	for stored, want := range map[float64]float64{
		0: 0, -1: 0, math.NaN(): 0, 101: 100, 100: 100, 84.996: 84.99, 66.66666666666667: 66.66, 33.333333333333336: 33.33, 5e-324: 0,
		100. / 7: 14.28, 28.999999999999996: 29, 114.99999999999999: 100, 56.99999999999999: 57, 84.99999999999999: 85, 85.00000000000001: 85,
	} {
		if got := quiz.ReadPercent(stored).Shown(); got != want {
			t.Errorf("%v is shown as %v, want %v", stored, got, want)
		}
	}
	if p := quiz.PercentOf(2, 3); p.Shown() != 66.66 || !quiz.Passes(p, 66) || quiz.Passes(p, 67) {
		t.Errorf("2 of 3: %v", p.Shown())
	}
	if quiz.PercentOf(0, 0).Shown() != 0 || quiz.PercentOf(5, 3).Shown() != 100 {
		t.Error("a percentage out of bounds")
	}
	third, whole := quiz.PercentOf(1, 3), quiz.PercentOf(1, 1)
	if got := quiz.MeanPercent([]quiz.Percent{third, third, quiz.PercentOf(2, 3), whole}); !quiz.Passes(got, 58) || got.Shown() != 58.33 {
		t.Errorf("mean = %v", got.Shown())
	}
	if got := quiz.MeanPercent([]quiz.Percent{third, quiz.PercentOf(2, 3)}); got.Compare(quiz.PercentOf(1, 2)) != 0 {
		t.Errorf("mean of a third and two thirds = %v", got.Shown())
	}
}

// A stored percentage is restored exactly.
func TestStoredPercentIsRestored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		exact := finished(1, drawSlots(t)...).Score().Exact()
		if read := quiz.ReadPercent(exact.Float()); read.Shown() != exact.Shown() {
			t.Errorf("%v is read as %v", exact.Shown(), read.Shown())
		}
		for needed := range 101 {
			if read := quiz.ReadPercent(exact.Float()); quiz.Passes(read, needed) != quiz.Passes(exact, needed) {
				t.Errorf("%v and what was stored of it disagree on passing at %d", exact, needed)
			}
		}
	})
}

// Attempts graded before marks were exact have them in floating point, and
// must score the same as today.
func TestInexactMarksAreRead(t *testing.T) {
	for stored, want := range map[float64]quiz.Mark{
		0: {Denominator: 1}, 1: {Numerator: 1, Denominator: 1}, 0.5: {Numerator: 1, Denominator: 2},
		1. / 3: {Numerator: 1, Denominator: 3}, 2. / 3 * (2. / 3): {Numerator: 4, Denominator: 9}, 0.7: {Numerator: 7, Denominator: 10},
		361. / 400: {Numerator: 361, Denominator: 400}, 398. / 399: {Numerator: 398, Denominator: 399}, -0.5: {Denominator: 1}, 1.5: {Numerator: 1, Denominator: 1},
		math.Pi - 3: {Numerator: 16, Denominator: 113}, 1e-300: {Denominator: 1},
	} {
		s := quiz.Slot{FloatGraded: &stored}
		if got := s.Mark(); got == nil || *got != want {
			t.Errorf("%v is read as %v, want %v", stored, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Int64Range(1, 400).Draw(t, "denominator")
		m := quiz.Mark{Numerator: rapid.Int64Range(0, whole).Draw(t, "numerator"), Denominator: whole}
		stored := m.Float()
		got := (&quiz.Slot{FloatGraded: &stored}).Mark()
		if got.Numerator*whole != m.Numerator*got.Denominator {
			t.Errorf("%v is read as %v", m, got)
		}
	})
}

// In floating point, ten answers with a mark of 0.7 add up to less than 7.
func TestSumIsExact(t *testing.T) {
	a := finished(70)
	for range 10 {
		a.Slots = append(a.Slots, marked("A", "A.1", 7, 10))
	}
	if s := a.Score(); !s.Passed || s.Marks() != 7 || s.Percent() != 70 {
		t.Errorf("score = %v, want it to pass at 70%%", shares(s))
	}
	// Denominators that exceed 64 bits: primes have no common factor.
	a = finished(100)
	for _, prime := range []int64{1009, 1013, 1019, 1021, 1031, 1033, 1039, 1049} {
		a.Slots = append(a.Slots, marked("A", "A.1", 1, prime), marked("A", "A.1", prime-1, prime))
	}
	if s := a.Score(); s.Marks() != 8 || s.Percent() != 50 {
		t.Errorf("score = %v", shares(s))
	}
	a.Slots = a.Slots[1:]
	if s := a.Score(); s.Marks() != 7.999 || s.Percent() != 53.32 {
		t.Errorf("score = %v", shares(s))
	}
}

func TestZeroMark(t *testing.T) {
	if m := (quiz.Mark{}); m.Right() || !m.Wrong() || m.Float() != 0 || m.Shown() != 0 {
		t.Error("the zero mark is something")
	}
	if r := (&quiz.Slot{Graded: &quiz.Mark{}}); finished(1, *r).Score().Marks() != 0 {
		t.Error("the zero mark counts")
	}
	if got := quiz.Worth(catalog.Coverage, quiz.Counts{Options: 5, Correct: 2, Picked: 2, Wrong: 2}); got != (quiz.Mark{Numerator: 1, Denominator: 2}) {
		t.Errorf("not in lowest terms: %v", got)
	}
}
