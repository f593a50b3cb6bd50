package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// writeErrors answers with errors alone: a request that was not executed has no
// data, not even null.
func writeErrors(ctx context.Context, w http.ResponseWriter, media string, status int, errs gqlerror.List) {
	observed(ctx).failed(errs)
	writeResponse(w, media, status, &graphql.Response{Errors: stamped(ctx, errs)})
}

// writeResponse writes resp's data as is. gqlgen has already encoded it;
// encoding/json would parse all of it again.
func writeResponse(w http.ResponseWriter, media string, status int, resp *graphql.Response) {
	head, tail := envelope(resp)
	h := w.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	if seconds, limited := retryAfter(resp.Errors); limited {
		h.Set("Retry-After", strconv.Itoa(seconds))
	}
	h.Set("Content-Length", strconv.Itoa(len(head)+len(resp.Data)+len(tail)))
	w.WriteHeader(status)
	for _, part := range [][]byte{head, resp.Data, tail} {
		if _, err := w.Write(part); err != nil {
			return // the client is gone
		}
	}
}

// retryAfter returns the longest wait that the errors ask for.
func retryAfter(errs gqlerror.List) (seconds int, limited bool) {
	for _, err := range errs {
		if wait, ok := err.Extensions[fault.RetryAfter].(int); ok {
			seconds, limited = max(seconds, wait), true
		}
	}
	return seconds, limited
}

// encode returns resp on one line, in parts, for frames and events. It takes
// resp's data over.
func encode(resp *graphql.Response) [][]byte {
	head, tail := envelope(resp)
	// Outside strings, where it would be escaped, a line break is white space.
	for rest := []byte(resp.Data); ; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			return [][]byte{head, resp.Data, tail}
		}
		rest[i] = ' '
		rest = rest[i+1:]
	}
}

var (
	emptyHead = []byte(`{"data":`)
	emptyTail = []byte(`}`)
)

// envelope is everything around resp's data.
func envelope(resp *graphql.Response) (head, tail []byte) {
	if len(resp.Errors) == 0 && len(resp.Extensions) == 0 && resp.HasNext == nil && resp.Data != nil {
		return emptyHead, emptyTail
	}
	b := []byte{'{'}
	member := func(name string, value any) {
		encoded, err := json.Marshal(value)
		if err != nil {
			// Only a value in extensions can fail to encode; errors are ours.
			return
		}
		if len(b) > 0 && b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, name...)
		b = append(b, '"', ':')
		b = append(b, encoded...)
	}
	if len(resp.Errors) > 0 {
		member("errors", resp.Errors)
	}
	if len(resp.Extensions) > 0 {
		member("extensions", resp.Extensions)
	}
	if resp.HasNext != nil {
		member("hasNext", *resp.HasNext)
	}
	if resp.Data == nil {
		return append(b, '}'), nil
	}
	if len(b) > 1 {
		b = append(b, ',')
	}
	return append(b, `"data":`...), emptyTail
}
