// Package statement stores xAPI statements about learners, for other systems to
// read in pages.
//
// Its one law: a list only grows at its end, so a reader who continues from a
// cursor misses nothing.
package statement
