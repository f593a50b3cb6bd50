// Package nodeid writes and reads the global ids of records: the kind of
// record, a slash, and the stored id in some form. Its one law: one table lists
// all kinds with their forms, and an id that a client has seen never changes.
package nodeid

import (
	"encoding/base64"
	"strings"

	"github.com/google/uuid"
)

// Kind is a kind of record, and the prefix of its ids.
type Kind string

// The kinds of records that have global ids.
const (
	Attempt     Kind = "attempt"
	Certificate Kind = "certificate"
	Cohort      Kind = "cohort"
	Member      Kind = "member"
	Membership  Kind = "membership"
	Journey     Kind = "journey"
	SEU         Kind = "seu"
	Notice      Kind = "notice"
)

// form is how an id encodes the stored id. read returns "" for anything that
// write does not produce.
type form struct{ write, read func(string) string }

var forms = map[Kind]form{
	Attempt:     opaque,
	Certificate: plain,
	Cohort:      canonicalUUID,
	Member:      canonicalUUID,
	Membership:  canonicalUUID,
	Journey:     opaque,
	SEU:         opaque,
	Notice:      opaque,
}

var (
	plain         = form{write: same, read: same}
	canonicalUUID = form{write: same, read: readUUID}
	opaque        = form{write: encode, read: decode} // hides names at a glance, and encodes any bytes
)

// Write returns the global id of the record with the stored id.
func (k Kind) Write(stored string) string { return string(k) + "/" + forms[k].write(stored) }

// Read returns the stored id of the record with the global id, or "" if the id
// is not of this kind.
func (k Kind) Read(global string) (stored string) {
	if of, stored := Read(global); of == k {
		return stored
	}
	return ""
}

// Read returns the kind and the stored id of the record with the global id;
// both are empty if it is not the id of a record.
func Read(global string) (kind Kind, stored string) {
	name, rest, _ := strings.Cut(global, "/")
	f, ok := forms[Kind(name)]
	if !ok {
		return "", ""
	}
	if stored = f.read(rest); stored == "" {
		return "", ""
	}
	return Kind(name), stored
}

func same(stored string) string { return stored }

func readUUID(text string) string {
	if parsed, err := uuid.Parse(text); err != nil || parsed.String() != text {
		return ""
	}
	return text
}

func encode(stored string) string { return base64.RawURLEncoding.EncodeToString([]byte(stored)) }

func decode(text string) string {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return ""
	}
	return string(raw)
}
