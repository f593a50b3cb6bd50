// Package search finds documents by words: by their stems, by likely
// corrections of mistyped words, and by the beginning of an unfinished last
// word. Everything is in memory; while searching, only snippets are read from
// documents.
//
// Its one law: searching cannot reveal what a document does not contain.
package search
