package progress_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

func TestRatingOf(t *testing.T) {
	tests := map[string]struct {
		fraction   float64
		confidence quiz.Confidence
		want       mastery.Rating
	}{
		"Wrong":                   {0, "", mastery.Again},
		"WrongAndSure":            {0, quiz.HighConfidence, mastery.Again},
		"PartlyRight":             {.5, "", mastery.Hard},
		"PartlyRightAndSure":      {.99, quiz.HighConfidence, mastery.Hard},
		"Right":                   {1, "", mastery.Good},
		"RightAndUnsure":          {1, quiz.LowConfidence, mastery.Good},
		"RightWithSomeConfidence": {1, quiz.MediumConfidence, mastery.Good},
		"RightAndSure":            {1, quiz.HighConfidence, mastery.Easy},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := progress.RatingOf(tt.fraction, tt.confidence); got != tt.want {
				t.Errorf("rating = %d, want %d", got, tt.want)
			}
		})
	}
}
