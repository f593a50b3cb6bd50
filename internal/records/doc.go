// Package records opens all records of learners.
//
// Its one law: serve, rebuild and tests get the same parts, assembled in the
// same way.
package records
