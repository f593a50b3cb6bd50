// Package records opens all records about learners.
//
// Its one law: serve, rebuild and tests get the same parts, assembled in the
// same way.
package records
