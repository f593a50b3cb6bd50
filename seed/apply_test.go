package seed_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
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

func TestApplyAgainChangesNothing(t *testing.T) {
	s, loaded := newShelf(t), load(t, term("increment", "A step."))
	first := apply(t, s, loaded, seed.Options{})
	if got := first.Plan.Count(seed.Create); got != 12 || !first.Published || first.Revision.Number != 1 {
		t.Errorf("created %d, revision %d, published %t; want 12, 1, true", got, first.Revision.Number, first.Published)
	}
	s.engine.Reset()
	second := apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
	if s.engine.Writes() != 0 || second.Published || second.Revision.Number != 1 {
		t.Errorf("%d writes, revision %d, published %t; want 0, 1, false", s.engine.Writes(), second.Revision.Number, second.Published)
	}
	if got, want := second.Plan.String(), "12 items: 12 unchanged"; got != want {
		t.Errorf("plan = %q, want %q", got, want)
	}
}

func TestApplyAfterACrash(t *testing.T) {
	before, after := term("increment", "A step."), term("done", "As agreed.")+"  - { slug: increment, name: Increment, definition: A step forward., citations: [{ source: guide }] }\n"
	const writes = 3 // versions, list, head
	for _, late := range []bool{false, true} {
		for n := 1; n <= writes; n++ {
			t.Run(fmt.Sprintf("Write%dLate%t", n, late), func(t *testing.T) {
				s := newShelf(t)
				apply(t, s, load(t, before), seed.Options{})
				s.engine.CrashAt(n, late)
				if _, err := seed.Apply(t.Context(), s.Repository, load(t, after), seed.Options{}); !errors.Is(err, storetest.ErrCrashed) {
					t.Fatalf("err = %v, want the crash", err)
				}
				s.engine.Revive()
				published := n == writes && late
				if got := s.definition(t, "done") != ""; got != published || (s.definition(t, "increment") == "A step forward.") != published {
					t.Errorf("published: %t, want %t, and all of it", got, published)
				}
				if applied := apply(t, s, load(t, after), seed.Options{}); applied.Revision.Number != 2 || applied.Published == published {
					t.Errorf("revision %d, published %t; want 2", applied.Revision.Number, applied.Published)
				}
				if e := s.entry(t, "term/increment"); e.Version != 2 {
					t.Errorf("version = %d, want 2: what the crash left is used", e.Version)
				}
			})
		}
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
			s := newShelf(t)
			apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
			s.edit(t, "increment", tt.edit)
			applied := apply(t, s, load(t, term("increment", tt.seed)), seed.Options{Prune: true})
			if got := s.definition(t, "increment"); got != tt.want {
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

// Whoever edits the same item while a seed is applied is not overwritten; a
// change of another item is no obstacle.
func TestApplyWhileSomebodyEdits(t *testing.T) {
	both := func(a, b string) string {
		return term("increment", a) + fmt.Sprintf("  - { slug: done, name: Done, definition: %s, citations: [{ source: guide }] }\n", b)
	}
	for name, tt := range map[string]struct {
		edited string
		want   fault.Code
	}{"AnotherItem": {"values", ""}, "TheSameItem": {"done", fault.Conflict}} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			apply(t, s, load(t, both("A step.", "As agreed.")), seed.Options{})
			came := false
			s.engine.Before(func(c storetest.Call) error {
				if c.Operation.Writes() && !came {
					came = true
					s.edit(t, tt.edited, "Mine.")
				}
				return nil
			})
			_, err := seed.Apply(t.Context(), s.Repository, load(t, both("Changed.", "Changed.")), seed.Options{})
			s.engine.Before(nil)
			if fault.CodeOf(err) != tt.want || err != nil && !strings.Contains(err.Error(), "term/done") {
				t.Fatalf("err = %v, want %q", err, tt.want)
			}
			if got := s.definition(t, tt.edited); got != "Mine." {
				t.Errorf("the edit is lost: %q", got)
			}
			if got := s.definition(t, "increment") == "Changed."; got != (err == nil) {
				t.Errorf("the seed is published: %t", got)
			}
		})
	}
}

func TestApplyPrunes(t *testing.T) {
	both := term("increment", "A step.") + "  - { slug: done, name: Done, definition: As agreed., citations: [{ source: guide }] }\n"
	s := newShelf(t)
	apply(t, s, load(t, both), seed.Options{})
	s.edit(t, "done", "Mine.")

	kept := apply(t, s, load(t, ""), seed.Options{})
	if got, want := kept.Plan.String(), "13 items: 11 unchanged, 2 orphaned"; got != want {
		t.Errorf("plan = %q, want %q", got, want)
	}
	pruned := apply(t, s, load(t, ""), seed.Options{Prune: true})
	if got, want := pruned.Plan.String(), "13 items: 1 retired, 11 unchanged, 1 orphaned"; got != want {
		t.Errorf("plan = %q, want %q", got, want)
	}
	if !s.entry(t, "term/increment").Retired || s.entry(t, "term/done").Retired {
		t.Error("want the untouched term retired and the edited one kept")
	}
	restored := apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
	if got := restored.Plan.Count(seed.Restore); got != 1 || s.entry(t, "term/increment").Retired {
		t.Errorf("restored %d, want the retired term back", got)
	}
}

