package catalog

import (
	"context"
	"slices"
	"strconv"

	lru "github.com/hashicorp/golang-lru/v2"
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

// SearchPage returns a page of the hits of [Snapshot.Search].
func (s *Snapshot) SearchPage(ctx context.Context, text string, kinds []ContentKind, r PageRequest) (Page[*Hit], error) {
	key := searchKey(text, kinds, r)
	if page, ok := s.pages.kept.Get(key); ok {
		return page, nil
	}
	hits, err := s.Search(ctx, text, kinds)
	if err != nil {
		return Page[*Hit]{}, err
	}
	page, err := Paginate("search", hits, func(h *Hit) string { return h.Node.ID() }, nil, r)
	if err != nil {
		return Page[*Hit]{}, err
	}
	items := make([]*Hit, len(page.Items))
	for i, hit := range page.Items {
		items[i] = hit.cut()
	}
	page.Items = items
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
