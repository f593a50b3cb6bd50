package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
)

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// canonical parses a JSON text, for comparisons that ignore the order of
// members.
func canonical(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

// get sends a query in the URL, with the header that a GET needs if h is nil.
func get(t testing.TB, i *instance, query url.Values, h header) answer {
	t.Helper()
	if h == nil {
		h = header{"Content-Type": "application/json"}
	}
	return send(t, http.MethodGet, i.url("/graphql?"+query.Encode()), h, nil)
}
