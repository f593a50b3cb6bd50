// Package check finds problems in content: what prevents its publication, what
// violates the rules for writing questions, and what the question bank lacks as
// a whole.
//
// Its one law: it reports every problem where an author can solve it, and
// changes nothing except defaults that authors left out.
package check
