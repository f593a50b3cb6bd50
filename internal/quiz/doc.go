// Package quiz is about answering questions: which ones an attempt draws, how
// and when its state changes, and how many marks an answer earns and why.
//
// Its one law: an attempt depends only on what was frozen when it started, its
// answers and the server's clock.
package quiz
