// Package mastery holds how well learners master objectives, and when they should
// review a question.
//
// Its one law: levels and memories follow from the entries of their sources alone,
// in the order of their times, whatever the order in which they arrive.
package mastery
