package catalog

import (
	"strconv"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/scrumkb/scrumkb/internal/catalog/search"
)

// keptSearches is how many pages of hits a snapshot caches. A search costs a
// hundred times the rest of a request, and people search for the same things. A
// page of 20 hits takes some 10 KB, the largest 50 KB.
const keptSearches = 100

// searchPages caches pages of hits. They depend only on the snapshot and the
// request, and are immutable.
type searchPages struct {
	kept *lru.Cache[string, Page[*Hit]]
}

func newSearchPages() (searchPages, error) {
	kept, err := lru.New[string, Page[*Hit]](keptSearches)
	return searchPages{kept}, err
}

// Hit is a result of a search.
type Hit struct {
	Node  Node
	Kind  ContentKind
	Title string
	Score float64 // comparable only within one search

	snippet string
}

// Snippet returns the best matching passage as HTML: escaped, with the matches
// in mark elements.
func (h *Hit) Snippet() string { return h.snippet }

// SearchPage returns a page of the hits, best first, at most 200 in all. kinds,
// if not empty, limits the kinds of content. It fails with fault.InvalidInput
// if the text is empty or longer than 200 characters.
func (s *Snapshot) SearchPage(text string, kinds []ContentKind, r PageRequest) (Page[*Hit], error) {
	key := searchKey(text, kinds, r)
	if page, ok := s.pages.kept.Get(key); ok {
		return page, nil
	}
	kindNames := texts(distinct(kinds))
	all, err := s.search.Find(text, kindNames)
	if err != nil {
		return Page[*Hit]{}, err
	}
	found, err := Paginate(listName("search", []string{text}, kindNames), all.Matches, func(m search.Match) string { return m.ID }, nil, r)
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

// searchKey identifies a search: each part is preceded by its length.
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
	if len(kinds) > 1 { // in any order, and possibly repeated
		kinds = distinct(kinds)
	}
	for _, kind := range kinds {
		key = part(key, string(kind))
	}
	return string(key)
}
