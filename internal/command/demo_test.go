package command_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDemo does what the command tells people to do.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "scrumkb-data")
	status, out, complaints := run(t, "demo", "--data-dir", data, "--until", "2026-06-30T12:00:00Z")
	if status != 0 || !strings.Contains(out, "30 learners, who learned from 2026-04-30 to 2026-06-30") {
		t.Fatalf("status %d, %s%s", status, out, complaints)
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"Again":      {nil, 1, "the database holds 30 learners already"},
		"SameSeed":   {[]string{"--add"}, 1, "the class of --random-seed 1 already"},
		"Production": {[]string{"--production"}, 2, "--production: demo invents learners"},
		"Future":     {[]string{"--until", "2962-01-01T00:00:00Z"}, 2, "is in the future"},
		"NoTime":     {[]string{"--until", "yesterday"}, 2, `"yesterday" is not a time such as`},
		"NoNumber":   {[]string{"--random-seed", "-1"}, 2, `"-1" is not a whole number`},
	} {
		if status, _, complaints := run(t, append([]string{"demo", "--data-dir", data}, tt.args...)...); status != tt.status || !strings.Contains(complaints, tt.want) {
			t.Errorf("%s: status %d, %q", name, status, complaints)
		}
	}
	if status, out, _ := run(t, "rebuild", "--quiet", "--data-dir", data); status != 0 || !strings.Contains(out, "30 learners") || !strings.Contains(out, ": 0 differences") {
		t.Errorf("rebuild: status %d, %s", status, out)
	}

	s := serve(t, dir)
	token, queries := "", 0
	for _, line := range lines(out) {
		if regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`).MatchString(line) {
			token = line
		}
		query := strings.TrimSpace(line)
		if !strings.HasPrefix(query, "{") {
			continue
		}
		queries++
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		if answer := string(s.postAs(t, token, string(body))); strings.Contains(answer, `"errors"`) || strings.Contains(answer, "null") {
			t.Errorf("%s: %s", query, answer)
		}
	}
	if queries < 4 {
		t.Errorf("%d queries in\n%s", queries, out)
	}
	if status, log := s.stop(t); status != 0 {
		t.Errorf("status %d, %s", status, log)
	}
}
