// Package mastery computes how well learners master objectives, and when they
// should review questions.
//
// Its one law: levels and schedules depend only on the entries of their sources,
// ordered by time, whatever order they arrive in.
package mastery
