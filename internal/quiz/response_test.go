package quiz_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

func TestNewResponseRefuses(t *testing.T) {
	snapshot, err := quiztest.NewShelf(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	pair := func(ids ...string) quiz.ResponseInput {
		var in quiz.ResponseInput
		for i := 0; i < len(ids); i += 2 {
			in.Pairs = append(in.Pairs, quiz.PairInput{Prompt: ids[i], Option: ids[i+1]})
		}
		return in
	}
	tests := map[string]struct {
		slug  string
		in    quiz.ResponseInput
		field string
	}{
		"Nothing":              {"pillars", quiz.ResponseInput{}, "response"},
		"TwoKinds":             {"daily-fifteen", quiz.ResponseInput{Options: []string{}, Truth: ptr(true)}, "response"},
		"TextForOptions":       {"pillars", quiz.ResponseInput{Text: ptr("a")}, "response.text"},
		"TruthForSingle":       {"broken-plan", quiz.ResponseInput{Truth: ptr(true)}, "response.truth"},
		"OptionsForText":       {"usable-step", quiz.ResponseInput{Options: []string{}}, "response.options"},
		"IncompleteOrder":      {"event-order", quiz.ResponseInput{Options: []string{"event-order.a"}}, "response.options"},
		"BareKey":              {"pillars", quiz.ResponseInput{Options: []string{"a"}}, "response.options"},
		"OtherQuestion":        {"pillars", quiz.ResponseInput{Options: []string{"broken-plan.a"}}, "response.options"},
		"UnknownOption":        {"pillars", quiz.ResponseInput{Options: []string{"pillars.z"}}, "response.options"},
		"TooManyOptions":       {"pillars", quiz.ResponseInput{Options: strings.Split(strings.Repeat("pillars.a ", 99), " ")}, "response.options"},
		"TwoOfSingle":          {"broken-plan", quiz.ResponseInput{Options: []string{"broken-plan.a", "broken-plan.b"}}, "response.options"},
		"OrderIncomplete":      {"event-order", quiz.ResponseInput{Order: []string{"event-order.a"}}, "response.order"},
		"OrderRepeats":         {"event-order", quiz.ResponseInput{Order: []string{"event-order.a", "event-order.a", "event-order.b"}}, "response.order"},
		"UnknownPrompt":        {"commitments", pair("commitments.a", "commitments.a"), "response.pairs"},
		"PromptOfOther":        {"commitments", pair("pillars.p1", "commitments.a"), "response.pairs"},
		"OptionOfOther":        {"commitments", pair("commitments.p1", "pillars.a"), "response.pairs"},
		"PromptTwice":          {"commitments", pair("commitments.p1", "commitments.a", "commitments.p1", "commitments.b"), "response.pairs"},
		"TooManyPairs":         {"commitments", pair(strings.Split(strings.Repeat("x x ", 8), " ")[:8]...), "response.pairs"},
		"TextTooLong":          {"usable-step", quiz.ResponseInput{Text: ptr(strings.Repeat("ä", 201))}, "response.text"},
		"TextFarTooLong":       {"usable-step", quiz.ResponseInput{Text: ptr(strings.Repeat("a", 1<<20))}, "response.text"},
		"TextNotUTF8":          {"usable-step", quiz.ResponseInput{Text: ptr("a\xff")}, "response.text"},
		"TextWithNUL":          {"usable-step", quiz.ResponseInput{Text: ptr("a\x00")}, "response.text"},
		"NotANumber":           {"planning-length", quiz.ResponseInput{Number: ptr(math.NaN())}, "response.number"},
		"Infinite":             {"planning-length", quiz.ResponseInput{Number: ptr(math.Inf(-1))}, "response.number"},
		"NumberForText":        {"usable-step", quiz.ResponseInput{Number: ptr(1.0)}, "response.number"},
		"EmptyInsteadOfNumber": {"planning-length", quiz.ResponseInput{}, "response"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := quiz.NewResponse(snapshot.Question(tt.slug), tt.in)
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Code != fault.InvalidInput || f.Field != tt.field {
				t.Errorf("error = %#v, want an INVALID_INPUT of %s", err, tt.field)
			}
		})
	}
}

