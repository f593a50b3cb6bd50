// Package profile holds what learners say about themselves.
//
// Its one law: nothing is known of a learner that they have not said.
package profile
