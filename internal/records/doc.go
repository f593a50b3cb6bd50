// Package records opens everything that is kept of learners.
//
// Its one law: serve, rebuild and tests get the same parts, joined in the same way.
package records
