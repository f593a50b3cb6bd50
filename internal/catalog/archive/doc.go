// Package archive stores the content in a database: the current items, each
// published edition, and every version that learners' records refer to.
//
// Its one law: a published version stays loadable forever.
package archive