func TestNewResponseIsCanonical(t *testing.T) {
	snapshot, err := quiztest.NewShelf(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		slug string
		in   quiz.ResponseInput
		want quiz.Response
	}{
		"OptionsInAnyOrder": {"pillars", quiz.ResponseInput{Options: []string{"pillars.c", "pillars.a", "pillars.c"}}, quiz.Response{Options: []string{"a", "c"}}},
		"NoOptions":         {"pillars", quiz.ResponseInput{Options: []string{}}, quiz.Response{}},
		"Truth":             {"daily-fifteen", quiz.ResponseInput{Truth: ptr(true)}, quiz.Response{Options: []string{"true"}}},
		"PairsInAnyOrder": {"commitments",
			quiz.ResponseInput{Pairs: []quiz.PairInput{{Prompt: "commitments.p3", Option: "commitments.a"}, {Prompt: "commitments.p1", Option: "commitments.a"}}},
			quiz.Response{Pairs: []quiz.Pair{{Prompt: "p1", Option: "a"}, {Prompt: "p3", Option: "a"}}}},
		"Order":        {"event-order", quiz.ResponseInput{Order: []string{"event-order.c", "event-order.a", "event-order.b"}}, quiz.Response{Order: []string{"c", "a", "b"}}},
		"NoOrder":      {"event-order", quiz.ResponseInput{Order: []string{}}, quiz.Response{}},
		"SpacesInText": {"usable-step", quiz.ResponseInput{Text: ptr(" An \n Increment")}, quiz.Response{Text: "An Increment"}},
		"LongestText":  {"usable-step", quiz.ResponseInput{Text: ptr(strings.Repeat("ä", 200))}, quiz.Response{Text: strings.Repeat("ä", 200)}},
		"MinusZero":    {"planning-length", quiz.ResponseInput{Number: ptr(math.Copysign(0, -1))}, quiz.Response{Number: ptr(0.0)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := quiz.NewResponse(snapshot.Question(tt.slug), tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzNewResponse passes any input to every question: an accepted answer is
// small, graded from 0 to 1 and equal to itself; a refusal names a field of
// the response.
func FuzzNewResponse(f *testing.F) {
	snapshot, err := quiztest.NewShelf(f).Current()
	if err != nil {
		f.Fatal(err)
	}
	questions := snapshot.Questions()
	for i, q := range questions {
		for _, in := range []quiz.ResponseInput{quiztest.Right(q), quiztest.Wrong(q)} {
			text, err := json.Marshal(in)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(i, text, 0.5)
		}
	}
	f.Fuzz(func(t *testing.T, i int, text []byte, number float64) {
		var in quiz.ResponseInput
		if err := json.Unmarshal(text, &in); err != nil {
			in = quiz.ResponseInput{Text: ptr(string(text))}
		}
		if in.Number != nil {
			in.Number = &number
		}
		q := questions[uint(i)%uint(len(questions))]
		r, err := quiz.NewResponse(q, in)
		if err != nil {
			refusal, ok := errors.AsType[*fault.Error](err)
			if !ok || refusal.Code != fault.InvalidInput || !strings.HasPrefix(refusal.Field, "response") || len(refusal.Message) > 200 {
				t.Fatalf("error = %#v", err)
			}
			return
		}
		if !r.Equal(r) { //nolint:gocritic // equality is reflexive
			t.Errorf("%+v differs from itself", r)
		}
		if stored, err := json.Marshal(r); err != nil || len(stored) > 4*maxStored {
			t.Errorf("stored as %d bytes: %v", len(stored), err)
		}
		if got := quiz.Grade(q, &r).Mark.Float(); !(got >= 0 && got <= 1) || r.Empty() && got != 0 {
			t.Errorf("fraction = %v of %+v", got, r)
		}
	})
}

// maxStored is the length of the longest text; JSON may escape each byte.
const maxStored = 1600
