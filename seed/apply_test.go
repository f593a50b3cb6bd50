package seed_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/seed"
)

// term returns a content file with one more term.
func term(slug, definition string) string {
	return fmt.Sprintf("terms:\n  - slug: %s\n    name: %s\n    definition: %s\n    citations: [{ source: guide }]\n", slug, slug, definition)
}

func load(t *testing.T, more string) *seed.Loaded {
	t.Helper()
	if more == "" {
		more = "terms: []"
	}
	loaded, err := seed.Load(with(t, "more.yaml", more), nil)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func apply(t *testing.T, s *shelf, loaded *seed.Loaded, opts seed.Options) seed.Applied {
	t.Helper()
	applied, err := seed.Apply(t.Context(), s, loaded, opts)
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

func TestApplyAgainChangesNothing(t *testing.T) {
	s, loaded := newShelf(), load(t, term("increment", "A step."))
	first := apply(t, s, loaded, seed.Options{})
	if got := first.Plan.Count(seed.Create); got != 12 || !first.Published || first.Revision.Number != 1 {
		t.Errorf("created %d, revision %d, published %t; want 12, 1, true", got, first.Revision.Number, first.Published)
	}
	writes := s.writes
	second := apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
	if s.writes != writes || second.Published || second.Revision.Number != 1 {
		t.Errorf("%d more writes, revision %d, published %t; want 0, 1, false", s.writes-writes, second.Revision.Number, second.Published)
	}
	if got, want := second.Plan.String(), "12 items: 12 unchanged"; got != want {
		t.Errorf("plan = %q, want %q", got, want)
	}
}

func TestApplyAfterACrash(t *testing.T) {
	before, after := term("increment", "A step."), term("done", "As agreed.")+"  - { slug: increment, name: Increment, definition: A step forward., citations: [{ source: guide }] }\n"
	clean := newShelf()
	apply(t, clean, load(t, before), seed.Options{})
	already := clean.writes
	apply(t, clean, load(t, after), seed.Options{})

	for _, late := range []bool{false, true} {
		for n := already + 1; n <= clean.writes; n++ {
			t.Run(fmt.Sprintf("Write%dLate%t", n, late), func(t *testing.T) {
				s := newShelf()
				apply(t, s, load(t, before), seed.Options{})
				s.powerAt, s.lateFault = n, late
				if _, err := seed.Apply(t.Context(), s, load(t, after), seed.Options{}); !errors.Is(err, errCrash) {
					t.Fatalf("err = %v, want the crash", err)
				}
				s.powerAt = 0
				applied := apply(t, s, load(t, after), seed.Options{})
				if diff := cmp.Diff(clean.state(), s.state()); diff != "" {
					t.Error(diff)
				}
				if s.published != s.state() || applied.Revision.Number != 2 {
					t.Errorf("revision %d, want 2 with what is stored", applied.Revision.Number)
				}
			})
		}
	}
}

func TestApplyByManyAtOnce(t *testing.T) {
	s := newShelf()
	var all sync.WaitGroup
	for range 8 {
		loaded := load(t, term("increment", "A step."))
		all.Go(func() {
			if _, err := seed.Apply(t.Context(), s, loaded, seed.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	entries, _ := s.Entries(t.Context())
	for _, e := range entries {
		if e.Version != 1 || e.Rev != 1 {
			t.Errorf("%s was written more than once: version %d, rev %d", e.ID, e.Version, e.Rev)
		}
	}
	if len(entries) != 12 || s.published != s.state() {
		t.Errorf("%d items, published as stored: %t; want 12, true", len(entries), s.published == s.state())
	}
}

func TestApplyKeepsWhatPeopleEdited(t *testing.T) {
	tests := map[string]struct {
		edit string
		seed string
		want string // definition afterwards
		note string
		plan seed.Action
	}{
		"EditedOnly":        {edit: "Mine.", seed: "A step.", want: "Mine.", plan: seed.Keep},
		"EditedAndReseeded": {edit: "Mine.", seed: "New.", want: "Mine.", plan: seed.Keep, note: "the seed has changed as well"},
		"EditedAlike":       {edit: "New.", seed: "New.", want: "New.", plan: seed.Update, note: "was edited into what the seed has"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newShelf()
			apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
			s.edit("term/increment", tt.edit)
			applied := apply(t, s, load(t, term("increment", tt.seed)), seed.Options{Prune: true})
			if got := s.definition("term/increment"); got != tt.want {
				t.Errorf("definition = %q, want %q", got, tt.want)
			}
			for _, c := range applied.Plan.Changes {
				if c.ID == "term/increment" && (c.Action != tt.plan || c.Note != tt.note) {
					t.Errorf("plan = %s (%s), want %s (%s)", c.Action, c.Note, tt.plan, tt.note)
				}
			}
		})
	}
}

func TestApplyLooksAgainWhenSomebodyEditsMeanwhile(t *testing.T) {
	s := newShelf()
	apply(t, s, load(t, term("increment", "A step.")+"  - { slug: done, name: Done, definition: As agreed., citations: [{ source: guide }] }\n"), seed.Options{})
	first := s.writes + 1
	s.onWrite = func(n int) {
		if n == first {
			s.edit("term/done", "Mine.")
		}
	}
	apply(t, s, load(t, term("increment", "Changed.")+"  - { slug: done, name: Done, definition: Changed., citations: [{ source: guide }] }\n"), seed.Options{})
	if got := []string{s.definition("term/increment"), s.definition("term/done")}; !cmp.Equal(got, []string{"Changed.", "Mine."}) {
		t.Errorf("definitions = %q", got)
	}
	if s.published != s.state() {
		t.Error("the outcome is not published")
	}
}

func TestApplyGivesUp(t *testing.T) {
	s := newShelf()
	apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
	s.onWrite = func(int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		k := s.kept["term/increment"]
		k.entry.Rev++
		s.kept["term/increment"] = k
	}
	_, err := seed.Apply(t.Context(), s, load(t, term("increment", "New.")), seed.Options{})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("err = %v, want a conflict", err)
	}
}

func TestApplyPrunes(t *testing.T) {
	both := term("increment", "A step.") + "  - { slug: done, name: Done, definition: As agreed., citations: [{ source: guide }] }\n"
	s := newShelf()
	apply(t, s, load(t, both), seed.Options{})
	s.edit("term/done", "Mine.")

	kept := apply(t, s, load(t, ""), seed.Options{})
	if got, want := kept.Plan.String(), "13 items: 11 unchanged, 2 orphaned"; got != want {
		t.Errorf("plan = %q, want %q", got, want)
	}
	pruned := apply(t, s, load(t, ""), seed.Options{Prune: true})
	if got, want := pruned.Plan.String(), "13 items: 1 retired, 11 unchanged, 1 orphaned"; got != want {
		t.Errorf("plan = %q, want %q", got, want)
	}
	if !s.kept["term/increment"].entry.Retired || s.kept["term/done"].entry.Retired {
		t.Error("want the untouched term retired and the edited one kept")
	}
	restored := apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
	if got := restored.Plan.Count(seed.Restore); got != 1 || s.kept["term/increment"].entry.Retired {
		t.Errorf("restored %d, want the retired term back", got)
	}
}

// What goes may refer to each other: a question to an objective of a topic that
// stays, a quiz to both.
func TestApplyPrunesWhatRefersToEachOther(t *testing.T) {
	s := newShelf()
	apply(t, s, load(t, ""), seed.Options{})
	after, err := seed.Read(fstest.MapFS{"base.yaml": {Data: read(t, "testdata/pruned.yaml")}}, "")
	if err != nil {
		t.Fatal(err)
	}
	pruned := apply(t, s, after, seed.Options{Prune: true})
	if got := pruned.Plan.Count(seed.Retire); got != 2 || !pruned.Published {
		t.Errorf("plan = %q, published %t; want the question and the quiz retired", pruned.Plan, pruned.Published)
	}
}

func TestPreviewReportsFilesAndOutcomeTogether(t *testing.T) {
	s := newShelf()
	apply(t, s, load(t, ""), seed.Options{})
	// Without its question and quiz the objective is missed; the term has two
	// mistakes besides.
	files := fstest.MapFS{
		"base.yaml": {Data: read(t, "testdata/pruned.yaml")},
		"more.yaml": {Data: []byte("terms:\n  - { slug: increment, name: 1, definition: A step., related: [nothing], citations: [{ source: guide }] }\n")},
	}
	loaded, err := seed.Read(files, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = seed.Preview(t.Context(), s, loaded, seed.Options{})
	for _, want := range []string{
		"question/sf1-values-01 (in no file): objective: there is no objective/SF1.2",
		"more.yaml:2:30: name: must be text, not 1",
		"more.yaml:2:64: related[0]: there is no term/nothing",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from\n%v", want, err)
		}
	}
}

func TestApplyWritesNothingUnlessTheOutcomeIsRight(t *testing.T) {
	const lesson = `
lessons:
  - slug: steps
    title: Steps
    summary: One by one.
    objective: SF1.1
    body: An [Increment](#term/increment).
    citations: [{ source: guide }]
`
	s := newShelf()
	apply(t, s, load(t, term("increment", "A step.")+lesson), seed.Options{})

	t.Run("PrunedWhileReferredTo", func(t *testing.T) {
		k := s.kept["lesson/steps"]
		k.entry.SeedDigest, k.entry.Seed = "", "" // as if a trainer had written it
		s.kept["lesson/steps"] = k
		state, writes := s.state(), s.writes
		_, err := seed.Apply(t.Context(), s, load(t, ""), seed.Options{Prune: true})
		var mistakes seed.Mistakes
		if !errors.As(err, &mistakes) || !strings.Contains(err.Error(), "lesson/steps (in no file): body: there is no term/increment") {
			t.Errorf("err = %v, want the lesson's link", err)
		}
		if s.state() != state || s.writes != writes {
			t.Error("something was written")
		}
	})
	t.Run("BrokenFile", func(t *testing.T) {
		broken, err := seed.Load(with(t, "more.yaml", "terms: 1"), nil)
		if err == nil {
			t.Fatal("no mistakes")
		}
		state, writes := s.state(), s.writes
		if _, got := seed.Apply(t.Context(), s, broken, seed.Options{}); got == nil || got.Error() != err.Error() {
			t.Errorf("err = %v, want %v", got, err)
		}
		if s.state() != state || s.writes != writes {
			t.Error("something was written")
		}
	})
}

func TestPreviewWritesNothing(t *testing.T) {
	s := newShelf()
	apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
	writes := s.writes
	plan, err := seed.Preview(t.Context(), s, load(t, term("done", "As agreed.")), seed.Options{})
	if err != nil || s.writes != writes {
		t.Fatalf("err = %v, %d writes", err, s.writes-writes)
	}
	var out strings.Builder
	if err := plan.Write(&out); err != nil {
		t.Fatal(err)
	}
	const want = "created   term/done\norphaned  term/increment\n13 items: 1 created, 11 unchanged, 1 orphaned\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestCompare(t *testing.T) {
	item := catalog.Item{Kind: catalog.KindTerm, ID: "term/a", Position: 3, Digest: "new"}
	tests := map[string]struct {
		entry *archive.Entry
		want  seed.Action
	}{
		"Missing":                   {nil, seed.Create},
		"Same":                      {&archive.Entry{Digest: "new", SeedDigest: "new", Seed: seed.Program, Position: 3}, seed.Unchanged},
		"Moved":                     {&archive.Entry{Digest: "new", SeedDigest: "new", Seed: seed.Program, Position: 2}, seed.Update},
		"Older":                     {&archive.Entry{Digest: "old", SeedDigest: "old", Seed: seed.Program}, seed.Update},
		"Edited":                    {&archive.Entry{Digest: "mine", SeedDigest: "old", Seed: seed.Program}, seed.Keep},
		"NeverSeeded":               {&archive.Entry{Digest: "mine"}, seed.Keep},
		"NeverSeededAlike":          {&archive.Entry{Digest: "new"}, seed.Update},
		"Retired":                   {&archive.Entry{Digest: "new", SeedDigest: "new", Seed: seed.Program, Position: 3, Retired: true}, seed.Restore},
		"RetiredAndOlder":           {&archive.Entry{Digest: "old", SeedDigest: "old", Seed: seed.Program, Retired: true}, seed.Restore},
		"OfSomebodysSeedButRetired": {&archive.Entry{Digest: "theirs", SeedDigest: "theirs", Seed: "ours", Retired: true}, seed.Restore},
		"OfSomebodysSeed":           {&archive.Entry{Digest: "theirs", SeedDigest: "theirs", Seed: "ours"}, seed.Keep},
		"RetiredAndEdited":          {&archive.Entry{Digest: "mine", SeedDigest: "old", Seed: seed.Program, Retired: true}, seed.Keep},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var entries []archive.Entry
			if tt.entry != nil {
				tt.entry.ID = item.ID
				entries = append(entries, *tt.entry)
			}
			plan := seed.Compare(entries, []catalog.Item{item}, seed.Options{Prune: true})
			if len(plan.Changes) != 1 || plan.Changes[0].Action != tt.want {
				t.Errorf("changes = %+v, want one that is %s", plan.Changes, tt.want)
			}
		})
	}
}

// TestApplySettles lets seeds, crashes and edits come in any order. Whatever
// happened, an Apply that succeeds leaves nothing to do, publishes what is
// stored, and has not touched what people wrote.
func TestApplySettles(t *testing.T) {
	seeds := make([]*seed.Loaded, 0, 4)
	for _, more := range []string{"", term("increment", "A step."), term("increment", "Another."), term("done", "As agreed.")} {
		seeds = append(seeds, load(t, more))
	}
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		s := newShelf()
		mine := map[string]string{}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			loaded := rapid.SampledFrom(seeds).Draw(t, "seed")
			opts := seed.Options{Prune: rapid.Bool().Draw(t, "prune")}
			switch rapid.SampledFrom([]string{"apply", "crash", "edit"}).Draw(t, "step") {
			case "crash":
				s.powerAt = s.writes + rapid.IntRange(1, 14).Draw(t, "after")
				s.lateFault = rapid.Bool().Draw(t, "late")
				_, _ = seed.Apply(ctx, s, loaded, opts)
				s.powerAt = 0
			case "edit":
				id := rapid.SampledFrom([]string{"term/increment", "term/done", "term/values"}).Draw(t, "term")
				if k, ok := s.kept[id]; ok && !k.entry.Retired {
					text := rapid.StringMatching(`Mine [a-z]{3}`).Draw(t, "text")
					s.edit(id, text)
					mine[id] = text
				}
			case "apply":
				if _, err := seed.Apply(ctx, s, loaded, opts); err != nil {
					t.Fatal(err)
				}
				plan, err := seed.Preview(ctx, s, loaded, opts)
				if err != nil || plan.Writes() > 0 {
					t.Fatalf("still to do: %v (%v)", plan, err)
				}
				if s.published != s.state() {
					t.Fatal("the outcome is not published")
				}
			}
			for id, text := range mine {
				if got := s.definition(id); got != text {
					t.Fatalf("%s = %q, edited to %q", id, got, text)
				}
			}
		}
	})
}
