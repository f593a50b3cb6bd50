package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/answer"
)

// deferSpec is the version of incremental delivery that gqlgen implements.
const deferSpec = "20220824"

// drainDeferred waits for the parts that @defer has postponed and merges them
// into the answer, for clients that read a single answer.
func drainDeferred(resp *graphql.Response, next func() *graphql.Response) {
	for resp.HasNext != nil && *resp.HasNext {
		part := next()
		if part == nil {
			break
		}
		resp.Data = splice(resp.Data, part.Path, part.Data)
		resp.Errors = append(resp.Errors, part.Errors...)
		resp.HasNext = part.HasNext
	}
	resp.HasNext = nil
}

// splice returns data with the members of patch added to the object at path.
// Everything else keeps its order and its bytes. If there is no object at path,
// because an error made its parent null, data is returned unchanged.
func splice(data json.RawMessage, path ast.Path, patch json.RawMessage) json.RawMessage {
	if len(path) == 0 {
		return addMembers(data, patch)
	}
	switch step := path[0].(type) {
	case ast.PathName:
		object, ok := membersOf(data)
		if !ok {
			return data
		}
		for i, m := range object {
			if m.name == string(step) {
				object[i].value = splice(m.value, path[1:], patch)
			}
		}
		return joinMembers(object)
	case ast.PathIndex:
		var list []json.RawMessage
		if json.Unmarshal(data, &list) != nil || int(step) >= len(list) {
			return data
		}
		list[step] = splice(list[step], path[1:], patch)
		return joinItems(list)
	}
	return data
}

func addMembers(data, patch json.RawMessage) json.RawMessage {
	object, ok := membersOf(data)
	added, some := membersOf(patch) // none if a non-null field failed
	if !ok || !some {
		return data
	}
next:
	for _, m := range added {
		for i := range object {
			if object[i].name == m.name {
				object[i].value = m.value
				continue next
			}
		}
		object = append(object, m)
	}
	return joinMembers(object)
}

type member struct {
	name  string
	value json.RawMessage
}

// membersOf is the object in data, in order. It reports false if data is
// something else.
func membersOf(data json.RawMessage) ([]member, bool) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	var object []member
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		m := member{}
		m.name, _ = key.(string)
		if decoder.Decode(&m.value) != nil {
			return nil, false
		}
		object = append(object, m)
	}
	return object, true
}

func joinMembers(object []member) json.RawMessage {
	out := []byte{'{'}
	for i, m := range object {
		if i > 0 {
			out = append(out, ',')
		}
		// GraphQL names consist of letters, digits and underscores.
		out = append(append(append(out, '"'), m.name...), '"', ':')
		out = append(out, m.value...)
	}
	return append(out, '}')
}

func joinItems(list []json.RawMessage) json.RawMessage {
	out := []byte{'['}
	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, item...)
	}
	return append(out, ']')
}

// deferredPart is one entry of "incremental".
type deferredPart struct {
	Data   json.RawMessage `json:"data"`
	Label  string          `json:"label,omitempty"`
	Path   ast.Path        `json:"path"`
	Errors any             `json:"errors,omitempty"`
}

// writeMultipart sends first, then each deferred part as it arrives. Every part
// ends with the next boundary, since clients wait for it.
func writeMultipart(ctx context.Context, w http.ResponseWriter, wait time.Duration, a *answer.Answer, first *graphql.Response, next func() *graphql.Response) {
	w.Header().Set("Content-Type", mediaMultipart+`;boundary="-";deferSpec=`+deferSpec)
	stream := newStreamWriter(ctx, w, wait, a)
	write := func(part []byte, more bool) {
		closing := "\r\n---\r\n"
		if !more {
			closing = "\r\n-----\r\n"
		}
		// After a failed write the parts are still read to the end, or gqlgen's
		// deferred fields would block.
		_ = stream.write([]byte("Content-Type: application/json\r\n\r\n"), part, []byte(closing))
	}

	_ = stream.write([]byte("\r\n---\r\n"))
	more := first.HasNext != nil && *first.HasNext
	write(bytes.Join(encode(first), nil), more)
	for more {
		resp := next()
		if resp == nil {
			write([]byte(`{"hasNext":false}`), false)
			return
		}
		more = resp.HasNext != nil && *resp.HasNext
		part := deferredPart{Data: resp.Data, Label: resp.Label, Path: resp.Path}
		if part.Path == nil {
			part.Path = ast.Path{}
		}
		if len(resp.Errors) > 0 {
			part.Errors = resp.Errors
		}
		encoded, err := json.Marshal(struct {
			Incremental []deferredPart `json:"incremental"`
			HasNext     bool           `json:"hasNext"`
		}{[]deferredPart{part}, more})
		if err != nil {
			encoded = fmt.Appendf(nil, `{"hasNext":%t}`, more)
		}
		write(encoded, more)
	}
}
