// Package search finds documents by words: by their stems, by what a word that
// was mistyped may have been meant to be, and by the beginning of a last word
// that is not finished. All is kept in memory, and nothing is read from a
// document while searching but its snippet.
//
// Its one law: what a document does not say, no search can find out.
package search
