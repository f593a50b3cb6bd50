package catalogtest

import (
	"context"
	"errors"
	"go/token"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/catalog/check"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/seed"
)

// TestRepository runs what archive.Repository promises on a database. open
// returns an engine on an empty one, which is removed when the test ends.
func TestRepository(t *testing.T, open func(*testing.T) store.Engine) {
	tests := map[string]func(*testing.T, store.Engine){
		"Empty":             testEmpty,
		"RoundTrip":         testRoundTrip,
		"SeedTwice":         testSeedTwice,
		"SeedersAtOnce":     testSeedersAtOnce,
		"PublishersAtOnce":  testPublishersAtOnce,
		"SameItemConflicts": testSameItemConflicts,
		"RetireAndRestore":  testRetireAndRestore,
		"EarlierEdition":    testEarlierEdition,
		"Refused":           testRefused,
		"KillAtEachCall":    testKillAtEachCall,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Authored compares content by what authors write and is stored.
func Authored() cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool {
		f, ok := p.Last().(cmp.StructField)
		return ok && (f.Name() == "Version" || f.Name() == "Status" || !token.IsExported(f.Name()))
	}, cmp.Ignore())
}

// OpenRepository returns a repository on the engine, in which everything
// happens at PublishedAt.
func OpenRepository(t testing.TB, engine store.Engine) *archive.Repository {
	t.Helper()
	repository, err := archive.Open(context.Background(), engine, func() time.Time { return PublishedAt })
	if err != nil {
		t.Fatal(err)
	}
	return repository
}

func testEmpty(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	if r, err := repository.Latest(t.Context()); err != nil || r.Number != 0 {
		t.Errorf("revision %d, %v; want 0", r.Number, err)
	}
	if err := repository.TakeOver(t.Context()); err != nil {
		t.Error(err)
	}
	if r, isNew, err := repository.Publish(t.Context(), archive.Publication{}); err != nil || isNew || r.Number != 0 {
		t.Errorf("nothing became revision %d, new %t, %v", r.Number, isNew, err)
	}
	if err := (&catalog.Library{}).Refresh(t.Context(), repository); !errors.Is(err, catalog.ErrUnpublished) {
		t.Errorf("err = %v, want %v", err, catalog.ErrUnpublished)
	}
	if _, err := repository.Edition(t.Context(), 1, nil); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("err = %v, want NOT_FOUND", err)
	}
}

