// Package typed normalises what people type: lines, notes and codes, and the
// form in which texts are compared and searched. Its one law: each kind has a
// single normal form, normalising twice changes nothing, and no text is stored
// or compared without it.
package typed
