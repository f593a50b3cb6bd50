package catalogtest

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/seed"
)

func testPublish(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	if r, err := repository.Revision(t.Context()); err != nil || r.Number != 0 {
		t.Errorf("at first: revision %d, %v; want 0", r.Number, err)
	}
	content := Content(t)
	putAll(t, repository, content)
	moved := item(t, content, content.Terms[0].ID())
	moved.Position += 10
	steps := []struct {
		name   string
		change func() error
		want   int
		isNew  bool
	}{
		{"First", func() error { return nil }, 1, true},
		{"Again", func() error { return nil }, 1, false},
		{"SameItem", func() error { put(t, repository, content, content.Topics[0].ID()); return nil }, 1, false},
		{"ChangedItem", func() error {
			content.Topics[0].Summary = "Changed."
			put(t, repository, content, content.Topics[0].ID())
			return nil
		}, 2, true},
		{"MovedItem", func() error {
			e := entry(t, repository, moved.ID)
			return repository.Put(t.Context(), moved, seed.Program, &e)
		}, 3, true},
		{"RetiredItem", func() error { return repository.Retire(t.Context(), entry(t, repository, moved.ID)) }, 4, true},
		{"AgainAtTheEnd", func() error { return nil }, 4, false},
	}
	for _, step := range steps {
		if err := step.change(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		revision, isNew, err := repository.Publish(t.Context())
		if err != nil || revision.Number != step.want || isNew != step.isNew {
			t.Errorf("%s: revision %d, new %t, %v; want %d, %t", step.name, revision.Number, isNew, err, step.want, step.isNew)
		}
		if latest, err := repository.Revision(t.Context()); err != nil || latest != revision {
			t.Errorf("%s: Revision says %v, %v; Publish said %v", step.name, latest, err, revision)
		}
	}
}

func testUnsettledUntilPublish(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	settled := func(step string, want error) {
		t.Helper()
		if _, _, err := repository.Content(t.Context()); !cmp.Equal(err, want, cmpopts.EquateErrors()) {
			t.Errorf("%s: err = %v, want %v", step, err, want)
		}
	}
	settled("empty", catalog.ErrUnpublished)
	content := Content(t)
	putAll(t, repository, content)
	settled("before the first revision", catalog.ErrUnsettled)
	publish(t, repository)
	settled("published", nil)
	content.Topics[0].Summary = "Changed."
	put(t, repository, content, content.Topics[0].ID())
	settled("changed", catalog.ErrUnsettled)
	publish(t, repository)
	settled("published again", nil)
}

// A process that ends between its writes and its Publish leaves that to the
// next one.
func testInterruptedPublish(t *testing.T, engine store.Engine) {
	interrupted := OpenRepository(t, engine)
	content := Content(t)
	items, err := content.Items()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items[:len(items)/2] {
		if err := interrupted.Put(t.Context(), i, seed.Program, nil); err != nil {
			t.Fatal(err)
		}
	}

	next := OpenRepository(t, engine)
	applied := apply(t, next)
	if created := applied.Plan.Count(seed.Create); created != len(items)-len(items)/2 || applied.Revision.Number != 1 || !applied.Published {
		t.Errorf("created %d of %d, revision %d, published %t", created, len(items), applied.Revision.Number, applied.Published)
	}
	got, _, err := next.Content(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content, got, Authored()); diff != "" {
		t.Errorf("content differs (-want +got):\n%s", diff)
	}

	content.Topics[0].Summary = "Changed."
	put(t, next, content, content.Topics[0].ID())
	if r := publish(t, OpenRepository(t, engine)); r.Number != 2 {
		t.Errorf("what was left to publish became revision %d, want 2", r.Number)
	}
}

func testPublishersAtOnce(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	content := Content(t)
	putAll(t, repository, content)
	for round := 1; round <= 5; round++ {
		content.Topics[0].Weight += round
		put(t, repository, content, content.Topics[0].ID())
		var mu sync.Mutex
		published := 0
		var all sync.WaitGroup
		for range 4 {
			publisher := OpenRepository(t, engine)
			all.Go(func() {
				_, isNew, err := publisher.Publish(t.Context())
				if err != nil && fault.CodeOf(err) != fault.Conflict {
					t.Error(err)
				}
				if isNew {
					mu.Lock()
					published++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if latest, err := repository.Revision(t.Context()); err != nil || published != 1 || latest.Number != round {
			t.Errorf("round %d: %d published, the latest revision is %d, %v", round, published, latest.Number, err)
		}
	}
}

func testSeedTwice(t *testing.T, engine store.Engine) {
	repository := OpenRepository(t, engine)
	first := apply(t, repository)
	if !first.Published || first.Revision.Number != 1 || first.Plan.Count(seed.Create) != len(first.Plan.Changes) {
		t.Errorf("first: %v, revision %d, published %t", first.Plan, first.Revision.Number, first.Published)
	}
	before, err := repository.Entries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second := apply(t, OpenRepository(t, engine))
	if second.Published || second.Revision != first.Revision || second.Plan.Writes() != 0 {
		t.Errorf("second: %v, revision %d, published %t", second.Plan, second.Revision.Number, second.Published)
	}
	after, err := repository.Entries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("applying again changed entries (-before +after):\n%s", diff)
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
	repository := OpenRepository(t, engine)
	entries, err := repository.Entries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Version != 1 || e.Rev != 1 {
			t.Errorf("%s was written more than once: version %d, rev %d", e.ID, e.Version, e.Rev)
		}
	}
	got, _, err := repository.Content(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Content(t), got, Authored()); diff != "" {
		t.Errorf("content differs (-want +got):\n%s", diff)
	}
}
