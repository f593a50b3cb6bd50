package quiz_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
)

func TestAgainstModel(t *testing.T) { quiztest.AgainstModel(t, newEngine(t)) }
