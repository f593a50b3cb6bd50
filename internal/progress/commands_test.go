package progress_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// TestCommandsOfOperations limits the database commands of an operation,
// however long its course is.
func TestCommandsOfOperations(t *testing.T) {
	s := newSchool(t)
	slug, lesson := longCourse(t, s)
	for _, operation := range []struct {
		name   string
		do     func(context.Context) error
		atMost int
	}{
		{"StartAttempt", func(ctx context.Context) error {
			_, err := s.Attempts.Start(ctx, "anna", quiz.StartInput{QuizSlug: "mixed"})
			return err
		}, 5},
		{"Enroll", func(ctx context.Context) error { _, err := s.Enroll(ctx, "anna", slug); return err }, 6},
		{"CompleteReading", func(ctx context.Context) error { _, err := s.CompleteReading(ctx, "anna", lesson); return err }, 19},
		{"CatchUpWithNothing", func(ctx context.Context) error { return s.CatchUp(ctx, "anna") }, 4},
	} {
		t.Run(operation.name, func(t *testing.T) {
			s.Engine.Reset()
			if err := operation.do(t.Context()); err != nil {
				t.Fatal(err)
			}
			if calls := s.Engine.Calls(); len(calls) > operation.atMost {
				t.Errorf("%d commands, at most %d:\n%v", len(calls), operation.atMost, calls)
			}
		})
	}
}

// longCourse publishes a course with a unit for each lesson and each quiz, and
// returns it with one of its lessons.
func longCourse(t *testing.T, s *school) (slug, lesson string) {
	t.Helper()
	const units = 46
	s.Shelf.Edit(t, func(c *catalog.Content) {
		course := c.Courses[0]
		slug, lesson = course.Slug, c.Lessons[0].Slug
		course.Units = nil
		for i := range units {
			u := &catalog.Unit{Slug: fmt.Sprintf("unit-%d", i), Title: fmt.Sprintf("Unit %d", i)}
			switch {
			case i < len(c.Lessons):
				u.Kind, u.LessonSlug = catalog.ReadingUnit, c.Lessons[i].Slug
			case i < len(c.Lessons)+len(c.Quizzes):
				u.Kind, u.QuizSlug = catalog.QuizUnit, c.Quizzes[i-len(c.Lessons)].Slug
			default:
				u.Kind = catalog.StepUnit
			}
			course.Units = append(course.Units, u)
		}
	})
	return slug, lesson
}
