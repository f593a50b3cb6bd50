// Package check says what is wrong with content: what keeps it from being
// published, what goes against the rules for writing questions, and what the
// bank of questions lacks as a whole.
//
// Its one law: it reports every problem at the place where an author can solve
// it, and changes nothing but what authors left to a default.
package check
