// Package guide suggests what a learner does next.
//
// Its one law: it stores nothing, and gives a reason for every suggestion.
package guide
