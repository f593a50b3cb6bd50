// Package notice keeps what a learner should be told once. Its one law: a notice
// is stored under its cause, so that the same cause never makes a second one.
package notice
