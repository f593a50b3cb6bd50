// Package archive keeps the content in a database: the items as they are now,
// each edition that was published, and every version that learners' records
// refer to.
//
// Its one law: a version that was published stays loadable for ever.
package archive
