package catalog

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	maxHits         = 200
	maxQueryLength  = 200 // characters; longer ones are pasted by mistake
	maxQueryWords   = 20  // further words are ignored, each costs an index scan
	shortestGuessed = 4   // characters of a word in which a typing mistake is forgiven: below, too many words are alike
	shortestPrefix  = 3   // characters of a last word that may be unfinished
)

// How much a match counts, compared with an exact one in the text.
const (
	titleBoost  = 4.0
	prefixBoost = 0.5
	guessBoost  = 0.2
)

// searchIndex finds published content by words.
type searchIndex struct {
	index   bleve.Index
	entries map[string]searchEntry
}

// searchEntry is what can be found: its text never holds what a learner must
// not see, such as the key of a question.
type searchEntry struct {
	node  Node
	kind  ContentKind
	title string
	names []string // other words for the title
	text  string
}

// Hit is something that was found.
type Hit struct {
	Node  Node
	Kind  ContentKind
	Title string
	Score float64 // comparable within one search

	text      string
	locations search.TermLocationMap
}

// Snippet returns the passage that fits best as HTML: escaped, with the words
// found in mark elements.
func (h *Hit) Snippet() string { return snippet(h.text, h.locations) }

func newSearchIndex(c *Content) (*searchIndex, error) {
	index, err := bleve.NewMemOnly(searchMapping())
	if err != nil {
		return nil, fmt.Errorf("creating the index: %w", err)
	}
	s := &searchIndex{index: index, entries: map[string]searchEntry{}}
	batch := index.NewBatch()
	for _, e := range searchEntries(c) {
		id := e.node.ID()
		s.entries[id] = e
		if err := batch.Index(id, map[string]any{"kind": string(e.kind), "title": append([]string{e.title}, e.names...), "text": e.text}); err != nil {
			return nil, fmt.Errorf("indexing %s: %w", id, err)
		}
	}
	if err := index.Batch(batch); err != nil {
		return nil, fmt.Errorf("writing the index: %w", err)
	}
	return s, nil
}

func searchMapping() *mapping.IndexMappingImpl {
	words := bleve.NewTextFieldMapping()
	words.Analyzer = en.AnalyzerName
	words.Store = false
	words.IncludeInAll = false
	words.DocValues = false

	kind := bleve.NewTextFieldMapping()
	kind.Analyzer = keyword.Name
	kind.Store = false
	kind.IncludeInAll = false
	kind.IncludeTermVectors = false
	kind.DocValues = false

	document := bleve.NewDocumentStaticMapping()
	document.AddFieldMappingsAt("title", words)
	document.AddFieldMappingsAt("text", words)
	document.AddFieldMappingsAt("kind", kind)

	m := bleve.NewIndexMapping()
	m.DefaultMapping = document
	return m
}

// Search returns the best hits first, at most 200. Kinds that are given leave
// out all others. It fails with fault.InvalidInput when the text is empty or
// longer than 200 characters.
func (s *Snapshot) Search(ctx context.Context, text string, kinds []ContentKind) ([]*Hit, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fault.Invalid("query", "query is empty")
	}
	if n := utf8.RuneCountInString(text); n > maxQueryLength {
		return nil, fault.Invalid("query", "query has %d characters, more than %d", n, maxQueryLength)
	}
	return s.search.find(ctx, text, kinds)
}

func (s *searchIndex) find(ctx context.Context, text string, kinds []ContentKind) ([]*Hit, error) {
	request := bleve.NewSearchRequestOptions(searchQuery(text, kinds), maxHits, 0, false)
	request.IncludeLocations = true
	request.SortBy([]string{"-_score", "_id"})
	result, err := s.index.SearchInContext(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	hits := make([]*Hit, 0, len(result.Hits))
	for _, match := range result.Hits {
		e := s.entries[match.ID]
		hits = append(hits, &Hit{
			Node: e.node, Kind: e.kind, Title: e.title, Score: match.Score,
			text: e.text, locations: match.Locations["text"],
		})
	}
	return hits, nil
}

func searchQuery(text string, kinds []ContentKind) query.Query {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = words[:min(len(words), maxQueryWords)]

	any := bleve.NewDisjunctionQuery()
	for i, word := range words {
		letters := utf8.RuneCountInString(word)
		for field, boost := range map[string]float64{"title": titleBoost, "text": 1} {
			exact := bleve.NewMatchQuery(word)
			exact.SetField(field)
			exact.SetBoost(boost)
			any.AddQuery(exact)
			if letters >= shortestGuessed {
				guess := bleve.NewMatchQuery(word)
				guess.SetField(field)
				guess.SetFuzziness(1)
				guess.SetBoost(boost * guessBoost)
				any.AddQuery(guess)
			}
			if i == len(words)-1 && letters >= shortestPrefix {
				prefix := bleve.NewPrefixQuery(strings.ToLower(word))
				prefix.SetField(field)
				prefix.SetBoost(boost * prefixBoost)
				any.AddQuery(prefix)
			}
		}
	}
	if len(kinds) == 0 {
		return any
	}
	ofKind := bleve.NewDisjunctionQuery()
	for _, kind := range kinds {
		q := bleve.NewTermQuery(string(kind))
		q.SetField("kind")
		q.SetBoost(0) // a kind selects, and does not rank
		ofKind.AddQuery(q)
	}
	return bleve.NewConjunctionQuery(any, ofKind)
}

// SearchPage returns a page of the hits of [Snapshot.Search].
func (s *Snapshot) SearchPage(ctx context.Context, text string, kinds []ContentKind, r PageRequest) (Page[*Hit], error) {
	hits, err := s.Search(ctx, text, kinds)
	if err != nil {
		return Page[*Hit]{}, err
	}
	return Paginate("search", hits, func(h *Hit) string { return h.Node.ID() }, nil, r)
}
