// Package journey holds learners' ways to a certification and their renewals, with
// the Scrum Education Units that these take.
//
// Its one law: what something else builds on cannot be changed, so mistakes are
// corrected from the end.
package journey
