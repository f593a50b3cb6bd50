package quiz_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

func TestDatabaseCallsOfOperations(t *testing.T) {
	engine := storetest.Count(newEngine(t))
	d := quiztest.Open(t, engine)
	for _, o := range quiztest.Operations(t, d, "ann") {
		engine.Reset()
		if err := o.Do(t.Context()); err != nil {
			t.Fatalf("%s: %v", o.Name, err)
		}
		if reads, writes := engine.Sum(); reads != o.Reads || writes != o.Writes {
			t.Errorf("%s: %d reads and %d writes, want %d and %d", o.Name, reads, writes, o.Reads, o.Writes)
		}
	}
}
