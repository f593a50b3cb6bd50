// Package progress adds up what a learner has done: courses and their
// completion, mastery of objectives, cards to review, activity, certificates
// and the way to a certification.
//
// Its one law: what counts is derived from attempts, readings, ticks and
// waivers, and can be derived again from them at any time.
package progress
