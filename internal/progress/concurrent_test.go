package progress_test

import (
	"context"
	"sync"
	"testing"

	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// TestConcurrentSubmissionsCompleteACourseOnce submits the last quiz of a
// course twenty times concurrently, and projects each submission.
func TestConcurrentSubmissionsCompleteACourseOnce(t *testing.T) {
	s := newSchool(t)
	ctx := t.Context()
	if _, err := s.Enroll(ctx, "anna", "basics"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CompleteReading(ctx, "anna", "empiricism"); err != nil {
		t.Fatal(err)
	}
	a, err := s.Attempts.Start(ctx, "anna", quiz.StartInput{QuizSlug: "artifacts"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Slots {
		if err := s.Answer("anna", &a, i+1, true); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Attempts.Submit(context.Background(), "anna", a.ID); err != nil {
				t.Error(err)
			}
			if p, err := s.Course(context.Background(), "anna", "basics"); err != nil || p.State != course.Completed {
				t.Errorf("%+v, %v", p, err)
			}
		})
	}
	all.Wait()
	certificates, err := s.Certificates(ctx, "anna")
	if err != nil || len(certificates) != 1 {
		t.Errorf("%d certificates, %v", len(certificates), err)
	}
	if found, err := s.Rebuild(ctx, "anna"); err != nil || len(found) > 0 {
		t.Errorf("rebuild: %v, %v", found, err)
	}
}
