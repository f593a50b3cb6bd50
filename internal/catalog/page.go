package catalog

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	defaultPageSize = 20
	maxPageSize     = 100 // keeps a page well under a megabyte
)

// PageRequest requests part of a list, with the arguments of Relay's
// connections; nil means not given.
type PageRequest struct {
	First  *int
	After  *string
	Last   *int
	Before *string
}

// Page is a part of a list.
type Page[T any] struct {
	Items       []T
	Cursors     []string // one for each item
	HasNext     bool
	HasPrevious bool
	Total       int // items in the whole list
}

// Paginate returns a page of a list. The key of an item is unique in the list.
// If a cursor's item is no longer in the list, place returns how many items
// precede it; a nil place refuses such a cursor. name distinguishes cursors of
// different lists.
//
// It fails with fault.InvalidInput, naming the argument to correct.
func Paginate[T any](list string, items []T, key func(T) string, place func(key string) int, r PageRequest) (Page[T], error) {
	size, err := r.size()
	if err != nil {
		return Page[T]{}, err
	}
	start, end := 0, len(items)
	if r.After != nil {
		before, found, err := locate("after", *r.After, list, items, key, place)
		if err != nil {
			return Page[T]{}, err
		}
		if found {
			before++
		}
		start = before
	}
	if r.Before != nil {
		end, _, err = locate("before", *r.Before, list, items, key, place)
		if err != nil {
			return Page[T]{}, err
		}
	}
	end = max(start, end)
	if r.Last != nil {
		start = max(start, end-size)
	} else {
		end = min(end, start+size)
	}

	page := Page[T]{
		Items:       items[start:end],
		HasNext:     end < len(items),
		HasPrevious: start > 0,
		Total:       len(items),
	}
	page.Cursors = cursors(list, page.Items, key)
	return page, nil
}

func (r PageRequest) size() (int, error) {
	if r.First != nil && r.Last != nil {
		return 0, fault.Invalid("last", "give `first` or `last`, not both")
	}
	for _, given := range []struct {
		name string
		n    *int
	}{{"first", r.First}, {"last", r.Last}} {
		if given.n == nil {
			continue
		}
		if *given.n < 0 || *given.n > maxPageSize {
			return 0, fault.Invalid(given.name, "`%s` must be between 0 and %[3]d, not %[2]d", given.name, *given.n, maxPageSize)
		}
		return *given.n, nil
	}
	return defaultPageSize, nil
}

// locate returns how many items precede the cursor's, and whether that is still
// in the list.
func locate[T any](argument, cursor, list string, items []T, key func(T) string, place func(string) int) (int, bool, error) {
	wanted, ok := readCursor(list, cursor)
	if !ok {
		return 0, false, fault.Invalid(argument, "`%s` is not a cursor of this list", argument)
	}
	for i, item := range items {
		if key(item) == wanted {
			return i, true, nil
		}
	}
	if place == nil {
		return 0, false, fault.Invalid(argument, "the item at `%s` is no longer in this list", argument)
	}
	return place(wanted), false, nil
}

// listName returns the name of a list filtered by conditions, each with its
// values. Different filters give different names; a condition without values
// is no condition.
func listName(list string, conditions ...[]string) string {
	if !slices.ContainsFunc(conditions, func(values []string) bool { return len(values) > 0 }) {
		return list
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", conditions))
	return list + " " + base64.RawURLEncoding.EncodeToString(sum[:12])
}

// cursors returns the cursors of items, which share one string.
func cursors[T any](list string, items []T, key func(T) string) []string {
	const usual = 64 // bytes; ids are readable, and so not short
	plain, encoded := make([]byte, 0, usual), make([]byte, 0, len(items)*usual)
	ends := make([]int, len(items))
	for i, item := range items {
		plain = append(append(append(plain[:0], list...), ':'), key(item)...)
		encoded = base64.RawURLEncoding.AppendEncode(encoded, plain)
		ends[i] = len(encoded)
	}
	all, start := string(encoded), 0
	out := make([]string, len(items))
	for i, end := range ends {
		out[i], start = all[start:end], end
	}
	return out
}

func readCursor(list, cursor string) (key string, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(string(raw), list+":")
}
