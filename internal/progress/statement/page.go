package statement

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

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

// Merge merges the statements of all sources by their places. Cursors belong to
// the list with this name. It reads each source once, and again only if that was
// not enough: at most two reads per source, and about twice as many statements as
// the page has, plus a few per source.
func (s *Statements) Merge(ctx context.Context, list string, sources []Source, r Request) (Page, error) {
	list = r.name(list)
	first, from, err := r.check(list)
	if err != nil {
		return Page{}, err
	}
	page := Page{Items: []*View{}, HasPrevious: r.After != nil}
	until := placeFrom(s.now().Add(-settled))
	batch := min(first+1, leastBatch+first/max(1, len(sources)))
	runs := make([]run, len(sources))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(sourceReads)
	for i, source := range sources {
		runs[i] = run{source: source, from: max(from, placeFrom(source.From)), until: until, batch: batch, more: true}
		group.Go(func() error { return s.fill(groupCtx, &runs[i]) })
	}
	if err := group.Wait(); err != nil {
		return Page{}, err
	}
	for {
		next := leastRun(runs)
		if next == nil {
			return page, nil
		}
		if len(page.Items) == first {
			page.HasNext = true
			return page, nil
		}
		page.Items = append(page.Items, &View{statement: next.found[0], owner: next.source.Owner, list: list})
		if next.found = next.found[1:]; len(next.found) == 0 {
			if err := s.fill(ctx, next); err != nil {
				return Page{}, err
			}
		}
	}
}

// sourceReads limits how many sources are read concurrently for one page, so
// that a list does not use up all database connections.
const sourceReads = 8

// leastBatch is the smallest number worth a read.
const leastBatch = 4

// run is the position of the merge in one source.
type run struct {
	source Source
	from   string // the place to continue from
	until  string // the place before which to stop
	batch  int
	found  []Statement
	more   bool // there may be more after those found
}

// fill reads the next statements of a run that has none left.
func (s *Statements) fill(ctx context.Context, run *run) error {
	if !run.more {
		return nil
	}
	found, next, err := s.statements.Find(ctx, store.Query{
		Where: store.Where{"learner_id": run.source.Learner},
		Range: &store.Range{Field: "place", From: run.from, To: run.until},
		Sort:  "place", Limit: run.batch,
	})
	if err != nil {
		return err
	}
	run.found, run.more = found, next != ""
	if len(found) > 0 {
		run.from = placeBehind(found[len(found)-1].Place)
	}
	return nil
}

// leastRun returns the run with the first statement, or nil if all are empty.
func leastRun(runs []run) *run {
	var least *run
	for i := range runs {
		if len(runs[i].found) > 0 && (least == nil || runs[i].found[0].Place < least.found[0].Place) {
			least = &runs[i]
		}
	}
	return least
}

// name returns a short name, of fixed length, for what the request asks of a
// list, so that a cursor of another list, or of the same since another time, can
// be told apart.
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
