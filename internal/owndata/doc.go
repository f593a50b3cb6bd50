// Package owndata exports and deletes everything that is stored about a
// learner.
//
// Its one law: it covers every collection that is opened on its engine and
// names a learner, without a list to maintain.
package owndata
