package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/server/document"
	"github.com/scrumkb/scrumkb/internal/server/failure"
)

// observation is an entry of the access log. It never contains variables,
// tokens or the document.
type observation struct {
	requestID string
	operation document.Label // empty if none was executed
	codes     []string
	told      atomic.Bool // the log has a failure of it
	written   countingWriter
	headerID  [1]string
}

type observationKey struct{}

func observed(ctx context.Context) *observation {
	if o, ok := ctx.Value(observationKey{}).(*observation); ok {
		return o
	}
	return &observation{}
}

// RequestID returns the id of ctx's request, which its client sees in
// X-Request-Id and in every error. It is empty outside a request.
func RequestID(ctx context.Context) string { return observed(ctx).requestID }

// failed records the codes of errs, each once.
func (o *observation) failed(errs gqlerror.List) {
	for _, err := range errs {
		if code := string(failure.CodeOf(err)); !slices.Contains(o.codes, code) {
			o.codes = append(o.codes, code)
		}
	}
}

// appendTo appends o's attributes.
func (o *observation) appendTo(attrs []slog.Attr) []slog.Attr {
	if o.operation.Kind != "" {
		attrs = append(attrs, slog.GroupAttrs("operation", slog.String("name", o.operation.Name), slog.String("type", o.operation.Kind)))
	}
	if len(o.codes) > 0 {
		attrs = append(attrs, slog.Any("codes", o.codes))
	}
	return attrs
}

// LogHandler adds request_id to each record logged with a request's context, by
// any package.
func LogHandler(next slog.Handler) slog.Handler { return requestHandler{next} }

type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestID(ctx); id != "" {
		record = record.Clone()
		record.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, record)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}

// safeID is the form of a caller's own request id that is accepted. Anything
// else could pollute logs and headers.
var safeID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// observe gives each request an id, logs one line about it, and answers 500 if
// next panics.
func observe(logger *slog.Logger, p presenter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		o := &observation{requestID: r.Header.Get("X-Request-Id")}
		if !safeID.MatchString(o.requestID) {
			o.requestID = rand.Text()
		}
		o.headerID[0] = o.requestID
		w.Header()["X-Request-Id"] = o.headerID[:]
		o.written.ResponseWriter = w
		r = r.WithContext(context.WithValue(r.Context(), observationKey{}, o))

		defer func() {
			ctx := r.Context()
			if cause := recover(); cause != nil {
				errs := failure.List(p.recovered(ctx, cause))
				if o.written.status == 0 {
					writeErrors(ctx, &o.written, mediaJSON, http.StatusInternalServerError, errs)
				}
			}
			level := slog.LevelInfo
			if r.URL.Path == healthPath || r.URL.Path == readyPath {
				level = slog.LevelDebug // probes arrive every few seconds, forever
			}
			attrs := append(make([]slog.Attr, 0, 7),
				slog.String("method", r.Method),
				slog.String("path", r.URL.Path),
				slog.Int("status", o.written.status),
				slog.Int64("bytes", o.written.bytes),
				slog.Duration("duration", time.Since(start)))
			logger.LogAttrs(ctx, level, "request", o.appendTo(attrs)...)
		}()
		next.ServeHTTP(&o.written, r)
	})
}

// countingWriter records status and size. Flushing, hijacking and deadlines
// reach the underlying writer through Unwrap.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 || w.status < 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}
