//go:build race

package server_test

// raced reports whether the race detector is on; with it, sync.Pool randomly
// drops items.
const raced = true
