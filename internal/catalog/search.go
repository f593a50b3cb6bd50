package catalog

import (
	"cmp"
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
	nameBoost   = 8.0 // what is asked for by its whole name comes before what has the words in it
	titleBoost  = 4.0
	prefixBoost = 0.5
	guessBoost  = 0.2

	// questionWeight puts questions behind what explains the same subject: their
	// stems are short and full of its words, and a learner who searches wants to know.
	questionWeight = 0.25
)

// searchIndex finds published content by words.
type searchIndex struct {
	index   bleve.Index
	entries map[string]searchEntry
	known   map[string]bool // every word of the content: a word that is in it is no typing mistake
	ignored map[string]bool // words of a query that say nothing when there are others
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

// titles are the texts in which a match counts more. Of a question these are
// its tags alone: with its stem it would come before what explains the subject.
func (e searchEntry) titles() []string {
	if e.kind == KindQuestion {
		return e.names
	}
	return append([]string{e.title}, e.names...)
}

// wholeNames are what people call the node: its slug or code and, unless they
// only sort it under a subject, its titles.
func (e searchEntry) wholeNames() []string {
	_, slug, _ := strings.Cut(e.node.ID(), "/")
	names := []string{wholeName(slug)}
	if e.kind != KindQuestion {
		for _, title := range e.titles() {
			names = append(names, wholeName(title))
		}
	}
	return names
}

// wholeName makes spellings of a name alike.
func wholeName(text string) string { return strings.Join(lowerWords(text), " ") }

// lowerWords splits a text as the index does, in lower case.
func lowerWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
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
	s := &searchIndex{index: index, entries: map[string]searchEntry{}, known: map[string]bool{}, ignored: functionWords()}
	batch := index.NewBatch()
	for _, e := range searchEntries(c) {
		id := e.node.ID()
		s.entries[id] = e
		document := map[string]any{"kind": string(e.kind), "name": e.wholeNames(), "title": e.titles(), "text": e.text}
		if err := batch.Index(id, document); err != nil {
			return nil, fmt.Errorf("indexing %s: %w", id, err)
		}
		for _, text := range append([]string{e.title, e.text}, e.names...) {
			for _, word := range lowerWords(text) {
				s.known[word] = true
			}
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

	whole := bleve.NewTextFieldMapping()
	whole.Analyzer = keyword.Name
	whole.Store = false
	whole.IncludeInAll = false
	whole.IncludeTermVectors = false
	whole.DocValues = false

	document := bleve.NewDocumentStaticMapping()
	document.AddFieldMappingsAt("title", words)
	document.AddFieldMappingsAt("text", words)
	document.AddFieldMappingsAt("kind", whole)
	document.AddFieldMappingsAt("name", whole)

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
	request := bleve.NewSearchRequestOptions(s.query(text, kinds), maxHits, 0, false)
	request.IncludeLocations = true
	request.SortBy([]string{"-_score", "_id"})
	result, err := s.index.SearchInContext(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	hits := make([]*Hit, 0, len(result.Hits))
	for _, match := range result.Hits {
		e := s.entries[match.ID]
		score := match.Score
		if e.kind == KindQuestion {
			score *= questionWeight
		}
		hits = append(hits, &Hit{
			Node: e.node, Kind: e.kind, Title: e.title, Score: score,
			text: e.text, locations: match.Locations["text"],
		})
	}
	slices.SortStableFunc(hits, func(a, b *Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits, nil
}

// query finds what has one of the words. What has more of them scores higher,
// since a disjunction multiplies by the share of its parts that match; that is
// why each word is one part, however many ways there are to match it.
func (s *searchIndex) query(text string, kinds []ContentKind) query.Query {
	matching := bleve.NewDisjunctionQuery()
	words := s.words(text)
	for i, word := range words {
		ways := bleve.NewDisjunctionQuery()
		ways.AddQuery(s.matchWord(word, "title", titleBoost, i == len(words)-1)...)
		ways.AddQuery(s.matchWord(word, "text", 1, i == len(words)-1)...)
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
		q := bleve.NewTermQuery(string(kind))
		q.SetField("kind")
		q.SetBoost(0) // a kind selects, and does not rank
		ofKind.AddQuery(q)
	}
	return bleve.NewConjunctionQuery(matching, ofKind)
}

// words returns what to look for: without the words that only hold a question
// together, unless there are no others.
func (s *searchIndex) words(text string) []string {
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

// matchWord finds a word as it stands, with one typing mistake when the
// content does not have it, and, when it is the last one, as the beginning of
// a longer one.
func (s *searchIndex) matchWord(word, field string, boost float64, last bool) []query.Query {
	match := func(text string, fuzziness int, boost float64) query.Query {
		q := bleve.NewMatchQuery(text)
		q.SetField(field)
		q.SetFuzziness(fuzziness)
		q.SetBoost(boost)
		return q
	}
	queries := []query.Query{match(word, 0, boost)}
	letters := []rune(word)
	if !s.known[word] && len(letters) >= shortestGuessed && len(letters) <= longestGuessed {
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
