package resolvers_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/vektah/gqlparser/v2"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/transcript"
	"github.com/scrumkb/scrumkb/seed"
)

// TestTranscripts sends the requests in the README and in docs to the real
// handler on a real database, and compares the answers. The database has the
// built-in content and the files of docs/content.md. A request is a block of
// GraphQL, or a curl command with its body after -d; the words after the
// language name the caller and the time that passes first. A block of JSON
// after a request is its answer; without one, the request has to succeed.
func TestTranscripts(t *testing.T) {
	library := publish(t, documented(t))
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for path, text := range documents(t) {
		t.Run(path, func(t *testing.T) {
			s := newSchool(t, library, schoolOptions{})
			values := transcript.Values{}
			blocks := append(transcript.Blocks(text), transcript.Block{})
			for i, b := range blocks[:len(blocks)-1] {
				query, ok := asked(t, b)
				if !ok {
					continue
				}
				if strings.HasPrefix(query, "subscription") {
					if _, errs := gqlparser.LoadQueryWithRules(schema, query, nil); errs != nil {
						t.Errorf("line %d: %v", b.Line, errs)
					}
					continue
				}
				answer := s.send(t, b, values, query)
				if next := blocks[i+1]; next.Language != "json" {
					parse(t, answer).ok(t)
				} else if err := values.MatchJSON([]byte(next.Text), answer); err != nil {
					t.Errorf("line %d: %v\n%s", next.Line, err, answer)
				}
			}
			if t.Failed() {
				t.Log(s.log.String())
			}
		})
	}
}

// send sends a request as its block says.
func (s *school) send(t *testing.T, b transcript.Block, values transcript.Values, query string) []byte {
	t.Helper()
	token := ""
	for _, word := range b.Info {
		if passes, err := time.ParseDuration(word); err == nil {
			s.pass(passes)
		} else if word == "guest" {
			token = values["token"]
		} else {
			token = s.token(t, word)
		}
	}
	body, err := json.Marshal(map[string]string{"query": values.Fill(query)})
	if err != nil {
		t.Fatal(err)
	}
	return postAs(t, s.handler, token, body)
}

// asked returns the operation in a block, if there is one.
func asked(t *testing.T, b transcript.Block) (query string, ok bool) {
	t.Helper()
	switch {
	case b.Language == "graphql":
		return b.Text, true
	case b.Language == "sh" && strings.HasPrefix(b.Text, "curl ") && strings.Contains(b.Text, " -d '"):
		_, data, _ := strings.Cut(b.Text, " -d '")
		data, _, _ = strings.Cut(data, "'")
		var body struct{ Query string }
		if err := json.Unmarshal([]byte(data), &body); err != nil {
			t.Fatalf("line %d: %v", b.Line, err)
		}
		return body.Query, true
	}
	return "", false
}

// documents maps the paths of the README and of docs to their texts.
func documents(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../docs/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	texts := map[string]string{}
	for _, path := range append(paths, "../README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[strings.TrimPrefix(path, "../")] = string(text)
	}
	return texts
}

// documented returns the built-in content with the files of docs/content.md.
func documented(t *testing.T) *catalog.Content {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(seed.Embedded(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(seed.Embedded(), path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range transcript.Blocks(documents(t)["docs/content.md"]) {
		if b.Language == "yaml" && len(b.Info) == 1 {
			files[b.Info[0]] = &fstest.MapFile{Data: []byte(b.Text)}
		}
	}
	loaded, err := seed.Load(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range loaded.Content.Questions { // as the first publication numbers them
		q.Version = 1
	}
	for _, c := range loaded.Content.Courses {
		c.Version = 1
	}
	return loaded.Content
}
