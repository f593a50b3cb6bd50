package fault

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Reason says which of the cases that share a code a failure is, sent as
// extensions.reason. The schema lists the same names in its enum ErrorReason.
type Reason string

// ConflictReason is why a CONFLICT came about. Every CONFLICT has one.
type ConflictReason Reason

const (
	Stale            ConflictReason = "STALE"             // others changed the same thing at the same time; the one that is worth repeating
	RevisionChanged  ConflictReason = "REVISION_CHANGED"  // it no longer has the revision that the client expects
	AlreadyGraded    ConflictReason = "ALREADY_GRADED"    // the question is graded, and its answer final
	AttemptEnded     ConflictReason = "ATTEMPT_ENDED"     // the attempt is finished or abandoned
	NoAttemptsLeft   ConflictReason = "NO_ATTEMPTS_LEFT"  // the quiz may not be taken any more
	TooEarly         ConflictReason = "TOO_EARLY"         // not before RetryAt
	KeyReused        ConflictReason = "KEY_REUSED"        // the idempotency key was used with another input
	CohortFull       ConflictReason = "COHORT_FULL"       // it has as many members as it may
	CohortArchived   ConflictReason = "COHORT_ARCHIVED"   // it is closed for good
	LastTrainer      ConflictReason = "LAST_TRAINER"      // somebody has to stay
	LimitReached     ConflictReason = "LIMIT_REACHED"     // there are as many as there may be
	DeletionPending  ConflictReason = "DELETION_PENDING"  // the caller's data are being deleted
	Duplicate        ConflictReason = "DUPLICATE"         // the same is recorded already
	UnitLocked       ConflictReason = "UNIT_LOCKED"       // another unit comes first
	NotEarned        ConflictReason = "NOT_EARNED"        // the certification is not recorded as earned
	AlreadyEarned    ConflictReason = "ALREADY_EARNED"    // the certification is recorded as earned
	AlreadyRenewed   ConflictReason = "ALREADY_RENEWED"   // a renewal is recorded
	ActivityRecorded ConflictReason = "ACTIVITY_RECORDED" // a recorded activity stands against it
)

// TokenReason is why a caller is UNAUTHENTICATED. Every UNAUTHENTICATED has one.
type TokenReason Reason

const (
	TokenMissing TokenReason = "TOKEN_MISSING"
	TokenExpired TokenReason = "TOKEN_EXPIRED" // of this server or its issuer without doubt, and over
	TokenInvalid TokenReason = "TOKEN_INVALID" // for every other cause, which is not told
)

// LimitReason is what a RATE_LIMITED is about. Every RATE_LIMITED has one.
type LimitReason Reason

// TooManyGuests are more guest sessions than one address may start.
const TooManyGuests LimitReason = "TOO_MANY_GUESTS"

// TooFewQuestions is the reason of an INVALID_INPUT; see Available.
const TooFewQuestions Reason = "TOO_FEW_QUESTIONS"

// Reasons lists every Reason, in the order of the schema's enum ErrorReason.
func Reasons() []Reason {
	return slices.Concat(
		[]Reason{
			Reason(Stale), Reason(RevisionChanged), Reason(AlreadyGraded), Reason(AttemptEnded), Reason(NoAttemptsLeft),
			Reason(TooEarly), Reason(KeyReused), Reason(CohortFull), Reason(CohortArchived), Reason(LastTrainer),
			Reason(LimitReached), Reason(DeletionPending), Reason(Duplicate), Reason(UnitLocked), Reason(NotEarned),
			Reason(AlreadyEarned), Reason(AlreadyRenewed), Reason(ActivityRecorded),
		},
		[]Reason{Reason(TokenMissing), Reason(TokenExpired), Reason(TokenInvalid)},
		[]Reason{TooFewQuestions, Reason(TooManyGuests)},
	)
}

// Names of details, which go to the client as further extensions.
const (
	RetryAfter = "retryAfterSeconds" // after how many seconds, at least one, the same may succeed
	RetryAt    = "retryAt"           // from when on the same may succeed, in RFC 3339
	Available  = "available"         // how many there are, of which more were wanted
	HeldBy     = "heldBy"            // the open attempts that have the others
)

// Conflicting returns a CONFLICT.
func Conflicting(reason ConflictReason, format string, args ...any) *Error {
	return &Error{Code: Conflict, Reason: Reason(reason), Message: fmt.Sprintf(format, args...)}
}

// Early returns a CONFLICT because it is too early: the same may succeed from
// at on, which is told in whole seconds and not before it is true.
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

// Limited returns a RATE_LIMITED that says in how many seconds to try again.
func Limited(reason LimitReason, seconds int, format string, args ...any) *Error {
	return &Error{
		Code: RateLimited, Reason: Reason(reason), Message: fmt.Sprintf(format, args...),
		Details: map[string]any{RetryAfter: seconds},
	}
}

// TooFew returns an INVALID_INPUT for a number of questions of which there are
// only so many.
func TooFew(field string, available int, format string, args ...any) *Error {
	f := Invalid(field, format, args...)
	f.Reason, f.Details = TooFewQuestions, map[string]any{Available: available}
	return f
}

// ReasonOf returns the reason of the first Error in err's chain, "" when there
// is none.
func ReasonOf(err error) Reason {
	if f, ok := asError(err); ok {
		return f.Reason
	}
	return ""
}
