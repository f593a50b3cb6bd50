package answer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/scrumkb/scrumkb/internal/answer"
)

func writes(text string) func(context.Context, io.Writer) error {
	return func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestLater(t *testing.T) {
	a := answer.New(answer.Config{})
	ctx := answer.With(t.Context(), a)
	done := 0
	one, _ := answer.Later(ctx, writes(`{"a":1}`), func() { done++ })
	two, _ := answer.Later(ctx, writes(`[2]`), func() { done++ })
	part, err := json.Marshal(map[string]any{"x": two, "y": one, "z": two})
	if err != nil {
		t.Fatal(err)
	}
	var sent bytes.Buffer
	if err := a.Send(ctx, &sent, part); err != nil || sent.String() != `{"x":[2],"y":{"a":1},"z":[2]}` {
		t.Errorf("sent %s, %v", &sent, err)
	}
	if !a.HasLater() || done != 0 {
		t.Error("done too early")
	}
	a.Close()
	a.Close()
	if done != 2 || a.HasLater() {
		t.Errorf("%d are done", done)
	}
}

func TestLaterThatFails(t *testing.T) {
	a := answer.New(answer.Config{})
	ctx := answer.With(t.Context(), a)
	gone := errors.New("gone")
	value, _ := answer.Later(ctx, func(context.Context, io.Writer) error { return gone }, func() {})
	part, _ := json.Marshal(value)
	if err := a.Send(ctx, io.Discard, part); !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
}

func TestLaterWithoutAnAnswer(t *testing.T) {
	done := false
	value, err := answer.Later(t.Context(), writes(`{"a":1}`), func() { done = true })
	if text, ok := value.(json.RawMessage); err != nil || !ok || string(text) != `{"a":1}` || !done {
		t.Errorf("%v, %v", value, err)
	}
}
