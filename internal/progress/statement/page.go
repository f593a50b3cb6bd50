package statement

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

const (
	pageDefault = 20
	pageMax     = 100
)

// Request asks for a page of statements.
type Request struct {
	First *int       // 0 to 100; nil means 20
	After *string    // a cursor of an earlier page; nil means the beginning
	Since *time.Time // only those stored at this time or later; nil means all
}

// Page is a part of a list of statements, oldest stored first. A list only
// grows at its end.
type Page struct {
	Items       []*View
	HasNext     bool
	HasPrevious bool
}

// View is a statement as others read it. Only Owner identifies the learner.
type View struct {
	statement Statement
	owner     any
	list      string // see Request.name
}

// ID returns the statement's UUID.
func (v *View) ID() string { return v.statement.UUID }

// Verb returns the verb's short name.
func (v *View) Verb() string { return v.statement.Verb }

// Timestamp is when it happened.
func (v *View) Timestamp() time.Time { return v.statement.Timestamp }

// StoredAt is when it was added to the list.
func (v *View) StoredAt() time.Time { return v.statement.StoredAt }

// Owner returns the owner of the statement's source, or nil.
func (v *View) Owner() any { return v.owner }

// Statement returns the complete statement.
func (v *View) Statement() JSON { return JSON(v.statement.JSON) }

// Cursor returns the statement's cursor.
func (v *View) Cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(v.list + v.statement.Place))
}

// JSON is the JSON text of a statement.
type JSON string

// MarshalGQL writes the text as is: it is already JSON.
func (j JSON) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, string(j)) }

// UnmarshalGQL fails: this server accepts no statements.
func (*JSON) UnmarshalGQL(any) error {
	return fault.New(fault.InvalidInput, "this server does not accept statements")
}

// Of returns a page of the statements about a learner. It fails with
// fault.InvalidInput naming the argument.
func (s *Statements) Of(ctx context.Context, learner string, r Request) (Page, error) {
	return s.Merge(ctx, "learner "+learner, []Source{{Learner: learner}}, r)
}

// Source is a learner whose statements are part of a list: those stored from a
// time on.
type Source struct {
	Learner string
	From    time.Time
	Owner   any // the owner in the views of its statements
}

// Merge merges the statements of all sources, of whom there are at most
// store.MaxMany, by their places. Cursors belong to the list with this name. It
// takes one read, and another for each thousand statements that a learner has
// from before their source begins.
func (s *Statements) Merge(ctx context.Context, list string, sources []Source, r Request) (Page, error) {
	list = r.name(list)
	first, from, err := r.check(list)
	if err != nil {
		return Page{}, err
	}
	page := Page{Items: []*View{}, HasPrevious: r.After != nil}
	query, bySubject := s.queryOf(sources, from)
	query.Limit = first + 1
	for {
		found, next, err := s.statements.Find(ctx, query)
		if err != nil {
			return Page{}, err
		}
		for i := range found {
			source := bySubject[found[i].LearnerID]
			if found[i].Place < placeFrom(source.From) {
				continue
			}
			if len(page.Items) == first {
				page.HasNext = true
				return page, nil
			}
			page.Items = append(page.Items, &View{statement: found[i], owner: source.Owner, list: list})
		}
		if next == "" {
			return page, nil
		}
		query.After, query.Limit = next, store.MaxLimit
	}
}

// queryOf selects the settled statements from a place on of all sources,
// including those from before a source begins, and returns the sources by
// learner.
func (s *Statements) queryOf(sources []Source, from string) (store.Query, map[string]Source) {
	until := placeFrom(s.now().Add(-settled))
	earliest := until
	bySubject := make(map[string]Source, len(sources))
	learners := make([]string, 0, len(sources))
	for _, source := range sources {
		bySubject[source.Learner] = source
		learners = append(learners, source.Learner)
		earliest = min(earliest, placeFrom(source.From))
	}
	return store.Query{
		In:    &store.In{Field: "learner_id", Values: learners},
		Range: &store.Range{Field: "place", From: max(from, earliest), To: until},
		Sort:  "place",
	}, bySubject
}

// name returns a short name, of fixed length, for what the request asks of a
// list, so that a cursor from another list, or from the same list since another
// time, is recognised.
func (r Request) name(list string) string {
	if r.Since != nil {
		list += " since " + placeFrom(*r.Since)
	}
	sum := sha256.Sum256([]byte(list))
	const enough = 9 // bytes, to tell the lists of one program apart
	return base64.RawURLEncoding.EncodeToString(sum[:enough])
}

// check returns the number of statements requested, and the place to start
// from.
func (r Request) check(list string) (first int, from string, err error) {
	first = pageDefault
	if r.First != nil {
		first = *r.First
	}
	if first < 0 || first > pageMax {
		return 0, "", fault.Invalid("first", "`first` must be between 0 and %[2]d, not %[1]d", first, pageMax)
	}
	from = placeFrom(time.Time{})
	if r.Since != nil {
		from = placeFrom(*r.Since)
	}
	if r.After != nil {
		cursor, err := base64.RawURLEncoding.Strict().DecodeString(*r.After)
		place, ours := strings.CutPrefix(string(cursor), list)
		if err != nil || !ours || !isPlace(place) {
			return 0, "", fault.Invalid("after", "the cursor does not belong to this list")
		}
		from = max(from, placeBehind(place))
	}
	return first, from, nil
}
