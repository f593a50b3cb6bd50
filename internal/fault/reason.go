package fault

import (
	"fmt"
	"math"
	"time"
)

// Reason distinguishes failures that share a code, sent as extensions.reason.
// The schema lists the same names in its enum ErrorReason.
type Reason string

// ConflictReason is the reason for a CONFLICT. Every CONFLICT has one.
type ConflictReason Reason

const (
	Stale            ConflictReason = "STALE"             // a concurrent change; the only conflict where retrying the same request helps
	RevisionChanged  ConflictReason = "REVISION_CHANGED"  // its revision is not the one that the client expects
	AlreadyGraded    ConflictReason = "ALREADY_GRADED"    // the question is graded, and its answer final
	AttemptEnded     ConflictReason = "ATTEMPT_ENDED"     // the attempt is finished or abandoned
	NoAttemptsLeft   ConflictReason = "NO_ATTEMPTS_LEFT"  // the quiz may not be taken again
	TooEarly         ConflictReason = "TOO_EARLY"         // not before RetryAt
	KeyReused        ConflictReason = "KEY_REUSED"        // the idempotency key was used with another input
	CohortFull       ConflictReason = "COHORT_FULL"       // it has the maximum number of members
	CohortArchived   ConflictReason = "COHORT_ARCHIVED"   // it is archived
	LastTrainer      ConflictReason = "LAST_TRAINER"      // the last trainer cannot be removed
	LimitReached     ConflictReason = "LIMIT_REACHED"     // the maximum number already exists
	DeletionPending  ConflictReason = "DELETION_PENDING"  // the caller's data is being deleted
	Duplicate        ConflictReason = "DUPLICATE"         // the same thing has already been recorded
	UnitLocked       ConflictReason = "UNIT_LOCKED"       // another unit has to be satisfied first
	NotEarned        ConflictReason = "NOT_EARNED"        // the certification is not recorded as earned
	AlreadyEarned    ConflictReason = "ALREADY_EARNED"    // the certification is already recorded as earned
	AlreadyRenewed   ConflictReason = "ALREADY_RENEWED"   // a renewal has been recorded
	ActivityRecorded ConflictReason = "ACTIVITY_RECORDED" // a recorded activity contradicts it
)

// TokenReason is the reason for an UNAUTHENTICATED. Every UNAUTHENTICATED has
// one.
type TokenReason Reason

const (
	TokenMissing TokenReason = "TOKEN_MISSING"
	TokenExpired TokenReason = "TOKEN_EXPIRED" // genuine, from this server or its issuer, but expired
	TokenInvalid TokenReason = "TOKEN_INVALID" // every other cause, undisclosed
)

// LimitReason is the reason for a RATE_LIMITED. Every RATE_LIMITED has one.
type LimitReason Reason

const (
	TooManyGuests     LimitReason = "TOO_MANY_GUESTS"     // more guest sessions than one network may start
	Busy              LimitReason = "BUSY"                // the server is at capacity
	TooManyStreams    LimitReason = "TOO_MANY_STREAMS"    // sockets, event streams and what runs on them, of one caller or network
	TooManyExports    LimitReason = "TOO_MANY_EXPORTS"    // of one caller, at the same time
	TooManyOperations LimitReason = "TOO_MANY_OPERATIONS" // at the same time, of one caller or network
)

// TooFewQuestions is the reason of an INVALID_INPUT; see Available.
const TooFewQuestions Reason = "TOO_FEW_QUESTIONS"

// Names of details, which are sent to clients as further extensions.
const (
	RetryAfter = "retryAfterSeconds" // after how many seconds, at least one, a retry may succeed
	RetryAt    = "retryAt"           // when a retry may succeed, in RFC 3339
	Available  = "available"         // how many there are, when more were requested
	HeldBy     = "heldBy"            // the open attempts that have the others
)

// Conflicting returns a CONFLICT.
func Conflicting(reason ConflictReason, format string, args ...any) *Error {
	return &Error{Code: Conflict, Reason: Reason(reason), Message: fmt.Sprintf(format, args...)}
}

// Early returns a CONFLICT for something that is not possible before at, which
// is rounded up to a whole second.
func Early(now, at time.Time, format string, args ...any) *Error {
	at = at.Add(time.Second - 1).Truncate(time.Second).UTC()
	f := Conflicting(TooEarly, format, args...)
	f.Details = map[string]any{
		RetryAt:    at.Format(time.RFC3339),
		RetryAfter: max(1, int(math.Ceil(at.Sub(now).Seconds()))),
	}
	return f
}

// Unauthorized returns an UNAUTHENTICATED.
func Unauthorized(reason TokenReason, format string, args ...any) *Error {
	return &Error{Code: Unauthenticated, Reason: Reason(reason), Message: fmt.Sprintf(format, args...)}
}

// Limited returns a RATE_LIMITED that says after how many seconds to retry.
func Limited(reason LimitReason, seconds int, format string, args ...any) *Error {
	return &Error{
		Code: RateLimited, Reason: Reason(reason), Message: fmt.Sprintf(format, args...),
		Details: map[string]any{RetryAfter: seconds},
	}
}

// TooFew returns an INVALID_INPUT for a request for more questions than are
// available.
func TooFew(field string, available int, format string, args ...any) *Error {
	f := Invalid(field, format, args...)
	f.Reason, f.Details = TooFewQuestions, map[string]any{Available: available}
	return f
}

// ReasonOf returns the reason of the first Error in err's chain, or "" if
// there is none.
func ReasonOf(err error) Reason {
	if f, ok := asError(err); ok {
		return f.Reason
	}
	return ""
}
