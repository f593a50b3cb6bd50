// Package demo fills a database with a class of invented learners, for
// screenshots, trainers' first look and tests. Its one law: everything they do
// goes through the packages that serve real learners, with a clock that never
// goes back, and a seed always gives the same class.
package demo
