package resolvers_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/seed"
)

// readmeSeed is that of the draw which the README shows.
const readmeSeed = 237

// TestReadmeWalk does what the README's chapters on practising and courses say, with the
// program's own content, and compares the answers. When the questions of the
// objective have changed, the draw is another one: find a seed that gives the
// old one, or tell in the chapter what is drawn now.
func TestReadmeWalk(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(text), "\n## Practising\n")
	chapter, _, _ = strings.Cut(chapter, "\n## Certificates\n")
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newSchool(t, publish(t, loaded.Content), schoolOptions{})
	s.seeds.Store(readmeSeed - 1)

	var got, want []string
	token, id := "", ""
	for _, block := range regexp.MustCompile("(?s)```(sh|json)\n(.*?)```").FindAllStringSubmatch(chapter, -1) {
		for line := range strings.Lines(block[2]) {
			if block[1] == "json" {
				want = append(want, unlike(strings.TrimSuffix(line, "\n")))
				continue
			}
			query, ok := typed(t, line, id)
			if !ok {
				continue
			}
			body, err := json.Marshal(map[string]string{"query": query})
			if err != nil {
				t.Fatal(err)
			}
			indented := postAs(t, s.handler, token, body)
			a := parse(t, indented).ok(t)
			if issued := a.str("startGuestSession.token"); issued != "" {
				token = issued
			}
			if started := a.str("startAttempt.attempt.id"); started != "" {
				id = started
			}
			var printed bytes.Buffer
			if err := json.Compact(&printed, indented); err != nil {
				t.Fatal(err)
			}
			got = append(got, unlike(printed.String()))
		}
	}
	if len(got) < 5 || len(got) != len(want) {
		t.Fatalf("%d requests and %d answers", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("answer %d of the README:\n%s\nand of the program:\n%s", i+1, want[i], got[i])
		}
	}
}

// typed returns the query that a line hands to the shell function api.
func typed(t *testing.T, line, id string) (query string, ok bool) {
	t.Helper()
	argument, ok := strings.CutPrefix(strings.TrimSpace(line), "api ")
	if !ok {
		return "", false
	}
	inner := argument[1 : len(argument)-1]
	if argument[0] == '"' {
		inner = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `$ID`, id).Replace(inner)
	}
	// The function puts it into a JSON string as it is.
	if err := json.Unmarshal([]byte(`"`+inner+`"`), &query); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return query, true
}

// unlike hides what differs from one learner to the next.
func unlike(answer string) string {
	for _, different := range []string{`"token":"eyJhbGciOiJF[^"]*"`, `"id":"attempt/[\w-]*…?"`, `"expiresAt":"[\d-]{10}T[\d:]{8}Z"`} {
		answer = regexp.MustCompile(different).ReplaceAllStringFunc(answer, func(member string) string {
			name, _, _ := strings.Cut(member, ":")
			return name + ":…"
		})
	}
	return answer
}
