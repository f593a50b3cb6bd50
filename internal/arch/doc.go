// Package arch holds tests of how the code is built, and nothing else: which
// package may import which, and what no file may have.
package arch
