package kept

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"net/http"
	"slices"
)

// Sighting is what a request looks like: all of it that decides which answer
// it gets, as it came, but for who sent it. Requests that look alike get the
// same answer as long as the content stays the same.
type Sighting struct {
	text    []byte
	body    int   // where the body of a POST begins in text
	err     error // why the body is not whole
	edition int
	digest  digest
}

const (
	// sightedBody is how long a body may be to be looked at. Longer ones are
	// not what clients send again and again.
	sightedBody = 16 << 10

	// editionBytes is the room for the edition, where text begins.
	editionBytes = 8
)

// See looks at r. It returns nil for what cannot be asked again in the same
// bytes. What it returns must be given back with Forget when r is answered, and
// its Unread called before anybody else reads r.
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

// Forget takes back what See has returned.
func (c *Answers) Forget(seen *Sighting) {
	if seen != nil {
		c.sightings.Put(seen)
	}
}

func (s *Sighting) read(r *http.Request) {
	s.edition = 0 // until it is signed
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

// sign sets the digest of the request, sent while that edition is current.
func (s *Sighting) sign(edition int) {
	binary.BigEndian.PutUint64(s.text, uint64(edition))
	s.edition, s.digest = edition, sha256.Sum256(s.text)
}

// Unread makes r's body readable from its beginning, to the end that it had.
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

// failing is a reader that fails: net/http tells only once that a body ends
// early.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
