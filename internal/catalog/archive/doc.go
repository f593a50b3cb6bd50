// Package archive stores the content in a database, like commits: immutable
// versions of items, lists of versions, and heads, which publish a list.
//
// Its one law: whatever was published stays as it was, and the insertion of a
// head is the only thing that publishes.
package archive
