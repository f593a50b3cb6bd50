package kept

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/server/document"
)

// Answer is the answer to a public operation in one encoding. It is shared by
// all requests and immutable, including its header values.
type Answer struct {
	Label document.Label // of its operation

	body          []byte
	contentType   []string
	contentLength []string
	encoding      []string // nil if it is not encoded
	etag          []string
	forAll        []string // Cache-Control of shared answers
	forOne        []string // Cache-Control if the request has a token
}

// overhead is the approximate memory of an answer in addition to its body.
const overhead = 1 << 10

func (a *Answer) weight() uint32 {
	return uint32(min(len(a.body)+overhead, math.MaxUint32))
}

// newAnswer creates an answer from a response without errors, in the identity
// encoding.
func newAnswer(resp *graphql.Response, q question) *Answer {
	return encodedAnswer(slices.Concat([]byte(`{"data":`), resp.Data, []byte(`}`)), identityCoding, q)
}

// encodedAnswer creates an answer from its bytes in an encoding. The entity tag is
// computed from bytes, media type and encoding, not from the key, so that it
// survives a publication without changes and never denotes other bytes after an
// upgrade.
func encodedAnswer(body []byte, as coding, q question) *Answer {
	tagged := sha256.New()
	_, _ = tagged.Write(appendPart(appendPart(nil, q.Media), codingNames[as]))
	_, _ = tagged.Write(body)
	seconds := strconv.Itoa(int(q.Operation.MaxAge / time.Second))
	label := q.Operation.Label()
	a := &Answer{
		// The name is a substring of the document's text, and would keep all of
		// it alive.
		Label:         document.Label{Name: strings.Clone(label.Name), Kind: label.Kind},
		body:          body,
		contentType:   []string{q.Media + "; charset=utf-8"},
		contentLength: []string{strconv.Itoa(len(body))},
		etag:          []string{`"` + base64.RawURLEncoding.EncodeToString(tagged.Sum(nil)[:18]) + `"`},
		forAll:        []string{"public, max-age=" + seconds},
		forOne:        []string{"private, max-age=" + seconds},
	}
	if as != identityCoding {
		a.encoding = []string{codingNames[as]}
	}
	return a
}

// Write answers r with a, or with 304 if the client has it. Only answers to
// GET say how long they may be cached: HTTP caches do not store answers to
// POST.
func (a *Answer) Write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if r.Method == http.MethodGet {
		h["Etag"] = a.etag
		h["Cache-Control"] = a.forAll
		if r.Header.Get("Authorization") != "" {
			h["Cache-Control"] = a.forOne
		}
		// Bad tokens are refused, so caches must not mix up callers.
		h["Vary"] = append(h["Vary"], "Accept, Accept-Encoding, Authorization")
		if matches(r.Header["If-None-Match"], a.etag[0]) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h["Content-Type"] = a.contentType
	h["Content-Length"] = a.contentLength
	if a.encoding != nil {
		h["Content-Encoding"] = a.encoding
	}
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(a.body) // fails only when the client is gone
}
