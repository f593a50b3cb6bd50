// Package owndata exports and deletes everything that is stored about a learner.
//
// Its one law: what is opened on its engine and names a learner is covered, without
// a list of collections to keep.
package owndata
