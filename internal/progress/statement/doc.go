// Package statement holds xAPI statements about learners, for other systems to
// read in pages.
//
// Its one law: a list only grows at its end, so whoever reads on from a cursor
// misses nothing.
package statement
