package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// refusal is an HTTP request that is not a GraphQL request. Its message never
// quotes the request.
type refusal struct {
	status  int
	message string
	allow   string // the Allow header of a 405
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, message string) *refusal { return &refusal{status: status, message: message} }

// fault is BAD_REQUEST for every refusal; the status distinguishes them.
func (r *refusal) fault() *fault.Error { return fault.New(fault.BadRequest, "%s", r.message) }

// errMalformed is a JSON body that is not a GraphQL request.
var errMalformed = errors.New("malformed parameters")

// readURL reads the parameters of a GET.
func readURL(r *http.Request) (*graphql.RawParams, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the query string is not valid")
	}
	for name, values := range query {
		if len(values) > 1 && (name == "query" || name == "operationName" || name == "variables" || name == "extensions") {
			return nil, refuse(http.StatusBadRequest, name+" is given more than once")
		}
	}
	p := &graphql.RawParams{Query: query.Get("query"), OperationName: query.Get("operationName"), Headers: r.Header}
	for name, field := range map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions} {
		if text := query.Get(name); text != "" {
			if err := decodeOnly(strings.NewReader(text), field); err != nil {
				return nil, fmt.Errorf("%w: %s must be a JSON object", errMalformed, name)
			}
		}
	}
	return p, nil
}

// readBody reads the parameters of a POST of at most limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) (*graphql.RawParams, error) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != mediaJSON || !isUTF8(params["charset"]) {
		return nil, refuse(http.StatusUnsupportedMediaType, "Content-Type must be application/json in UTF-8")
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, refuse(http.StatusUnsupportedMediaType, "Content-Encoding is not supported")
	}
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, tooLarge(limit)
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the body ends early")
	}
	p, err := decodeParams(body)
	if err != nil {
		return nil, err
	}
	p.Headers = r.Header
	return p, nil
}

func tooLarge(limit int64) *refusal {
	return refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", limit))
}

// decodeParams decodes a JSON object with the members of a GraphQL request,
// each at most once. encoding/json alone would accept repeated members, QUERY
// for query, and trailing data.
func decodeParams(body []byte) (*graphql.RawParams, error) {
	if !utf8.Valid(body) {
		return nil, refuse(http.StatusBadRequest, "the body is not UTF-8")
	}
	if !json.Valid(body) {
		return nil, refuse(http.StatusBadRequest, "the body is not JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, refuse(http.StatusBadRequest, "the body must be one JSON object")
	}

	p := &graphql.RawParams{}
	members := map[string]any{
		"query":         &p.Query,
		"operationName": &p.OperationName,
		"variables":     &p.Variables,
		"extensions":    &p.Extensions,
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "the body is not JSON")
		}
		name, _ := key.(string)
		field, wanted := members[name]
		switch {
		case !wanted:
			field = new(json.RawMessage)
		case field == nil:
			return nil, refuse(http.StatusBadRequest, name+" is given more than once")
		default:
			members[name] = nil
		}
		if err := decoder.Decode(field); err != nil {
			return nil, fmt.Errorf("%w: %s has the wrong type", errMalformed, name)
		}
	}
	return p, nil
}

// decodeOnly decodes one JSON value and fails if anything follows it.
func decodeOnly(r io.Reader, into any) error {
	decoder := json.NewDecoder(r)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}
