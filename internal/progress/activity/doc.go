// Package activity records when learners learned, by quarters of an hour, and
// computes days and streaks.
//
// Its one law: the same entries give the days of any time zone.
package activity
