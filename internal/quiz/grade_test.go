package quiz_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

func schemes() []catalog.ScoringScheme {
	return []catalog.ScoringScheme{catalog.AllOrNothing, catalog.NetCorrect, catalog.Coverage, catalog.EachAnswer, catalog.Halves}
}

func TestWorthVectors(t *testing.T) {
	tests := []struct {
		counts quiz.Counts
		want   [5]float64 // in the order of schemes
	}{
		{quiz.Counts{Options: 5, Correct: 2, Picked: 2, Wrong: 0}, [5]float64{1, 1, 1, 1, 1}},
		{quiz.Counts{Options: 5, Correct: 2, Picked: 1, Wrong: 0}, [5]float64{0, .5, .5, .8, .5}},
		{quiz.Counts{Options: 5, Correct: 2, Picked: 2, Wrong: 1}, [5]float64{0, .5, .6667, .8, .5}},
		{quiz.Counts{Options: 5, Correct: 2, Picked: 1, Wrong: 1}, [5]float64{0, 0, .25, .6, .25}},
		{quiz.Counts{Options: 5, Correct: 2, Picked: 0, Wrong: 2}, [5]float64{0, 0, 0, .2, 0}},
		{quiz.Counts{Options: 5, Correct: 2, Picked: 2, Wrong: 3}, [5]float64{0, 0, .4, .4, 0}},
		{quiz.Counts{Options: 6, Correct: 3, Picked: 2, Wrong: 0}, [5]float64{0, .6667, .6667, .8333, .5}},
		{quiz.Counts{Options: 6, Correct: 3, Picked: 3, Wrong: 1}, [5]float64{0, .6667, .75, .8333, .5}},
		{quiz.Counts{Options: 5, Correct: 2, Picked: 0, Wrong: 0}, [5]float64{}},
		{quiz.Counts{Options: 2, Correct: 1, Picked: 1, Wrong: 1}, [5]float64{0, 0, .5, .5, 0}},
		{quiz.Counts{Options: 4, Correct: 2, Picked: 1, Wrong: 1}, [5]float64{0, 0, .25, .5, 0}},
	}
	for _, tt := range tests {
		for i, scheme := range schemes() {
			if got := quiz.Worth(scheme, tt.counts).Float(); math.Abs(got-tt.want[i]) > 0.00005 {
				t.Errorf("%s of %+v = %.4f, want %.4f", scheme, tt.counts, got, tt.want[i])
			}
		}
	}
}

func TestWorthProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := quiz.Counts{Options: rapid.IntRange(2, 12).Draw(t, "N")}
		c.Correct = rapid.IntRange(1, c.Options).Draw(t, "C")
		c.Picked = rapid.IntRange(0, c.Correct).Draw(t, "t")
		c.Wrong = rapid.IntRange(0, c.Options-c.Correct).Draw(t, "f")
		scheme := rapid.SampledFrom(schemes()).Draw(t, "scheme")
		got := quiz.Worth(scheme, c).Float()
		if got < 0 || got > 1 {
			t.Fatalf("fraction = %v", got)
		}
		if full := c.Picked == c.Correct && c.Wrong == 0; full != (got == 1) {
			t.Fatalf("fraction = %v, full marks: %t", got, full)
		}
		if more := (quiz.Counts{Options: c.Options, Correct: c.Correct, Picked: c.Picked + 1, Wrong: c.Wrong}); more.Picked <= c.Correct && quiz.Worth(scheme, more).Float() < got {
			t.Fatalf("with one more right pick: %v < %v", quiz.Worth(scheme, more).Float(), got)
		}
		worse := quiz.Counts{Options: c.Options, Correct: c.Correct, Picked: c.Picked, Wrong: c.Wrong + 1}
		if c.Picked+c.Wrong > 0 && worse.Wrong <= c.Options-c.Correct && quiz.Worth(scheme, worse).Float() > got {
			t.Fatalf("with one more wrong pick: %v > %v", quiz.Worth(scheme, worse).Float(), got)
		}
	})
}

