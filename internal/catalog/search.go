package catalog

import (
	"context"
	"fmt"
	"slices"
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
	longestGuessed  = 20  // and at most so many: longer than any English word in use
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

	matching := bleve.NewDisjunctionQuery()
	for i, word := range words {
		for field, boost := range map[string]float64{"title": titleBoost, "text": 1} {
			matching.AddQuery(matchWord(word, field, boost, i == len(words)-1)...)
		}
	}
	if len(kinds) == 0 {
		return matching
	}
	ofKind := bleve.NewDisjunctionQuery()
	for _, kind := range kinds {
		q := bleve.NewTermQuery(string(kind))
		q.SetField("kind")
		q.SetBoost(0) // a kind selects, and does not rank
		ofKind.AddQuery(q)
	}
	return bleve.NewConjunctionQuery(matching, ofKind)
}

// matchWord finds a word as it stands, with one typing mistake, and, when it
// is the last one, as the beginning of a longer one.
func matchWord(word, field string, boost float64, last bool) []query.Query {
	match := func(text string, fuzziness int, boost float64) query.Query {
		q := bleve.NewMatchQuery(text)
		q.SetField(field)
		q.SetFuzziness(fuzziness)
		q.SetBoost(boost)
		return q
	}
	queries := []query.Query{match(word, 0, boost)}
	letters := []rune(strings.ToLower(word))
	if len(letters) >= shortestGuessed && len(letters) <= longestGuessed {
		// One letter too much, too few or wrong; then two letters swapped,
		// which counts as two changes and so needs to be tried by itself.
		queries = append(queries, match(word, 1, boost*guessBoost))
		for i := range len(letters) - 1 {
			swapped := slices.Clone(letters)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			queries = append(queries, match(string(swapped), 0, boost*guessBoost))
		}
	}
	if last && len(letters) >= shortestPrefix {
		prefix := bleve.NewPrefixQuery(string(letters))
		prefix.SetField(field)
		prefix.SetBoost(boost * prefixBoost)
		queries = append(queries, prefix)
	}
	return queries
}

// SearchPage returns a page of the hits of [Snapshot.Search].
func (s *Snapshot) SearchPage(ctx context.Context, text string, kinds []ContentKind, r PageRequest) (Page[*Hit], error) {
	hits, err := s.Search(ctx, text, kinds)
	if err != nil {
		return Page[*Hit]{}, err
	}
	return Paginate("search", hits, func(h *Hit) string { return h.Node.ID() }, nil, r)
}
