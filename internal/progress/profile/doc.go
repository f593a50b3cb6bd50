// Package profile stores learners' profiles.
//
// Its one law: it stores only what learners have entered themselves.
package profile
