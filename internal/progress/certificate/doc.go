// Package certificate issues, finds and revokes certificates of completed
// courses.
//
// Its one law: a certificate stays as it was issued. Only a missing name is
// added, and it may be revoked.
package certificate
