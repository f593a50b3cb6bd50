package catalog

import (
	"slices"
	"strconv"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/scrumkb/scrumkb/internal/catalog/search"
)

// keptSearches is how many pages of hits a snapshot remembers. Searching costs
// a hundred times what the rest of a request does, and people look for the
// same things. A page of 20 hits takes some 10 KB, the largest 50 KB.
const keptSearches = 100

// searchPages remembers pages of hits. They depend on nothing but the snapshot
// and what was asked, and nobody changes them.
type searchPages struct {
	kept *lru.Cache[string, Page[*Hit]]
}

func newSearchPages() (searchPages, error) {
	kept, err := lru.New[string, Page[*Hit]](keptSearches)
	return searchPages{kept}, err
}

// Hit is something that was found.
type Hit struct {
	Node  Node
	Kind  ContentKind
	Title string
	Score float64 // comparable within one search

	snippet string
}

// Snippet returns the passage that fits best as HTML: escaped, with the words
// found in mark elements.
func (h *Hit) Snippet() string { return h.snippet }

// SearchPage returns a page of what is found, the best first, of at most 200
// hits. Kinds that are given leave out all others. It fails with
// fault.InvalidInput when the text is empty or longer than 200 characters.
func (s *Snapshot) SearchPage(text string, kinds []ContentKind, r PageRequest) (Page[*Hit], error) {
	key := searchKey(text, kinds, r)
	if page, ok := s.pages.kept.Get(key); ok {
		return page, nil
	}
	kindNames := make([]string, len(kinds))
	for i, kind := range kinds {
		kindNames[i] = string(kind)
	}
	all, err := s.search.Find(text, kindNames)
	if err != nil {
		return Page[*Hit]{}, err
	}
	found, err := Paginate("search", all.Matches, func(m search.Match) string { return m.ID }, nil, r)
	if err != nil {
		return Page[*Hit]{}, err
	}
	page := Page[*Hit]{
		Items: make([]*Hit, len(found.Items)), Cursors: found.Cursors,
		HasNext: found.HasNext, HasPrevious: found.HasPrevious, Total: found.Total,
	}
	for i, m := range found.Items {
		page.Items[i] = &Hit{Node: s.nodes[m.ID], Kind: ContentKind(m.Kind), Title: m.Title, Score: m.Score, snippet: all.Snippet(m)}
	}
	s.pages.kept.Add(key, page)
	return page, nil
}

// searchKey is the same for what asks for the same, and for nothing else: each
// part is preceded by its length.
func searchKey(text string, kinds []ContentKind, r PageRequest) string {
	part := func(key []byte, value string) []byte {
		key = append(strconv.AppendInt(key, int64(len(value)), 10), ':')
		return append(key, value...)
	}
	var buffer [256]byte
	key := part(buffer[:0], text)
	for _, size := range []*int{r.First, r.Last} {
		if size != nil {
			key = strconv.AppendInt(key, int64(*size), 10)
		}
		key = append(key, ',')
	}
	for _, cursor := range []*string{r.After, r.Before} {
		if cursor != nil {
			key = part(key, *cursor)
		}
		key = append(key, ',')
	}
	if len(kinds) > 1 { // in any order, as often as they please
		kinds = slices.Compact(slices.Sorted(slices.Values(kinds)))
	}
	for _, kind := range kinds {
		key = part(key, string(kind))
	}
	return string(key)
}
