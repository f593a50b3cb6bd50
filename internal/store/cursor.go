package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// cursor is the text form of a Position. It is not signed: a forged one merely
// starts elsewhere among the documents that its query selects anyway.
type cursor struct {
	Query string `json:"q"` // fingerprint of its query
	Value any    `json:"v"`
	ID    string `json:"i"`
}

func writeCursor(collection string, s Selection, at Position) (string, error) {
	if t, ok := at.Value.(time.Time); ok {
		at.Value = t.UnixMilli()
	}
	text, err := json.Marshal(cursor{Query: fingerprint(collection, s), Value: at.Value, ID: at.ID})
	if err != nil {
		return "", fmt.Errorf("encoding the cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(text), nil
}

// readCursor fails with an INVALID_INPUT for anything that writeCursor did not
// return for the same query.
func readCursor(text, collection string, s Selection) (*Position, error) {
	refused := fault.Invalid("after", "the cursor does not belong to this list")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, refused
	}
	var value json.RawMessage
	c := cursor{Value: &value}
	if err := json.Unmarshal(raw, &c); err != nil || c.ID == "" || c.Query != fingerprint(collection, s) {
		return nil, refused
	}
	at := Position{ID: c.ID}
	switch s.Sort.Kind {
	case Text:
		at.Value, err = decodeAs[string](value)
	case Bool:
		at.Value, err = decodeAs[bool](value)
	case Integer:
		at.Value, err = decodeAs[int64](value)
	case Time:
		var ms int64
		ms, err = decodeAs[int64](value)
		at.Value = time.UnixMilli(ms).UTC()
	}
	if err != nil {
		return nil, refused
	}
	return &at, nil
}

func decodeAs[T any](raw json.RawMessage) (T, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

// fingerprint identifies a query without its limit and cursor.
func fingerprint(collection string, s Selection) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %q %t", collection, s.Sort.Path, s.Descending)
	for _, e := range s.Equal {
		fmt.Fprintf(hash, " %q=%#v", e.Field.Path, e.Value)
	}
	if s.In != nil {
		fmt.Fprintf(hash, " %q in %q", s.In.Field.Path, s.In.Values)
	}
	if s.Range != nil {
		fmt.Fprintf(hash, " %q from %#v to %#v", s.Range.Field.Path, s.Range.From, s.Range.To)
	}
	const enough = 12 // bytes, enough to distinguish the queries of one program
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:enough])
}
