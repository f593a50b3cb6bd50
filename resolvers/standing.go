package resolvers

import (
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
)

// The caller's own standing within the content. The fields named viewer are
// null without a caller, and share what they load within an answer.

type (
	quizFields      struct{ *Root }
	lessonFields    struct{ *Root }
	objectiveFields struct{ *Root }
	courseFields    struct{ *Root }
)

// Quiz implements graph.ResolverRoot.
func (r *Root) Quiz() graph.QuizResolver { return quizFields{r} }

// Lesson implements graph.ResolverRoot.
func (r *Root) Lesson() graph.LessonResolver { return lessonFields{r} }

// LearningObjective implements graph.ResolverRoot.
func (r *Root) LearningObjective() graph.LearningObjectiveResolver { return objectiveFields{r} }

// Course implements graph.ResolverRoot.
func (r *Root) Course() graph.CourseResolver { return courseFields{r} }

func (r quizFields) Viewer(ctx context.Context, q *catalog.Quiz) (*graph.QuizStanding, error) {
	caller, known := identity.From(ctx)
	if !known {
		return nil, nil
	}
	s, open, err := r.Tracker.QuizStanding(ctx, caller.Subject, q)
	if err != nil {
		return nil, err
	}
	standing := &graph.QuizStanding{
		OpenAttempt: open, AttemptsUsed: s.AttemptsUsed, AttemptsLeft: s.AttemptsLeft, NextStartAt: s.NextStartAt, Best: s.Best, Passed: s.Passed,
	}
	return standing, nil
}

func (r lessonFields) Viewer(ctx context.Context, lesson *catalog.Lesson) (*graph.LessonStanding, error) {
	caller, known := identity.From(ctx)
	if !known {
		return nil, nil
	}
	at, err := r.Tracker.ReadAt(ctx, caller.Subject, lesson)
	if err != nil {
		return nil, err
	}
	return &graph.LessonStanding{ReadAt: at}, nil
}

func (r objectiveFields) Viewer(ctx context.Context, o *catalog.LearningObjective) (*mastery.Objective, error) {
	caller, known := identity.From(ctx)
	if !known {
		return nil, nil
	}
	return r.Tracker.ObjectiveStanding(ctx, caller.Subject, o)
}

func (r courseFields) Viewer(ctx context.Context, c *catalog.Course) (*course.Progress, error) {
	caller, known := identity.From(ctx)
	if !known {
		return nil, nil
	}
	return r.Tracker.CourseStandingOf(ctx, caller.Subject, c.Slug)
}
