// Package journey records learners' progress towards certifications and their
// renewals, with the Scrum Education Units that count towards them.
//
// Its one law: a record that another depends on cannot be changed, so
// corrections start with the latest record.
package journey
