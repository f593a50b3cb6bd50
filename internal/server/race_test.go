//go:build race

package server_test

// raced is whether the race detector runs, with which sync.Pool drops some of
// what it is given.
const raced = true
