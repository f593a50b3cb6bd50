package certificates

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// content is a response body with its headers.
type content struct {
	status  int // 0 means 200, the only status that can be cached
	media   string
	caching string
	policy  string // Content-Security-Policy; "" keeps the server's, which forbids everything
	body    []byte
}

// open serves the result of answer to everybody, and its failures without their
// causes.
func open(answer func(*http.Request) (content, error), logger *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
			return
		}
		h.Set("Access-Control-Allow-Origin", "*")
		c, err := answer(r)
		if err != nil {
			code, message := status(err)
			if code >= http.StatusInternalServerError {
				logger.WarnContext(r.Context(), "request failed", "err", err)
			}
			http.Error(w, message, code)
			return
		}
		c.write(w, r)
	})
}

func (c content) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", c.media)
	if c.policy != "" {
		h.Set("Content-Security-Policy", c.policy)
	}
	if c.status != 0 {
		h.Set("Content-Length", strconv.Itoa(len(c.body)))
		w.WriteHeader(c.status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(c.body) // fails only when the client is gone
		}
		return
	}
	sum := sha256.Sum256(c.body)
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	h.Set("Cache-Control", c.caching)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(c.body))
}
