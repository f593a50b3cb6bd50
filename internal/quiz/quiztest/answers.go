package quiztest

import "github.com/scrumkb/scrumkb/internal/quiz/respond"

// Right and Wrong answer a question by its key.
var (
	Right = respond.Right
	Wrong = respond.Wrong
)
