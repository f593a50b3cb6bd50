package kept

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"net/http"
	"slices"
)

// Sighting is everything in a request that determines its answer, as received,
// except the caller. Requests with equal sightings get the same answer until
// the content changes.
type Sighting struct {
	text    []byte
	body    int   // where the body of a POST begins in text
	err     error // why the body is incomplete
	edition int
	digest  digest
}

const (
	// sightedBody is the longest body to look at. Clients do not repeat longer
	// ones.
	sightedBody = 16 << 10

	// editionBytes is the space for the edition at the start of text.
	editionBytes = 8
)

// See takes a sighting of r, or returns nil if r cannot be repeated byte by
// byte. A sighting must be released with Forget once r is answered, and its
// Unread called before anything else reads r.
func (c *Answers) See(r *http.Request) *Sighting {
	if r.Method != http.MethodGet && (r.Method != http.MethodPost || r.ContentLength <= 0 || r.ContentLength > sightedBody) {
		return nil
	}
	seen, ok := c.sightings.Get().(*Sighting)
	if !ok {
		seen = &Sighting{}
	}
	seen.read(r)
	return seen
}

// Forget releases a sighting.
func (c *Answers) Forget(seen *Sighting) {
	if seen != nil {
		c.sightings.Put(seen)
	}
}

func (s *Sighting) read(r *http.Request) {
	s.edition = 0 // until signed
	var edition [editionBytes]byte
	s.text = append(s.text[:0], edition[:]...)
	s.text = appendPart(s.text, r.Method)
	for _, name := range [...]string{"Accept", "Accept-Encoding", "Content-Type", "Content-Encoding"} {
		values := r.Header[name]
		s.text = binary.BigEndian.AppendUint32(s.text, uint32(len(values)))
		for _, value := range values {
			s.text = appendPart(s.text, value)
		}
	}
	if r.Method == http.MethodGet {
		s.text = append(s.text, r.URL.RawQuery...)
		s.body, s.err = 0, nil
		return
	}
	s.body = len(s.text)
	s.text = slices.Grow(s.text, int(r.ContentLength))[:s.body+int(r.ContentLength)]
	n, err := io.ReadFull(r.Body, s.text[s.body:])
	s.text, s.err = s.text[:s.body+n], err
}

// sign computes the digest of the request for an edition.
func (s *Sighting) sign(edition int) {
	binary.BigEndian.PutUint64(s.text, uint64(edition))
	s.edition, s.digest = edition, sha256.Sum256(s.text)
}

// Unread makes r's body readable again from its beginning, with its original
// end.
func (s *Sighting) Unread(r *http.Request) {
	if s.body == 0 {
		return
	}
	again := io.Reader(bytes.NewReader(s.text[s.body:]))
	if s.err != nil {
		again = io.MultiReader(again, failing{s.err})
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{again, r.Body}
}

// failing is a reader that fails: net/http reports only once that a body ended
// early.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