func TestGrade(t *testing.T) {
	snapshot, err := quiztest.NewShelf(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	options := func(ids ...string) quiz.ResponseInput { return quiz.ResponseInput{Options: ids} }
	tests := map[string]struct {
		slug     string
		in       quiz.ResponseInput
		fraction float64
		scheme   catalog.ScoringScheme
		counts   quiz.Counts
		feedback string // the only one that is shown
	}{
		"SingleRight":         {"broken-plan", options("broken-plan.b"), 1, catalog.AllOrNothing, quiz.Counts{Options: 3, Correct: 1, Picked: 1}, "A plan that is known to fail helps nobody.One blocked item does not make a goal obsolete."},
		"SingleWrong":         {"broken-plan", options("broken-plan.a"), 0, catalog.AllOrNothing, quiz.Counts{Options: 3, Correct: 1, Wrong: 1}, "A plan that is known to fail helps nobody.One blocked item does not make a goal obsolete."},
		"MultipleRight":       {"pillars", options("pillars.c", "pillars.a"), 1, catalog.NetCorrect, quiz.Counts{Options: 4, Correct: 2, Picked: 2}, "Long forecasts are what empiricism does without.Handing work on has nothing to do with it."},
		"MultipleOneMissed":   {"pillars", options("pillars.a"), .5, catalog.NetCorrect, quiz.Counts{Options: 4, Correct: 2, Picked: 1}, "Long forecasts are what empiricism does without.Changing course is what looking is for.Handing work on has nothing to do with it."},
		"MultipleOneTooMany":  {"pillars", options("pillars.a", "pillars.c", "pillars.d"), .5, catalog.NetCorrect, quiz.Counts{Options: 4, Correct: 2, Picked: 2, Wrong: 1}, "Long forecasts are what empiricism does without.Handing work on has nothing to do with it."},
		"TrueByOption":        {"daily-fifteen", options("daily-fifteen.true"), 1, catalog.AllOrNothing, quiz.Counts{Options: 2, Correct: 1, Picked: 1}, "It is kept short on purpose, to fifteen minutes."},
		"FalseByTruth":        {"daily-fifteen", quiz.ResponseInput{Truth: ptr(false)}, 0, catalog.AllOrNothing, quiz.Counts{Options: 2, Correct: 1, Wrong: 1}, "It is kept short on purpose, to fifteen minutes."},
		"MatchingOneRight":    {"commitments", quiz.ResponseInput{Pairs: []quiz.PairInput{{Prompt: "commitments.p1", Option: "commitments.b"}, {Prompt: "commitments.p2", Option: "commitments.a"}}}, 1. / 3, catalog.EachAnswer, quiz.Counts{Options: 3, Correct: 3, Picked: 1}, "Its commitment is about the Sprint."},
		"MatchingNone":        {"commitments", quiz.ResponseInput{Pairs: []quiz.PairInput{}}, 0, catalog.EachAnswer, quiz.Counts{Options: 3, Correct: 3}, ""},
		"OrderingRight":       {"event-order", quiz.ResponseInput{Order: []string{"event-order.b", "event-order.a", "event-order.c"}}, 1, catalog.EachAnswer, quiz.Counts{Options: 3, Correct: 3, Picked: 3}, ""},
		"OrderingOneInPlace":  {"event-order", quiz.ResponseInput{Order: []string{"event-order.b", "event-order.c", "event-order.a"}}, 1. / 3, catalog.EachAnswer, quiz.Counts{Options: 3, Correct: 3, Picked: 1}, ""},
		"TextFolded":          {"usable-step", quiz.ResponseInput{Text: ptr("  an\t INCREMENT ")}, 1, catalog.AllOrNothing, quiz.Counts{Options: 1, Correct: 1, Picked: 1}, ""},
		"TextForeseenMistake": {"usable-step", quiz.ResponseInput{Text: ptr("sprint")}, 0, catalog.AllOrNothing, quiz.Counts{Options: 1, Correct: 1, Wrong: 1}, "A Sprint is the time in which it is made."},
		"TextOtherMistake":    {"usable-step", quiz.ResponseInput{Text: ptr("a cake")}, 0, catalog.AllOrNothing, quiz.Counts{Options: 1, Correct: 1, Wrong: 1}, ""},
		"TextBlank":           {"usable-step", quiz.ResponseInput{Text: ptr(" ")}, 0, catalog.AllOrNothing, quiz.Counts{Options: 1, Correct: 1}, ""},
		"NumberRight":         {"planning-length", quiz.ResponseInput{Number: ptr(8.0)}, 1, catalog.AllOrNothing, quiz.Counts{Options: 1, Correct: 1, Picked: 1}, ""},
		"NumberMistake":       {"planning-length", quiz.ResponseInput{Number: ptr(4.0)}, 0, catalog.AllOrNothing, quiz.Counts{Options: 1, Correct: 1, Wrong: 1}, "Four hours is the limit of the Sprint Review."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			q := snapshot.Question(tt.slug)
			response, err := quiz.NewResponse(q, tt.in)
			if err != nil {
				t.Fatal(err)
			}
			got := quiz.Grade(q, &response)
			if math.Abs(got.Mark.Float()-tt.fraction) > 1e-12 || got.Scheme != tt.scheme {
				t.Errorf("fraction = %v by %s, want %v by %s", got.Mark, got.Scheme, tt.fraction, tt.scheme)
			}
			if diff := cmp.Diff(tt.counts, got.Counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			shown := got.Feedback
			for _, o := range got.Options {
				shown += o.Feedback
			}
			for _, p := range got.Prompts {
				shown += p.Feedback
			}
			if shown != tt.feedback {
				t.Errorf("feedback = %q, want %q", shown, tt.feedback)
			}
			if got.Question != q || len(got.Question.Citations) == 0 {
				t.Error("the result does not refer to its question")
			}
		})
	}
}

func numeric(value, tolerance float64) *catalog.Question {
	return &catalog.Question{Type: catalog.Numeric, Number: &catalog.NumericKey{Value: value, Tolerance: tolerance}}
}

func worthNumber(q *catalog.Question, n float64) float64 {
	return quiz.Grade(q, &quiz.Response{Number: &n}).Mark.Float()
}

func TestNumericIsComparedInDecimal(t *testing.T) {
	for _, tt := range []struct{ value, tolerance, n, want float64 }{
		{0.3, 0.1, 0.3, 1}, {0.3, 0.1, 0.4, 1}, {0.3, 0.1, 0.2, 1}, {0.3, 0.1, 0.41, 0}, {0.3, 0.1, 0.19, 0}, {0.3, 0.1, -0.3, 0},
		{0.3, 0.1, 0.4000000000000001, 0}, {0.3, 0.1, 0.30000000000000004, 1},
		{0, 0, 0, 1}, {0, 0, math.Copysign(0, -1), 1}, {0, 0, 1e-12, 0}, {0, 0, 5e-324, 0}, {1e-12, 0, 0, 0}, {1e-12, 0, 1e-12, 1}, {1e-12, 1e-12, 0, 1},
		{1e15, 0, 1e15, 1}, {1e15, 0, 1e15 + 1, 0}, {1e300, 0, 1e300, 1}, {1e300, 1, 1.0000000000000001e300, 1}, {1e300, 1e284, 1.0000000000000002e300, 0},
		{math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, 0}, {math.MaxFloat64, math.MaxFloat64, 0, 1},
		{15, 0, 15, 1}, {15, 0, 15.000000001, 0}, {99.95, 0.05, 100, 1}, {99.95, 0.05, 99.9, 1}, {99.95, 0.05, 99.89, 0},
		{1.1, 2.2, 3.3, 1}, {0.1, 0.2, 0.30000000000000004, 0}, {0.1, 0.2, 0.3, 1},
	} {
		if got := worthNumber(numeric(tt.value, tt.tolerance), tt.n); got != tt.want {
			t.Errorf("%v ± %v: %v is worth %v, want %v", tt.value, tt.tolerance, tt.n, got, tt.want)
		}
	}
}

// Hundredths are integers, which compare without rounding.
func TestNumericOfHundredths(t *testing.T) {
	hundredths := func(n int) float64 { // as people type it
		f, err := strconv.ParseFloat(fmt.Sprintf("%de-2", n), 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.IntRange(-10_000, 10_000).Draw(t, "value")
		tolerance := rapid.IntRange(0, 100).Draw(t, "tolerance")
		n := value + rapid.IntRange(-110, 110).Draw(t, "distance")
		got := worthNumber(numeric(hundredths(value), hundredths(tolerance)), hundredths(n))
		if right := max(n-value, value-n) <= tolerance; right != (got == 1) {
			t.Errorf("%d ± %d hundredths: %d is worth %v", value, tolerance, n, got)
		}
	})
}

func TestShortTextIgnoresTypography(t *testing.T) {
	q := &catalog.Question{
		Type: catalog.ShortText, Accepted: []string{"café", "don't know", "time-box", "ΣΊΣΥΦΟΣ", "Straße", "“Done”"},
		Mistakes: []*catalog.Mistake{{Answer: "coffee-shop", Feedback: "A shop sells it."}},
	}
	for name, answer := range map[string]string{
		"Decomposed":            "cafe\u0301",
		"ZeroWidthSpaceAtEnd":   "caf\u00e9\u200b",
		"SoftHyphen":            "ca\u00adf\u00e9",
		"ByteOrderMark":         "\ufeffcaf\u00e9",
		"BidiEmbedding":         "\u202acaf\u00e9\u202c",
		"FullWidth":             "\uff43\uff41\uff46\u00e9",
		"TypographicApostrophe": "don\u2019t know",
		"Hyphen":                "time\u2010box",
		"NoBreakHyphen":         "time\u2011box",
		"FinalSigma":            "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
		"CapitalSharpS":         "STRASSE",
		"FullStop":              "caf\u00e9.",
		"Quoted":                "\"café\"",
		"WithoutQuotesOfTheKey": "done",
	} {
		t.Run(name, func(t *testing.T) {
			response, err := quiz.NewResponse(q, quiz.ResponseInput{Text: &answer})
			if err != nil {
				t.Fatal(err)
			}
			if got := quiz.Grade(q, &response); !got.Mark.Right() {
				t.Errorf("%+q is worth %v", answer, got.Mark)
			}
		})
	}
	for _, wrong := range []string{"cafe", "café au lait", "time box", "dont know", "straße 1"} {
		if quiz.Grade(q, &quiz.Response{Text: wrong}).Mark.Right() {
			t.Errorf("%q is right", wrong)
		}
	}
	if got := quiz.Grade(q, &quiz.Response{Text: "Coffee–Shop."}); got.Feedback != "A shop sells it." {
		t.Errorf("a known mistake gets the feedback %q", got.Feedback)
	}
	for _, unseen := range []string{"\u200b", " \u00ad\ufeff ", "\u3164"} {
		if response, err := quiz.NewResponse(q, quiz.ResponseInput{Text: &unseen}); err != nil || !response.Empty() {
			t.Errorf("%+q is the answer %+v, %v", unseen, response, err)
		}
	}
}

func TestNoAnswerEarnsNothing(t *testing.T) {
	snapshot, err := quiztest.NewShelf(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range snapshot.Questions() {
		if got := quiz.Grade(q, nil); got.Mark != (quiz.Mark{Denominator: 1}) {
			t.Errorf("%s: mark = %v", q.Slug, got.Mark)
		}
	}
}
