// Package typed holds what people type: lines, notes and codes, and the form in
// which texts are compared and searched. Its one law: each kind has a single
// normal form, normalising twice changes nothing, and nobody stores or compares
// a text that has not been here.
package typed
