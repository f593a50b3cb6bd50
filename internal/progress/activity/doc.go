// Package activity holds when learners learned, by quarters of an hour, and puts
// days and streaks together.
//
// Its one law: the same entries give the days of any time zone.
package activity
