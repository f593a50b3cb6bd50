package scalar

import (
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// MarshalDateTime writes an instant; the zero time is null.
func MarshalDateTime(t time.Time) graphql.Marshaler { return graphql.MarshalTime(t) }

// UnmarshalDateTime reads an instant in RFC 3339. It fails with INVALID_INPUT
// for everything else, leap seconds included, which time.Time cannot hold.
func UnmarshalDateTime(v any) (time.Time, error) {
	text, ok := v.(string)
	if ok && isRFC3339(text) {
		if t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.New(fault.InvalidInput, "a DateTime is written in RFC 3339 with an offset, such as 2026-11-26T09:30:00Z")
}

// isRFC3339 reports whether text has the form of RFC 3339. time.Parse is laxer:
// it takes hours of one digit, fractions after a comma and offsets of 24 hours.
func isRFC3339(text string) bool {
	const upToSeconds = "dddd-dd-ddTdd:dd:dd"
	if len(text) <= len(upToSeconds) || !like(upToSeconds, text[:len(upToSeconds)]) {
		return false
	}
	offset := text[len(upToSeconds):]
	if fraction, ok := strings.CutPrefix(offset, "."); ok {
		offset = strings.TrimLeft(fraction, "0123456789")
		if len(offset) == len(fraction) {
			return false
		}
	}
	if like("Z", offset) {
		return true
	}
	return (like("+dd:dd", offset) || like("-dd:dd", offset)) && offset[1:3] <= "23" && offset[4:6] <= "59"
}

// like reports whether text has the form of pattern, in which d stands for a
// digit and a capital letter for itself in either case.
func like(pattern, text string) bool {
	if len(pattern) != len(text) {
		return false
	}
	for i := range len(pattern) {
		want, got := pattern[i], text[i]
		switch {
		case want == 'd':
			if got < '0' || got > '9' {
				return false
			}
		case got != want && (want < 'A' || got != want+'a'-'A'):
			return false
		}
	}
	return true
}
