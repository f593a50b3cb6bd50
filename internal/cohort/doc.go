// Package cohort holds groups of learners, and shows their trainers how they get
// on.
//
// Its one law: a trainer sees a learner only while the learner is a member, and
// only as the name that the learner gave there.
package cohort
