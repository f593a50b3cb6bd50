// Package course records one learner's progress through a course, and evaluates
// it.
//
// Its one law: what is satisfied stays satisfied. More readings, results, ticks
// and waivers never take anything away.
package course
