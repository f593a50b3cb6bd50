// Package profile stores what learners say about themselves.
//
// Its one law: nothing is stored about a learner that they have not said.
package profile
