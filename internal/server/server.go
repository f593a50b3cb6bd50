// Package server serves GraphQL over HTTP as single answers, event streams and
// WebSockets, with limits, health checks and a graceful shutdown. It knows
// nothing about the schema's domain.
package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/scrumkb/scrumkb/internal/server/failure"
	"github.com/scrumkb/scrumkb/internal/server/kept"
)

const (
	graphqlPath  = "/graphql"
	graphiqlPath = "/graphiql"
)

// Server serves one schema. Create it with New.
type Server struct {
	config  Config
	gate    *gate
	bounds  *bounds
	proxies proxies
	handler http.Handler
}

// New returns a Server that does not listen yet.
func New(c Config) *Server {
	c = c.withDefaults()
	s := &Server{config: c, gate: newGate(), bounds: newBounds(c), proxies: c.TrustedProxies}
	engine := newEngine(c)
	origins := newOrigins(c.CORSOrigins)

	mux := http.NewServeMux()
	e := &endpoint{
		config:   c,
		engine:   engine,
		gate:     s.gate,
		bounds:   s.bounds,
		proxies:  s.proxies,
		origins:  origins,
		statuses: statuses{c.Draft},
	}
	if c.Cache > 0 {
		e.answers = kept.New(c.Cache)
	}
	mux.Handle(graphqlPath, origins.share(e))
	mux.HandleFunc(healthPath, live(c.Version, c.Revision))
	mux.Handle(readyPath, readiness{c.Ready, c.Degraded, c.Logger, s.gate.isDraining})
	for pattern, handler := range c.Routes {
		mux.Handle(pattern, handler)
	}
	if c.GraphiQL != nil {
		mux.Handle(graphiqlPath, c.GraphiQL)
		mux.Handle(graphiqlPath+"/", c.GraphiQL)
		mux.Handle("/{$}", http.RedirectHandler(graphiqlPath, http.StatusFound))
	} else {
		mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, map[string]any{"graphql": graphqlPath})
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusNotFound, map[string]any{"error": "nothing here; the API is at " + graphqlPath})
	})

	s.handler = s.gate.hold(observe(c.Logger, engine.presenter, secure(limitURL(c.Limits.URL, mux))))
	return s
}

// Handler returns everything that the server serves, without the timeouts and
// the drain of Serve.
func (s *Server) Handler() http.Handler { return s.handler }

// secure sets headers that restrict browsers to reading an answer. GraphiQL
// replaces the content policy.
func secure(next http.Handler) http.Handler {
	// Set would allocate a new slice for each header and request.
	headers := map[string][]string{
		"X-Content-Type-Options":  {"nosniff"},
		"X-Frame-Options":         {"DENY"},
		"Referrer-Policy":         {"no-referrer"},
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
		"Cache-Control":           {"no-store"},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), headers)
		next.ServeHTTP(w, r)
	})
}

func limitURL(most int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.RequestURI) > most {
			refused := refuse(http.StatusRequestURITooLong, "the URL is longer than "+strconv.Itoa(most)+" bytes, use POST")
			writeErrors(r.Context(), w, mediaJSON, refused.status, failure.List(refused.fault()))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Serve answers on listener until ctx ends, then drains: readiness turns 503,
// the listener closes, requests in flight are answered, sockets closed with
// 1001 and event streams ended. Whatever remains after DrainGrace is cut off.
// It returns nil after a drain, or the listener's error.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := s.httpServer()
	broken := make(chan error, 1)
	listener = s.bounded(listener)
	go func() { broken <- server.Serve(listener) }()

	select {
	case err := <-broken:
		return err
	case <-ctx.Done():
	}
	s.config.Logger.Info("draining")
	s.gate.announce()
	<-time.After(s.config.DrainDelay)
	s.drain(server)
	if err := <-broken; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *Server) bounded(l net.Listener) net.Listener {
	return &listener{Listener: l, pool: s.bounds.connections, proxies: s.proxies.trust, stall: s.config.StallTimeout}
}

func (s *Server) drain(server *http.Server) {
	grace, cancel := context.WithTimeout(context.Background(), s.config.DrainGrace)
	defer cancel()
	s.gate.close()
	if err := server.Shutdown(grace); err != nil {
		s.config.Logger.Warn("requests cut off", "grace", s.config.DrainGrace)
		_ = server.Close()
	}
	s.gate.wait(grace)
}

func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      s.config.RequestTimeout + 5*time.Second, // the answer to a request that timed out
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    s.config.Limits.Header,
		ErrorLog:          slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelDebug),
	}
}
