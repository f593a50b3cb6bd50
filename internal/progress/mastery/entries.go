package mastery

import (
	"cmp"
	"slices"
	"time"
)

// Sums hold entries, each with the reference of the source that it comes from:
// whatever a source says replaces what it said before, so recording it twice
// is recording it once, and the order in which sources are recorded does not
// matter.

// entryStamp says when something happened that counts, and which source says so.
type entryStamp struct {
	at  time.Time
	ref string
}

func (s entryStamp) compare(other entryStamp) int {
	return cmp.Or(s.at.Compare(other.at), cmp.Compare(s.ref, other.ref))
}

// putEntry makes with the only entry of its source in entries, which are
// sorted by their stamps, or removes the source's when with is nil. It returns
// the index from which on the entries have changed, or -1 when they have not.
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

// sortEntries puts entries in the order of their stamps.
func sortEntries[E any](entries []E, stampOf func(*E) entryStamp) []E {
	slices.SortFunc(entries, func(a, b E) int { return stampOf(&a).compare(stampOf(&b)) })
	return entries
}
