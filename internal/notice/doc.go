// Package notice stores one-time notices to learners. Its one law: a notice is
// stored under its cause, so that a cause never leads to a second one.
package notice
