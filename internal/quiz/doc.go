// Package quiz is about answering questions: which ones an attempt draws, what
// may happen to it and when, and what an answer is worth and why.
//
// Its one law: an attempt is decided by what was frozen when it started, by
// the answers in it and by the server's clock, and by nothing else.
package quiz
