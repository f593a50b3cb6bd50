// Package transcript reads the transcripts in Markdown documents for the tests
// that run them, so that the documents show what the program really answers: a
// request or a command in one fenced block, its answer in the next.
//
// Where answers differ between runs, the document has a placeholder such as
// <token>. It matches any text in an answer, and stands for that text in later
// requests. "…" as the last element of a list, or on a line of its own, stands
// for everything that follows.
package transcript

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Block is a fenced block of a document.
type Block struct {
	Language string
	Info     []string // the words after the language
	Text     string
	Line     int // of the fence, from 1
}

// Blocks returns the fenced blocks of a document, in order.
func Blocks(markdown string) []Block {
	var blocks []Block
	var open *Block
	for i, line := range strings.Split(markdown, "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case open == nil && isFence:
			open = &Block{Line: i + 1}
			if words := strings.Fields(fence); len(words) > 0 {
				open.Language, open.Info = words[0], words[1:]
			}
		case open != nil && isFence:
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.Text += line + "\n"
		}
	}
	return blocks
}

// Values are the texts that placeholders stand for, by name.
type Values map[string]string

var placeholder = regexp.MustCompile(`<([a-z][a-z-]*)>`)

const rest = "…"

// Fill replaces placeholders by their values; unknown ones stay.
func (v Values) Fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if value, ok := v[found[1:len(found)-1]]; ok {
			return value
		}
		return found
	})
}

// MatchJSON fails unless an answer matches the document, and records the
// values of its placeholders.
func (v Values) MatchJSON(want, got []byte) error {
	var w, g any
	if err := decode(want, &w); err != nil {
		return fmt.Errorf("the document's answer: %w", err)
	}
	if err := decode(got, &g); err != nil {
		return fmt.Errorf("the answer: %w", err)
	}
	return v.match("answer", w, g)
}

// MatchText compares an output with the document, line by line.
func (v Values) MatchText(want, got string) error {
	wanted, given := lines(want), lines(got)
	for i, line := range wanted {
		if line == rest {
			return nil
		}
		if i == len(given) {
			return fmt.Errorf("line %q is missing", line)
		}
		if err := v.text(fmt.Sprintf("line %d", i+1), line, given[i]); err != nil {
			return err
		}
	}
	if len(given) > len(wanted) {
		return fmt.Errorf("line %q is not in the document", given[len(wanted)])
	}
	return nil
}

func (v Values) match(path string, want, got any) error {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || !slices.Equal(names(w), names(g)) {
			return fmt.Errorf("%s: the document has %s, the program %s", path, show(want), show(got))
		}
		for _, name := range names(w) {
			if err := v.match(path+"."+name, w[name], g[name]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		g, ok := got.([]any)
		if ok && len(w) > 0 && w[len(w)-1] == rest && len(g) >= len(w)-1 {
			w = w[:len(w)-1]
			g = g[:len(w)]
		}
		if !ok || len(w) != len(g) {
			return fmt.Errorf("%s: the document has %s, the program %s", path, show(want), show(got))
		}
		for i := range w {
			if err := v.match(fmt.Sprintf("%s[%d]", path, i), w[i], g[i]); err != nil {
				return err
			}
		}
		return nil
	case string:
		if g, ok := got.(string); ok {
			return v.text(path, w, g)
		}
	}
	if want != got {
		return fmt.Errorf("%s: the document has %s, the program %s", path, show(want), show(got))
	}
	return nil
}

func (v Values) text(path, want, got string) error {
	pattern, end := "", 0
	found := placeholder.FindAllStringSubmatchIndex(want, -1)
	for _, at := range found {
		pattern += regexp.QuoteMeta(want[end:at[0]]) + "(.+)"
		end = at[1]
	}
	match := regexp.MustCompile("^" + pattern + regexp.QuoteMeta(want[end:]) + "$").FindStringSubmatch(got)
	if match == nil {
		return fmt.Errorf("%s: the document has %q, the program %q", path, want, got)
	}
	for i, at := range found {
		v[want[at[2]:at[3]]] = match[i+1]
	}
	return nil
}

func decode(text []byte, into *any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // 1 and 1.0 are different answers
	return decoder.Decode(into)
}

func names(object map[string]any) []string {
	all := make([]string, 0, len(object))
	for name := range object {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

func lines(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
