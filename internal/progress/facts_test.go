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
		repeated   bool // the key was just shown
		want       mastery.Rating
	}{
		"Wrong":                   {0, "", false, mastery.Again},
		"WrongAndSure":            {0, quiz.HighConfidence, false, mastery.Again},
		"PartlyRight":             {.5, "", false, mastery.Hard},
		"PartlyRightAndSure":      {.99, quiz.HighConfidence, false, mastery.Hard},
		"Right":                   {1, "", false, mastery.Good},
		"RightAndUnsure":          {1, quiz.LowConfidence, false, mastery.Good},
		"RightWithSomeConfidence": {1, quiz.MediumConfidence, false, mastery.Good},
		"RightAndSure":            {1, quiz.HighConfidence, false, mastery.Easy},
		"RightAndSureOfShownKey":  {1, quiz.HighConfidence, true, mastery.Good},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := progress.RatingOf(tt.fraction, tt.confidence, !tt.repeated); got != tt.want {
				t.Errorf("rating = %d, want %d", got, tt.want)
			}
		})
	}
}
