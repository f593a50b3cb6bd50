// Package progress projects what learners do onto derived documents: course
// records, mastery, review cards, activity, certificates and statements.
//
// Its one law: derived documents follow from attempts, readings, ticks and
// waivers, and can be recomputed from them at any time.
package progress
