package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/scrumkb/scrumkb/internal/answer"
)

// streamWriter writes to a response that stays open. Each write is flushed,
// with its own deadline in place of the server's, which is meant for responses
// that end. It is safe for concurrent use.
type streamWriter struct {
	mu      sync.Mutex
	w       http.ResponseWriter
	control *http.ResponseController
	wait    time.Duration // for a write; a client that takes nothing is given up earlier
	err     error         // the first failed write; nothing is written after it

	ctx    context.Context //nolint:containedctx // of the request
	answer *answer.Answer  // whose parts are written; nil if they are whole
}

func newStreamWriter(ctx context.Context, w http.ResponseWriter, wait time.Duration, a *answer.Answer) *streamWriter {
	return &streamWriter{w: w, control: http.NewResponseController(w), wait: wait, ctx: ctx, answer: a}
}

// write sends parts together. It fails if the client is gone or does not read
// them in time.
func (s *streamWriter) write(parts ...[]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.err = s.flush(parts)
	return s.err
}

func (s *streamWriter) flush(parts [][]byte) error {
	// Writers without deadlines or flushing exist only in tests.
	deadline := time.Now().Add(s.wait)
	if s.answer.HasLater() {
		deadline = time.Time{}
	}
	_ = s.control.SetWriteDeadline(deadline)
	for _, part := range parts {
		if err := s.answer.Send(s.ctx, s.w, part); err != nil {
			return err
		}
	}
	if err := s.control.Flush(); err != nil {
		return err
	}
	// A deadline that passes between two writes would reset an HTTP/2 stream.
	_ = s.control.SetWriteDeadline(time.Time{})
	return nil
}