func testRoundTrip(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	apply(t, repository)
	got, err := repository.Edition(t.Context(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Edition(Content(t), catalog.Revision{Number: 1, PublishedAt: PublishedAt, Remark: `The seed "program".`})
	if diff := cmp.Diff(want.Content, got.Content, Authored()); diff != "" {
		t.Errorf("content differs (-seed +stored):\n%s", diff)
	}
	if diff := cmp.Diff(want.Retired.Questions, got.Retired.Questions, Authored()); diff != "" {
		t.Errorf("retired questions differ (-seed +stored):\n%s", diff)
	}
	if got.Revision != want.Revision {
		t.Errorf("revision = %v, want %v", got.Revision, want.Revision)
	}
	for _, q := range got.Content.Questions {
		if q.Version != 1 {
			t.Errorf("%s has version %d, want 1", q.ID(), q.Version)
		}
	}
}

func testSeedTwice(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	first := apply(t, repository)
	if !first.Published || first.Revision.Number != 1 || first.Plan.Count(seed.Create) != len(first.Plan.Changes) {
		t.Errorf("first: %v, revision %d, published %t", first.Plan, first.Revision.Number, first.Published)
	}
	second := apply(t, OpenRepository(t, engine))
	if second.Published || second.Revision != first.Revision || second.Plan.Writes() != 0 {
		t.Errorf("second: %v, revision %d, published %t", second.Plan, second.Revision.Number, second.Published)
	}
}

func testSeedersAtOnce(t *testing.T, engine store.Engine) {
	var all sync.WaitGroup
	for range 3 {
		repository, loaded := OpenRepository(t, engine), Load(t)
		all.Go(func() {
			if _, err := seed.Apply(t.Context(), repository, loaded, seed.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	newest := newest(t, OpenRepository(t, engine))
	if newest.Revision.Number != 1 {
		t.Errorf("revision %d, want 1: the same seed is one edition", newest.Revision.Number)
	}
	for _, e := range newest.Entries {
		if e.Version != 1 {
			t.Errorf("%s has version %d, want 1", e.ID, e.Version)
		}
	}
}

// Changes of different items join, whoever comes first.
func testPublishersAtOnce(t *testing.T, engine store.Engine) {
	repository := applyTerms(t, engine)
	const publishers = terms
	var all sync.WaitGroup
	for n := range publishers {
		author := newAuthor(t, engine)
		p := author.draft(t, "By many.", n)
		all.Go(func() {
			if _, isNew, err := author.repository.Publish(t.Context(), p); err != nil || !isNew {
				t.Errorf("publisher %d: new %t, %v", n, isNew, err)
			}
		})
	}
	all.Wait()
	if got := newest(t, repository).Revision.Number; got != 1+publishers {
		t.Errorf("revision %d, want %d", got, 1+publishers)
	}
	for n := range publishers {
		if text, _ := definition(t, repository, n); text != "By many." {
			t.Errorf("the change of %s is lost", termSlug(n))
		}
	}
}

func testSameItemConflicts(t *testing.T, engine store.Engine) {
	repository := applyTerms(t, engine)
	first, second, third := newAuthor(t, engine), newAuthor(t, engine), newAuthor(t, engine)
	mine, theirs, alike := first.draft(t, "Mine.", 0, 1), second.draft(t, "Theirs.", 1, 2), third.draft(t, "Mine.", 1)
	if _, _, err := first.repository.Publish(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	if _, isNew, err := third.repository.Publish(t.Context(), alike); err != nil || isNew {
		t.Errorf("the same change again: new %t, %v; want nothing to do", isNew, err)
	}
	_, _, err := second.repository.Publish(t.Context(), theirs)
	if id := theirs.Changes[0].ID; fault.CodeOf(err) != fault.Conflict || !strings.Contains(err.Error(), id) {
		t.Errorf("err = %v, want a conflict that names %s", err, id)
	}
	if text, _ := definition(t, repository, 1); text != "Mine." || newest(t, repository).Revision.Number != 2 {
		t.Errorf("%q is published, want the first one's alone", text)
	}
}

func testRetireAndRestore(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	apply(t, repository)
	quiz := newest(t, repository).Content.Quizzes[0].ID()
	retire := func(retired bool) catalog.Revision {
		t.Helper()
		e := newest(t, repository).Entries
		var change archive.Change
		for i := range e {
			if e[i].ID == quiz {
				change = archive.Change{ID: quiz, Kind: e[i].Kind, Base: &e[i], Retired: retired}
			}
		}
		unchecked := func(*catalog.Content) error { return nil }
		revision, _, err := repository.Publish(t.Context(), archive.Publication{Changes: []archive.Change{change}, Check: unchecked})
		if err != nil {
			t.Fatal(err)
		}
		return revision
	}
	before := len(newest(t, repository).Content.Quizzes)
	if r := retire(true); r.Number != 2 || len(newest(t, repository).Content.Quizzes) != before-1 {
		t.Errorf("revision %d, and the quiz is still there", r.Number)
	}
	if r := retire(false); r.Number != 3 || len(newest(t, repository).Content.Quizzes) != before {
		t.Errorf("revision %d, and the quiz is not back", r.Number)
	}
	for _, e := range newest(t, repository).Entries {
		if e.ID == quiz && e.Version != 1 {
			t.Errorf("it has version %d, want 1", e.Version)
		}
	}
}

// An earlier edition becomes the next one, and the numbers of the versions that
// came between are not used again.
func testEarlierEdition(t *testing.T, engine store.Engine) {
	repository := applyTerms(t, engine)
	author := newAuthor(t, engine)
	publish := func(text string) {
		t.Helper()
		if _, _, err := repository.Publish(t.Context(), author.draft(t, text, 0)); err != nil {
			t.Fatal(err)
		}
	}
	publish("Second.")
	publish("Third.")

	revision, isNew, err := repository.Restore(t.Context(), 1, archive.By{Actor: "actor/x", Note: "It was better."})
	want := catalog.Revision{Number: 4, PublishedAt: PublishedAt, By: "actor/x", Remark: "It was better."}
	if err != nil || !isNew || revision != want {
		t.Fatalf("revision %v, new %t, %v; want %v", revision, isNew, err, want)
	}
	if text, version := definition(t, repository, 0); version != 1 || text != "At first." {
		t.Errorf("version %d, %q; want the first", version, text)
	}
	if _, isNew, err := repository.Restore(t.Context(), 1, archive.By{}); err != nil || isNew {
		t.Errorf("again: new %t, %v", isNew, err)
	}
	publish("Fourth.")
	if text, version := definition(t, repository, 0); version != 4 || text != "Fourth." {
		t.Errorf("version %d, %q; want 4", version, text)
	}
	if _, _, err := repository.Restore(t.Context(), 99, archive.By{}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("err = %v, want NOT_FOUND", err)
	}
	log, err := repository.Log(t.Context(), 0, 100)
	if err != nil || len(log) != 5 || log[0].Number != 5 || log[0].Parent != 4 || log[1].List != log[4].List {
		t.Errorf("log = %v, %v", log, err)
	}
	if rest, err := repository.Log(t.Context(), 3, 1); err != nil || len(rest) != 1 || rest[0].Number != 2 {
		t.Errorf("before edition 3: %v, %v", rest, err)
	}
}

// Nothing is published that breaks a rule.
func testRefused(t *testing.T, engine store.Engine) {
	repository := applyTerms(t, engine)
	_, _, err := repository.Publish(t.Context(), newAuthor(t, engine).draft(t, " ", 0))
	if _, refused := errors.AsType[*check.Error](err); !refused {
		t.Errorf("err = %v, want the problems", err)
	}
	if r, err := repository.Latest(t.Context()); err != nil || r.Number != 1 {
		t.Errorf("revision %d, %v; want 1", r.Number, err)
	}
}

func apply(t *testing.T, repository *archive.Repository) seed.Applied {
	t.Helper()
	applied, err := seed.Apply(t.Context(), repository, Load(t), seed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

func newest(t *testing.T, repository *archive.Repository) *archive.Edition {
	t.Helper()
	edition, err := repository.Newest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return edition
}
