package identity

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
)

// Subjects come in three kinds that cannot collide: people's contain no colon,
// guests' start with "guest:", and an external issuer's start with another
// prefix that ends in a colon.

// MaxSubject limits Caller.Subject, in bytes: an escaped outside subject of 255
// characters, the most that OpenID Connect allows, with a prefix.
const MaxSubject = 800

const guestPrefix = "guest:"

var (
	person        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$`)
	guest         = regexp.MustCompile(`^guest:[0-9a-f]{32}$`)
	outsidePrefix = regexp.MustCompile(`^[a-z][a-z0-9-]{0,29}:$`)
)

// GuestSubject returns the subject of a new guest, with 128 bits read from
// random.
func GuestSubject(random io.Reader) (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return "", fmt.Errorf("drawing a guest's subject: %w", err)
	}
	return guestPrefix + hex.EncodeToString(id[:]), nil
}

// validSubject reports whether the server's own tokens may name subject.
func validSubject(subject string, isGuest bool) bool {
	if isGuest {
		return guest.MatchString(subject)
	}
	return person.MatchString(subject)
}

// validPrefix reports whether an external issuer's subjects may start with
// prefix.
func validPrefix(prefix string) bool {
	return outsidePrefix.MatchString(prefix) && prefix != guestPrefix
}

// outsideSubject is the subject for sub of an external issuer. Escaping keeps
// different subjects different, and separators out of record ids.
func outsideSubject(prefix, sub string) (string, bool) {
	if sub == "" || len(sub) > 255 || strings.ContainsRune(sub, 0) {
		return "", false
	}
	subject := prefix + url.PathEscape(sub)
	return subject, len(subject) <= MaxSubject
}
