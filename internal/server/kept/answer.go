package kept

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/server/document"
)

// Answer is the answer to a public operation in one form. It is shared by
// all who ask for it: nobody changes it, nor the header values in it.
type Answer struct {
	Label document.Label // of its operation

	body          []byte
	contentType   []string
	contentLength []string
	encoding      []string // nil when it is not encoded
	etag          []string
	forAll        []string // Cache-Control of answers to everybody
	forOne        []string // Cache-Control where a token came with the request
}

// overhead is what an answer takes besides its body, about.
const overhead = 1 << 10

func (a *Answer) weight() uint32 {
	return uint32(min(len(a.body)+overhead, math.MaxUint32))
}

// newAnswer makes an answer of its bytes in a coding. The entity tag tells
// apart what differs in bytes, media type or coding; it is made of these and
// not of the key, so that it survives a publish that changes nothing, and
// never names other bytes after a change of the program.
func newAnswer(body []byte, as coding, q question) *Answer {
	tagged := sha256.New()
	_, _ = tagged.Write(appendPart(appendPart(nil, q.Media), codingNames[as]))
	_, _ = tagged.Write(body)
	seconds := strconv.Itoa(int(q.Operation.MaxAge / time.Second))
	label := q.Operation.Label()
	a := &Answer{
		// The name is a part of the document's text, and would keep all of it.
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

// Write answers r with a, or says that the client has it already. Only a GET
// is told for how long it may keep it: a POST has no such answers in HTTP.
func (a *Answer) Write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if r.Method == http.MethodGet {
		h["Etag"] = a.etag
		h["Cache-Control"] = a.forAll
		if r.Header.Get("Authorization") != "" {
			h["Cache-Control"] = a.forOne
		}
		// A bad token is refused, so that a cache must not mix up callers.
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
	_, _ = w.Write(a.body) // an error means that the client is gone
}
