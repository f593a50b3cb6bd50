// Package course holds one learner's way through a course, and judges how far it
// has come.
//
// Its one law: what is satisfied stays satisfied. More readings, results, ticks
// and waivers never take anything away.
package course
