// Package certificate issues, finds and revokes certificates of completed
// courses.
//
// Its one law: a certificate stays as it was issued. It can only gain a
// missing name, or be revoked.
package certificate
