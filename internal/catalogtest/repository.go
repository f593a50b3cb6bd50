package catalogtest

import (
	"context"
	"go/token"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/seed"
)

// TestRepository runs what archive.Repository promises on a database. open
// returns an engine on an empty one, which is removed when the test ends.
func TestRepository(t *testing.T, open func(*testing.T) store.Engine) {
	tests := map[string]func(*testing.T, store.Engine){
		"RoundTrip":             testRoundTrip,
		"EditionsAreKept":       testEditionsAreKept,
		"StaleEntryConflicts":   testStaleEntryConflicts,
		"RetireAndRestore":      testRetireAndRestore,
		"Publish":               testPublish,
		"UnsettledUntilPublish": testUnsettledUntilPublish,
		"InterruptedPublish":    testInterruptedPublish,
		"PublishersAtOnce":      testPublishersAtOnce,
		"SeedTwice":             testSeedTwice,
		"SeedersAtOnce":         testSeedersAtOnce,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Authored compares content by what authors write.
func Authored() cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool {
		f, ok := p.Last().(cmp.StructField)
		return ok && (f.Name() == "Version" || !token.IsExported(f.Name()))
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

func testRoundTrip(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	putAll(t, repository, Content(t))
	publish(t, repository)

	got, revision, err := repository.Content(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Content(t), got, Authored()); diff != "" {
		t.Errorf("content differs (-put +got):\n%s", diff)
	}
	if want := (catalog.Revision{Number: 1, PublishedAt: PublishedAt}); revision != want {
		t.Errorf("revision = %v, want %v", revision, want)
	}
	if diff := cmp.Diff(digests(t, Content(t)), digests(t, got)); diff != "" {
		t.Errorf("digests differ (-put +got):\n%s", diff)
	}
	for _, q := range got.Questions {
		if q.Version != 1 {
			t.Errorf("%s has version %d, want 1", q.ID(), q.Version)
		}
	}
}

func testEditionsAreKept(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	content := Content(t)
	first := content.Questions[0].Stem
	put(t, repository, content, content.Questions[0].ID())
	for _, stem := range []string{"What is second?", "What is second?", "What is third?"} {
		content.Questions[0].Stem = stem
		put(t, repository, content, content.Questions[0].ID())
	}

	id := content.Questions[0].ID()
	if e := entry(t, repository, id); e.Version != 3 {
		t.Errorf("version = %d, want 3: the same again is not a new edition", e.Version)
	}
	stored, err := repository.Items(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if q := stored.Questions[0]; q.Stem != "What is third?" || q.Version != 3 {
		t.Errorf("the current edition is %d, %q", q.Version, q.Stem)
	}
	if diff := cmp.Diff(map[int]string{1: first, 2: "What is second?"}, earlier(t, engine)); diff != "" {
		t.Errorf("earlier editions differ (-want +got):\n%s", diff)
	}
}

// earlier returns the stems of the questions' replaced editions by version.
func earlier(t *testing.T, engine store.Engine) map[int]string {
	t.Helper()
	type edition struct {
		store.Meta `bson:",inline"`
		Version    int              `bson:"version"`
		Item       catalog.Question `bson:"item"`
	}
	editions, err := store.Open[edition](t.Context(), engine, store.Spec{Name: "questions_versions"})
	if err != nil {
		t.Fatal(err)
	}
	stems := map[int]string{}
	for e, err := range editions.Each(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		stems[e.Version] = e.Item.Stem
	}
	return stems
}

func testStaleEntryConflicts(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	content := Content(t)
	id := content.Questions[0].ID()
	put(t, repository, content, id)
	stale := entry(t, repository, id)
	original := item(t, content, id)
	content.Questions[0].Stem = "What is second?"
	put(t, repository, content, id)
	second := entry(t, repository, id)

	content.Questions[0].Stem = "What is third?"
	third := item(t, content, id)
	for name, write := range map[string]func() error{
		"Change":       func() error { return repository.Put(t.Context(), third, seed.Program, &stale) },
		"ChangeAsItIs": func() error { return repository.Put(t.Context(), original, seed.Program, &stale) },
		"AddAgain":     func() error { return repository.Put(t.Context(), third, seed.Program, nil) },
		"Retire":       func() error { return repository.Retire(t.Context(), stale) },
	} {
		if err := write(); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%s: err = %v, want a conflict", name, err)
		}
	}
	if diff := cmp.Diff(second, entry(t, repository, id)); diff != "" {
		t.Errorf("a refused write changed the entry (-want +got):\n%s", diff)
	}
	if got := earlier(t, engine); len(got) != 1 {
		t.Errorf("earlier editions = %v, want only the first", got)
	}
}

func testRetireAndRestore(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	content := Content(t)
	putAll(t, repository, content)
	publish(t, repository)
	id := content.Questions[0].ID()

	if err := repository.Retire(t.Context(), entry(t, repository, id)); err != nil {
		t.Fatal(err)
	}
	if r := publish(t, repository); r.Number != 2 {
		t.Errorf("retiring leads to revision %d, want 2", r.Number)
	}
	if e := entry(t, repository, id); !e.Retired || e.Version != 1 {
		t.Errorf("entry = %+v, want it retired in version 1", e)
	}
	without, _, err := repository.Content(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content.Questions[1:], without.Questions, Authored()); diff != "" {
		t.Errorf("questions differ (-want +got):\n%s", diff)
	}

	put(t, repository, content, id)
	publish(t, repository)
	if e := entry(t, repository, id); e.Retired || e.Version != 1 {
		t.Errorf("entry = %+v, want it back in version 1", e)
	}
	restored, _, err := repository.Content(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content, restored, Authored()); diff != "" {
		t.Errorf("content differs (-want +got):\n%s", diff)
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

func publish(t *testing.T, repository *archive.Repository) catalog.Revision {
	t.Helper()
	revision, _, err := repository.Publish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return revision
}

func putAll(t *testing.T, repository *archive.Repository, content *catalog.Content) {
	t.Helper()
	items, err := content.Items()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items {
		if err := repository.Put(t.Context(), i, seed.Program, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// put stores one item of the content over what there is.
func put(t *testing.T, repository *archive.Repository, content *catalog.Content, id string) {
	t.Helper()
	var was *archive.Entry
	if e := entry(t, repository, id); e.ID != "" {
		was = &e
	}
	if err := repository.Put(t.Context(), item(t, content, id), seed.Program, was); err != nil {
		t.Fatal(err)
	}
}

func item(t *testing.T, content *catalog.Content, id string) catalog.Item {
	t.Helper()
	items, err := content.Items()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items {
		if i.ID == id {
			return i
		}
	}
	t.Fatalf("there is no item %s", id)
	return catalog.Item{}
}

// entry returns how an item is kept, and the zero Entry when it is not.
func entry(t *testing.T, repository *archive.Repository, id string) archive.Entry {
	t.Helper()
	entries, err := repository.Entries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.ID == id {
			return e
		}
	}
	return archive.Entry{}
}

func digests(t *testing.T, content *catalog.Content) map[string]string {
	t.Helper()
	items, err := content.Items()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for _, i := range items {
		sums[i.ID] = i.Digest
	}
	return sums
}
