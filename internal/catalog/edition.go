package catalog

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Revision identifies one published edition of the content.
type Revision struct {
	Number      int       // counts the editions, from 1
	PublishedAt time.Time // UTC, with milliseconds
	By          string    // the opaque id of the person who published it; "" for a program
	Remark      string    // why; "" if nobody said
}

// Actor returns the opaque id of the person who published the edition, or nil.
func (r *Revision) Actor() *string { return orNil(r.By) }

// Note returns why the edition was published, or nil.
func (r *Revision) Note() *string { return orNil(r.Remark) }

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// Edition is one published state of the content, before it is linked.
type Edition struct {
	Revision Revision
	Content  *Content // what is published

	// Retired is what is no longer published, for the records that refer to it.
	// Only its sources, lessons and questions are used.
	Retired *Content

	// Renamed has, for each former slug of a question, the slug that replaced
	// it, which may be a former one itself.
	Renamed map[string]string

	// Held has the items by the ids of their versions, for reading the next
	// edition; see [Snapshot.Held].
	Held map[string]Node
}

// BrokenError says that content cannot be linked because references lead
// nowhere.
type BrokenError struct{ References []string }

func (e *BrokenError) Error() string {
	return fmt.Sprintf("%d references lead nowhere: %s", len(e.References), strings.Join(e.References, ", "))
}

// IsBroken reports whether an edition cannot be served because of what is in
// it; reading it again would not help.
func IsBroken(err error) bool {
	_, broken := errors.AsType[*BrokenError](err)
	return broken
}

// formerSlugs returns the predecessors of the slugs in renamed, by slug.
func formerSlugs(renamed map[string]string) map[string]string {
	former := make(map[string]string, len(renamed))
	for from, to := range renamed {
		former[to] = from
	}
	return former
}

// origin follows the predecessors of a slug to the first of them.
func origin(former map[string]string, slug string) string {
	for range len(former) { // a cycle ends, too
		before, ok := former[slug]
		if !ok {
			break
		}
		slug = before
	}
	return slug
}