// What goes may refer to each other: a question to an objective of a topic that
// stays, a quiz to both.
func TestApplyPrunesWhatRefersToEachOther(t *testing.T) {
	s := newShelf(t)
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
	s := newShelf(t)
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
	_, err = seed.Preview(t.Context(), s.Repository, loaded, seed.Options{})
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
	s := newShelf(t)
	apply(t, s, load(t, term("increment", "A step.")+lesson), seed.Options{})

	t.Run("PrunedWhileReferredTo", func(t *testing.T) {
		s.editLesson(t, "steps", "Step by step.")
		s.engine.Reset()
		_, err := seed.Apply(t.Context(), s.Repository, load(t, ""), seed.Options{Prune: true})
		var mistakes seed.Mistakes
		if !errors.As(err, &mistakes) || !strings.Contains(err.Error(), "lesson/steps (in no file): body: there is no term/increment") {
			t.Errorf("err = %v, want the lesson's link", err)
		}
		if s.engine.Writes() > 0 {
			t.Error("something was written")
		}
	})
	t.Run("BrokenFile", func(t *testing.T) {
		broken, err := seed.Load(with(t, "more.yaml", "terms: 1"), nil)
		if err == nil {
			t.Fatal("no mistakes")
		}
		s.engine.Reset()
		if _, got := seed.Apply(t.Context(), s.Repository, broken, seed.Options{}); got == nil || got.Error() != err.Error() {
			t.Errorf("err = %v, want %v", got, err)
		}
		if s.engine.Writes() > 0 {
			t.Error("something was written")
		}
	})
}

func TestPreviewWritesNothing(t *testing.T) {
	s := newShelf(t)
	apply(t, s, load(t, term("increment", "A step.")), seed.Options{})
	s.engine.Reset()
	plan, err := seed.Preview(t.Context(), s.Repository, load(t, term("done", "As agreed.")), seed.Options{})
	if err != nil || s.engine.Writes() > 0 {
		t.Fatalf("err = %v, %d writes", err, s.engine.Writes())
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
	const ours = "ours"
	stored := func(seedName, digest string, position int) *archive.Entry {
		return &archive.Entry{Version: 2, SeedVersion: 2, Digest: digest, SeedDigest: digest, Seed: seedName, Position: position}
	}
	edited := func(digest, seedDigest string) *archive.Entry {
		return &archive.Entry{Version: 3, SeedVersion: 2, Digest: digest, SeedDigest: seedDigest, Seed: seed.Program}
	}
	retired := func(e *archive.Entry) *archive.Entry { e.Retired = true; return e }
	tests := map[string]struct {
		entry *archive.Entry
		want  seed.Action
	}{
		"Missing":                   {nil, seed.Create},
		"Same":                      {stored(seed.Program, "new", 3), seed.Unchanged},
		"Moved":                     {stored(seed.Program, "new", 2), seed.Update},
		"Older":                     {stored(seed.Program, "old", 3), seed.Update},
		"Edited":                    {edited("mine", "old"), seed.Keep},
		"EditedBack":                {edited("new", "new"), seed.Update},
		"NeverSeeded":               {&archive.Entry{Version: 1, Digest: "mine"}, seed.Keep},
		"NeverSeededAlike":          {&archive.Entry{Version: 1, Digest: "new"}, seed.Update},
		"Retired":                   {retired(stored(seed.Program, "new", 3)), seed.Restore},
		"RetiredAndOlder":           {retired(stored(seed.Program, "old", 3)), seed.Restore},
		"OfSomebodysSeedButRetired": {retired(stored(ours, "theirs", 3)), seed.Restore},
		"OfSomebodysSeed":           {stored(ours, "theirs", 3), seed.Keep},
		"RetiredAndEdited":          {retired(edited("mine", "old")), seed.Keep},
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
// happened, an Apply that succeeds leaves nothing to do, and has not touched what
// people wrote.
func TestApplySettles(t *testing.T) {
	recordstest.FewChecks(t)
	seeds := make([]*seed.Loaded, 0, 4)
	for _, more := range []string{"", term("increment", "A step."), term("increment", "Another."), term("done", "As agreed.")} {
		seeds = append(seeds, load(t, more))
	}
	rapid.Check(t, func(r *rapid.T) {
		s := newShelf(t)
		mine := map[string]string{}
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			loaded := rapid.SampledFrom(seeds).Draw(r, "seed")
			opts := seed.Options{Prune: rapid.Bool().Draw(r, "prune")}
			switch rapid.SampledFrom([]string{"apply", "crash", "edit"}).Draw(r, "step") {
			case "crash":
				s.engine.CrashAt(rapid.IntRange(1, 3).Draw(r, "write"), rapid.Bool().Draw(r, "late"))
				_, _ = seed.Apply(background, s.Repository, loaded, opts)
				s.engine.Revive()
			case "edit":
				slug := rapid.SampledFrom([]string{"increment", "done", "values"}).Draw(r, "term")
				if s.definition(r, slug) != "" {
					mine[slug] = rapid.StringMatching(`Mine [a-z]{3}`).Draw(r, "text")
					s.edit(r, slug, mine[slug])
				}
			case "apply":
				apply(r, s, loaded, opts)
				plan, err := seed.Preview(background, s.Repository, loaded, opts)
				if err != nil || plan.Writes() > 0 {
					r.Fatalf("still to do: %v (%v)", plan, err)
				}
			}
			for slug, text := range mine {
				if got := s.definition(r, slug); got != text {
					r.Fatalf("%s = %q, edited to %q", slug, got, text)
				}
			}
		}
	})
}
