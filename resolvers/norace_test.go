//go:build !race

package resolvers_test

// raced reports whether the race detector is on.
const raced = false
