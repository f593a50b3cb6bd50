// Package progress projects what learners do onto the documents that sum it up:
// course records, mastery, review cards, activity, certificates and statements.
//
// Its one law: what counts is derived from attempts, readings, ticks and waivers,
// and can be derived again from them at any time.
package progress
