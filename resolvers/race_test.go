//go:build race

package resolvers_test

// raced says whether the race detector is on.
const raced = true
