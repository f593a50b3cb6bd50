package catalogtest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/seed"
)

// author is somebody who edits the terms that applyTerms adds.
type author struct{ repository *archive.Repository }

const terms = 4

func termSlug(n int) string { return fmt.Sprintf("term-%d", n) }

// applyTerms publishes a source and some terms.
func applyTerms(t *testing.T, engine store.Engine) *archive.Repository {
	t.Helper()
	var text strings.Builder
	text.WriteString("sources: [{ slug: guide, title: Guide, publisher: Us, verified_at: 2026-11-01 }]\nterms:\n")
	for n := range terms {
		fmt.Fprintf(&text, "  - { slug: %[1]s, name: %[1]s, definition: At first., citations: [{ source: guide }] }\n", termSlug(n))
	}
	loaded, err := seed.Load(fstest.MapFS{"terms.yaml": {Data: []byte(text.String())}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	repository := OpenRepository(t, engine)
	if _, err := seed.Apply(t.Context(), repository, loaded, seed.Options{}); err != nil {
		t.Fatal(err)
	}
	return repository
}

// definition returns how a term is defined in the latest edition, and in which
// version.
func definition(t *testing.T, repository *archive.Repository, n int) (text string, version int) {
	t.Helper()
	from := newest(t, repository)
	for _, term := range from.Content.Terms {
		if term.Slug == termSlug(n) {
			return term.Definition, entry(from, term.ID()).Version
		}
	}
	t.Fatalf("there is no term %d", n)
	return "", 0
}

func newAuthor(t *testing.T, engine store.Engine) author {
	t.Helper()
	return author{OpenRepository(t, engine)}
}

// draft defines the terms with the numbers by text, from the latest edition on.
func (a author) draft(t *testing.T, text string, numbers ...int) archive.Publication {
	t.Helper()
	from := newest(t, a.repository)
	wanted := map[string]bool{}
	for _, n := range numbers {
		wanted[catalog.KindTerm.ID(termSlug(n))] = true
	}
	for _, term := range from.Content.Terms {
		if wanted[term.ID()] {
			term.Definition = text
		}
	}
	items, err := from.Content.Items()
	if err != nil {
		t.Fatal(err)
	}
	p := archive.Publication{By: archive.By{Actor: "actor/author"}}
	for i := range items {
		if wanted[items[i].ID] {
			p.Changes = append(p.Changes, archive.Change{ID: items[i].ID, Kind: items[i].Kind, Item: &items[i], Base: entry(from, items[i].ID)})
		}
	}
	return p
}

func entry(e *archive.Edition, id string) *archive.Entry {
	for i := range e.Entries {
		if e.Entries[i].ID == id {
			return &e.Entries[i]
		}
	}
	return nil
}

// moment is a point of a publication: before or after one of its calls of the
// database.
type moment struct {
	call  int // from 1
	after bool
}

// testKillAtEachCall interrupts a publication of two terms at each call, by a
// crash or by somebody else who publishes another term or the same. At each of
// these moments one node serves and another starts.
func testKillAtEachCall(t *testing.T, engine store.Engine) {
	applyTerms(t, engine)
	lab := &laboratory{engine: engine, running: &catalog.Library{}}
	calls := lab.calls(t)
	if calls < 5 {
		t.Fatalf("a publication takes %d calls", calls)
	}
	for call := 1; call <= calls; call++ {
		for _, after := range []bool{false, true} {
			for _, rival := range [][]int{nil, {2}, {0, 1}} {
				for _, crash := range []bool{false, true} {
					name := fmt.Sprintf("Call%dAfter%tRival%vCrash%t", call, after, rival, crash)
					t.Run(name, func(t *testing.T) { lab.try(t, moment{call, after}, rival, crash) })
				}
			}
		}
	}
}

// laboratory is a database on which experiments follow each other. The terms 0
// and 1 always have the same definition in whatever is published.
type laboratory struct {
	engine  store.Engine
	running *catalog.Library
	texts   int
}

func (l *laboratory) text(who string) string {
	l.texts++
	return fmt.Sprintf("Text %d of %s.", l.texts, who)
}

// calls returns how many calls a publication takes.
func (l *laboratory) calls(t *testing.T) int {
	t.Helper()
	counted := storetest.Count(l.engine)
	a := newAuthor(t, counted)
	p := a.draft(t, l.text("the first"), 0, 1)
	counted.Reset()
	if _, _, err := a.repository.Publish(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return len(counted.Calls())
}

func (l *laboratory) try(t *testing.T, at moment, rival []int, crash bool) {
	engine := storetest.Count(l.engine)
	ours := newAuthor(t, engine)
	before := pairIn(l.look(t))
	mine, theirs := l.text("ours"), l.text("theirs")
	p := ours.draft(t, mine, 0, 1)

	calls, came := 0, false
	strike := func(after bool) func(storetest.Call) error {
		return func(storetest.Call) error {
			if !after {
				calls++
			}
			if came || calls != at.call || after != at.after {
				return nil
			}
			came = true
			l.look(t)
			if rival != nil {
				a := newAuthor(t, l.engine)
				if _, _, err := a.repository.Publish(t.Context(), a.draft(t, theirs, rival...)); err != nil {
					t.Errorf("the rival: %v", err)
				}
				l.look(t)
			}
			if crash {
				return storetest.ErrCrashed
			}
			return nil
		}
	}
	engine.Before(strike(false))
	engine.After(strike(true))
	_, _, err := ours.repository.Publish(t.Context(), p)
	engine.Before(nil)
	engine.After(nil)
	if !came {
		t.Fatalf("there were %d calls", calls)
	}

	seen := l.look(t)
	pair, other := pairIn(seen), seen.Term(termSlug(2)).Definition
	same := len(rival) == 2
	if rival != nil && !same && other != theirs || same && pair != theirs {
		t.Errorf("the rival's change is lost: %q, %q", pair, other)
	}
	switch {
	case crash:
		if !errors.Is(err, storetest.ErrCrashed) || !same && pair != mine && pair != before {
			t.Errorf("err = %v, %q is published", err, pair)
		}
	case fault.CodeOf(err) == fault.Conflict:
		if !same || !strings.Contains(err.Error(), p.Changes[0].ID) {
			t.Errorf("err = %v", err)
		}
	case err != nil || !same && pair != mine:
		t.Errorf("err = %v, %q is published, want %q", err, pair, mine)
	}
	again := newAuthor(t, l.engine)
	if _, _, err := again.repository.Publish(t.Context(), again.draft(t, mine, 0, 1)); err != nil {
		t.Errorf("the next attempt: %v", err)
	}
	if got := pairIn(l.look(t)); got != mine {
		t.Errorf("after the next attempt, %q is published, want %q", got, mine)
	}
}

// pairIn returns the definition of the terms 0 and 1.
func pairIn(s *catalog.Snapshot) string { return s.Term(termSlug(0)).Definition }

// look has one node start and another one refresh, and returns what they serve:
// the same, and whole.
func (l *laboratory) look(t *testing.T) *catalog.Snapshot {
	t.Helper()
	starting := &catalog.Library{}
	var seen *catalog.Snapshot
	for name, library := range map[string]*catalog.Library{"starting": starting, "running": l.running} {
		if err := library.Refresh(t.Context(), OpenRepository(t, l.engine)); err != nil {
			t.Fatalf("the %s node: %v", name, err)
		}
		snapshot, err := library.Current()
		if err != nil {
			t.Fatal(err)
		}
		if a, b := pairIn(snapshot), snapshot.Term(termSlug(1)).Definition; a != b {
			t.Fatalf("the %s node serves half an edition: %q, %q", name, a, b)
		}
		if seen != nil && seen.Revision() != snapshot.Revision() {
			t.Errorf("the nodes serve revisions %d and %d", seen.Revision().Number, snapshot.Revision().Number)
		}
		seen = snapshot
	}
	return seen
}
