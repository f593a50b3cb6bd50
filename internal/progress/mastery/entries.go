package mastery

import (
	"cmp"
	"slices"
	"time"
)

// Sums hold entries, each with the reference of its source. An entry replaces
// the earlier one of its source, so recording a source twice has no effect,
// and the order of recording does not matter.

// entryStamp is the time of an entry and the source it comes from.
type entryStamp struct {
	at  time.Time
	ref string
}

func (s entryStamp) compare(other entryStamp) int {
	return cmp.Or(s.at.Compare(other.at), cmp.Compare(s.ref, other.ref))
}

// putEntry replaces the entry of a source by with, or removes it if with is
// nil, in entries sorted by their stamps. It returns the index from which the
// entries have changed, or -1 if they have not.
func putEntry[E any](entries []E, ref string, with *E, stampOf func(*E) entryStamp, same func(a, b *E) bool) ([]E, int) {
	old := slices.IndexFunc(entries, func(e E) bool { return stampOf(&e).ref == ref })
	if old < 0 && with == nil || old >= 0 && with != nil && same(&entries[old], with) {
		return entries, -1
	}
	from := len(entries)
	if old >= 0 {
		entries = slices.Delete(entries, old, old+1)
		from = old
	}
	if with != nil {
		at, _ := slices.BinarySearchFunc(entries, stampOf(with), func(e E, s entryStamp) int { return stampOf(&e).compare(s) })
		entries = slices.Insert(entries, at, *with)
		from = min(from, at)
	}
	return entries, from
}

// sortEntries sorts entries by their stamps.
func sortEntries[E any](entries []E, stampOf func(*E) entryStamp) []E {
	slices.SortFunc(entries, func(a, b E) int { return stampOf(&a).compare(stampOf(&b)) })
	return entries
}
