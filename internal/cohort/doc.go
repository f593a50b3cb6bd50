// Package cohort stores groups of learners and shows trainers their progress.
//
// Its one law: a trainer sees a learner only while the learner is a member, and
// only under the name that the learner gave there.
package cohort
