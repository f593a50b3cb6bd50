package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	healthPath = "/healthz"
	readyPath  = "/readyz"
)

// readyTimeout is shorter than orchestrators wait for a probe: one to five
// seconds.
const readyTimeout = 2 * time.Second

// live answers as long as the process runs, and names the program's version. It
// does not depend on readiness: restarting would not help.
func live(version, revision string) http.HandlerFunc {
	body := map[string]any{"status": "ok"}
	if version != "" {
		body["version"] = version
	}
	if revision != "" {
		body["revision"] = revision
	}
	return func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, body) }
}

// readiness says whether to send requests here.
type readiness struct {
	ready    func(context.Context) error
	degraded func() []string // nil if nothing ever is
	logger   *slog.Logger
	draining func() bool
}

func (p readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.draining() {
		unready(w, "shutting down")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := p.check(ctx); err != nil {
		p.logger.WarnContext(ctx, "not ready", "err", err)
		unready(w, reason(err))
		return
	}
	body := map[string]any{"status": "ready"}
	if p.degraded != nil {
		if parts := p.degraded(); len(parts) > 0 {
			body["degraded"] = parts
		}
	}
	writeJSON(w, http.StatusOK, body)
}

// check stops waiting when ctx ends, even if Ready ignores it.
func (p readiness) check(ctx context.Context) error {
	if p.ready == nil {
		return nil
	}
	answer := make(chan error, 1)
	go func() { answer <- p.ready(ctx) }()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reason returns the message for operators: only messages made for clients,
// without the addresses and names in other errors.
func reason(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "the check took too long"
	}
	return "a dependency is not available"
}

func unready(w http.ResponseWriter, reason string) {
	writeJSON(w, http.StatusServiceUnavailable, map[string]any{"status": "unavailable", "reason": reason})
}

func writeJSON(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the client is gone
}
