package server

import (
	"mime"
	"strconv"
	"strings"
)

const (
	mediaJSON        = "application/json"
	mediaGraphQL     = "application/graphql-response+json"
	mediaEventStream = "text/event-stream"
	mediaMultipart   = "multipart/mixed"
)

// acceptance is what a client can read. The operation decides which part is
// used: urql accepts event streams and multipart in every request.
type acceptance struct {
	single      string // mediaGraphQL or mediaJSON; empty if neither is acceptable
	eventStream bool   // named explicitly, not only by a wildcard
	multipart   bool   // in gqlgen's version of @defer
}

func (a acceptance) nothing() bool { return a.single == "" && !a.eventStream && !a.multipart }

// errorMedia is the media type of errors that precede negotiation.
func (a acceptance) errorMedia() string {
	if a.single == "" {
		return mediaJSON
	}
	return a.single
}

// negotiate parses Accept headers. The highest q wins, then the earlier one;
// wildcards, and no header at all, mean application/json.
func negotiate(headers []string) acceptance {
	all := strings.TrimSpace(strings.Join(headers, ","))
	if all == "" {
		return acceptance{single: mediaJSON}
	}
	var a acceptance
	best := 0.0
	for offer := range splitUnquoted(all) {
		media, params, err := mime.ParseMediaType(offer)
		if err != nil {
			continue
		}
		q := quality(params)
		if q == 0 || !isUTF8(params["charset"]) {
			continue
		}
		switch media {
		case mediaGraphQL:
			if q > best {
				a.single, best = mediaGraphQL, q
			}
		case mediaJSON, "application/*", "*/*":
			if q > best {
				a.single, best = mediaJSON, q
			}
		case mediaEventStream:
			a.eventStream = true
		case mediaMultipart:
			_, newer := params["incrementalspec"]
			spec := params["deferspec"]
			a.multipart = a.multipart || !newer && (spec == "" || spec == deferSpec)
		}
	}
	return a
}

// quality is the q parameter: 1 if absent, 0 if it is not a number from 0 to 1.
func quality(params map[string]string) float64 {
	given, ok := params["q"]
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(given, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

func isUTF8(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

// splitUnquoted yields the parts of a comma-separated list, ignoring commas in
// quotes.
func splitUnquoted(list string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		quoted, start := false, 0
		for i := 0; i < len(list); i++ {
			switch {
			case list[i] == '\\' && quoted:
				i++
			case list[i] == '"':
				quoted = !quoted
			case list[i] == ',' && !quoted:
				if !yield(strings.TrimSpace(list[start:i])) {
					return
				}
				start = i + 1
			}
		}
		yield(strings.TrimSpace(list[start:]))
	}
}
