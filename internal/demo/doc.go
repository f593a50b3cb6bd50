// Package demo fills a database with a class of learners who never existed, for
// screenshots, a trainer's first look, and tests. Its one law: all that they do
// goes through the packages that serve real learners, by a clock that never goes
// back, and one seed makes one class.
package demo
