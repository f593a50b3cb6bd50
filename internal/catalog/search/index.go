package search

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	maxMatches     = 200
	maxQueryLength = 200 // characters; longer ones are pasted by mistake
	maxQueryWords  = 20  // further words are ignored, each costs an index scan
	shortestPrefix = 3   // characters of a last word that may be unfinished
)

// How much a match counts, compared with an exact one in the text.
const (
	nameBoost   = 8.0 // what is asked for by its whole name comes before what has the words in it
	titleBoost  = 4.0
	prefixBoost = 0.5
	guessBoost  = 0.2

	// questionBoost puts questions behind what explains the same subject: their
	// stems are short and full of its words, and a learner who searches wants to know.
	questionBoost = 0.25
)

// Index finds documents by words.
type Index struct {
	index     bleve.Index // nil when there is nothing to find
	documents map[string]*Document
	known     []string        // every word of the content, sorted: what is among them is no typing mistake
	ignored   map[string]bool // words of a query that say nothing when there are others
}

// field is a field of the index in which words are looked for.
type field struct {
	name  string
	boost float64
}

func fields() []field {
	return []field{
		{"title", titleBoost}, {"text", 1},
		{"tag", questionBoost * titleBoost}, {"stem", questionBoost},
	}
}

// wholeName makes spellings of a name alike.
func wholeName(text string) string { return strings.Join(lowerWords(text), " ") }

// lowerWords splits a text as the index does, in lower case.
func lowerWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Match is a document that was found.
type Match struct {
	*Document
	Score float64 // comparable within one search

	locations search.TermLocationMap
}

// Snippet returns the passage that fits best as HTML: escaped, with the words
// found in mark elements.
func (m *Match) Snippet() string { return snippet(m.Text, m.locations) }

// New indexes the documents, whose ids are different.
func New(documents []Document) (*Index, error) {
	s := &Index{documents: make(map[string]*Document, len(documents)), ignored: FunctionWords()}
	if len(documents) == 0 {
		return s, nil
	}
	// Without a path it is in memory. It is written at once, as one segment.
	index, err := bleve.NewUsing("", newMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("creating the index: %w", err)
	}
	batch := index.NewBatch()
	for i := range documents {
		d := &documents[i]
		s.documents[d.ID] = d
		if err := batch.Index(d.ID, d.fields()); err != nil {
			return nil, errors.Join(fmt.Errorf("indexing %s: %w", d.ID, err), index.Close())
		}
		for _, text := range append(d.titles(), d.Text) {
			s.known = append(s.known, lowerWords(text)...)
		}
	}
	slices.Sort(s.known)
	s.known = slices.Compact(s.known)
	if err := index.Batch(batch); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the index: %w", err), index.Close())
	}
	s.index = index
	// An index has a goroutine of its own. It ends when nobody searches the
	// edition any longer.
	runtime.AddCleanup(s, func(unused bleve.Index) { _ = unused.Close() }, index)
	return s, nil
}

func newMapping() *mapping.IndexMappingImpl {
	words := bleve.NewTextFieldMapping()
	words.Analyzer = en.AnalyzerName
	words.Store = false
	words.IncludeInAll = false
	words.DocValues = false

	whole := bleve.NewTextFieldMapping()
	whole.Analyzer = keyword.Name
	whole.Store = false
	whole.IncludeInAll = false
	whole.IncludeTermVectors = false
	whole.DocValues = false

	document := bleve.NewDocumentStaticMapping()
	for _, f := range fields() {
		document.AddFieldMappingsAt(f.name, words)
	}
	document.AddFieldMappingsAt("kind", whole)
	document.AddFieldMappingsAt("name", whole)

	m := bleve.NewIndexMapping()
	m.DefaultMapping = document
	return m
}

// Find returns the best matches first, at most 200. Kinds that are given leave
// out all others. It fails with fault.InvalidInput when the text is empty or
// longer than 200 characters.
func (s *Index) Find(ctx context.Context, text string, kinds []string) ([]Match, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fault.Invalid("query", "query is empty")
	}
	if n := utf8.RuneCountInString(text); n > maxQueryLength {
		return nil, fault.Invalid("query", "query has %d characters, more than %d", n, maxQueryLength)
	}
	if s.index == nil {
		return nil, nil
	}
	request := bleve.NewSearchRequestOptions(s.query(text, kinds), maxMatches, 0, false)
	request.IncludeLocations = true
	request.SortBy([]string{"-_score", "_id"})
	result, err := s.index.SearchInContext(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	matches := make([]Match, 0, len(result.Hits))
	for _, hit := range result.Hits {
		d := s.documents[hit.ID]
		matches = append(matches, Match{Document: d, Score: hit.Score, locations: hit.Locations[d.textField()]})
	}
	return matches, nil
}

// query finds what has one of the words. What has more of them scores higher,
// since a disjunction multiplies by the share of its parts that match; that is
// why each word is one part, however many ways there are to match it.
func (s *Index) query(text string, kinds []string) query.Query {
	matching := bleve.NewDisjunctionQuery()
	words := s.words(text)
	for i, word := range words {
		ways := bleve.NewDisjunctionQuery()
		for _, f := range fields() {
			ways.AddQuery(f.match(word, 0, 1))
		}
		if s.isStrange(word) {
			ways.AddQuery(s.guess(word)...)
		}
		if i == len(words)-1 && utf8.RuneCountInString(word) >= shortestPrefix {
			for _, f := range fields() {
				ways.AddQuery(f.matchBeginning(word))
			}
		}
		matching.AddQuery(ways)
	}
	if name := wholeName(text); name != "" {
		named := bleve.NewTermQuery(name)
		named.SetField("name")
		named.SetBoost(nameBoost)
		matching.AddQuery(named)
	}
	if len(kinds) == 0 {
		return matching
	}
	ofKind := bleve.NewDisjunctionQuery()
	for _, kind := range kinds {
		q := bleve.NewTermQuery(kind)
		q.SetField("kind")
		q.SetBoost(0) // a kind selects, and does not rank
		ofKind.AddQuery(q)
	}
	return bleve.NewConjunctionQuery(matching, ofKind)
}

// words returns what to look for: without the words that only hold a question
// together, unless there are no others.
func (s *Index) words(text string) []string {
	all := lowerWords(text)
	words := make([]string, 0, len(all))
	for _, word := range all {
		if !s.ignored[word] {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		words = all
	}
	return words[:min(len(words), maxQueryWords)]
}

// guess finds what a strange word may have been meant to be: words of the
// content, which it is a letter away from, and words with a stem like its own,
// for a form of a word that the content has in another form.
func (s *Index) guess(word string) []query.Query {
	var queries []query.Query
	meant := s.guesses(word)
	for _, f := range fields() {
		queries = append(queries, f.match(word, 1, guessBoost))
		for _, m := range meant {
			queries = append(queries, f.match(m, 0, guessBoost))
		}
	}
	return queries
}

// match finds texts with a word of the same stem, or with a stem so many
// letters away.
func (f field) match(word string, away int, boost float64) query.Query {
	q := bleve.NewMatchQuery(word)
	q.SetField(f.name)
	q.SetFuzziness(away)
	q.SetBoost(f.boost * boost)
	return q
}

func (f field) matchBeginning(word string) query.Query {
	q := bleve.NewPrefixQuery(word)
	q.SetField(f.name)
	q.SetBoost(f.boost * prefixBoost)
	return q
}
