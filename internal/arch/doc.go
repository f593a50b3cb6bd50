// Package arch contains only tests of the code's structure: which package may
// import which, and what no file may contain.
package arch
