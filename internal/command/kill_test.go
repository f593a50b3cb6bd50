package command_test

import (
	"context"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/seed"
)

// killsForPeople is how often a test kills the program unless SCRUMKB_KILLS
// says otherwise: often enough to see that it works at all.
const killsForPeople = 5

// killsUpTo returns how often a test should kill the program, at most as often
// as is useful to it.
func killsUpTo(t *testing.T, most int) int {
	t.Helper()
	kills := killsForPeople
	if wantedKills != "" {
		var err error
		if kills, err = strconv.Atoi(wantedKills); err != nil || kills < 1 {
			t.Fatalf("SCRUMKB_KILLS=%s is not a number of kills", wantedKills)
		}
	}
	return min(kills, most)
}

// TestApplySurvivesKill kills the program repeatedly while it applies its
// content. The database must open each time; the next apply, sometimes after
// more kills, completes the content.
func TestApplySurvivesKill(t *testing.T) {
	kills := killsUpTo(t, 100)
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := digestsOf(t, loaded.Content)

	program(t) // so that its compilation does not count as part of an apply
	begin := time.Now()
	if status, _, complaints := finish(t, t.TempDir(), "seed", "apply"); status != 0 {
		t.Fatal(complaints)
	}
	whole := time.Since(begin)
	chosen := rand.Uint64()
	random := rand.New(rand.NewPCG(chosen, 0))
	t.Logf("an apply takes %v; random seed %d", whole, chosen)

	dir := t.TempDir()
	midway, late := 0, 0
	for n := range kills {
		delay := time.Duration(random.Int64N(int64(whole)))
		if !killedApply(t, dir, delay) {
			late++
		}
		kept, published := inspect(t, dir, nil)
		if kept > 0 && published == 0 {
			midway++
		}
		if random.IntN(2) == 0 && n < kills-1 {
			continue // the next apply starts from what this one left
		}
		if kept, published = inspect(t, dir, loaded); kept != len(want) || published != 1 {
			t.Fatalf("kill %d: %d of %d items are stored, revision %d", n, kept, len(want), published)
		}
		if diff := cmp.Diff(want, stored(t, dir)); diff != "" {
			t.Fatalf("kill %d: content differs (-seed +stored):\n%s", n, diff)
		}
		dir = t.TempDir()
	}
	t.Logf("%d kills: %d left items unpublished, %d came too late", kills, midway, late)
	if midway == 0 && kills > killsForPeople {
		t.Error("no kill came while items were being written")
	}
}

// killedApply reports whether the kill came before the end.
func killedApply(t *testing.T, dir string, delay time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), delay)
	defer cancel()
	c := exec.CommandContext(ctx, program(t), "seed", "apply") // killed when its context ends
	c.Dir = dir
	if err := c.Start(); err != nil {
		return true // before the start
	}
	_ = c.Wait()
	return !c.ProcessState.Exited()
}

func opened(t *testing.T, dir string, use func(*archive.Repository)) {
	t.Helper()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: filepath.Join(dir, "scrumkb-data")})
	if err != nil {
		t.Fatalf("the database does not open: %v", err)
	}
	defer func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}()
	repository, err := archive.Open(t.Context(), engine, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	use(repository)
}

// inspect opens the database, applies the seed if there is one, and returns
// the number of stored items and the published revision.
func inspect(t *testing.T, dir string, loaded *seed.Loaded) (kept, published int) {
	t.Helper()
	opened(t, dir, func(repository *archive.Repository) {
		if loaded != nil {
			if _, err := seed.Apply(t.Context(), repository, loaded, seed.Options{}); err != nil {
				t.Fatalf("the next apply fails: %v", err)
			}
		}
		entries, err := repository.Entries(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		revision, err := repository.Revision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		kept, published = len(entries), revision.Number
	})
	return kept, published
}

// stored returns the digests of the published content.
func stored(t *testing.T, dir string) (sums map[string]string) {
	t.Helper()
	opened(t, dir, func(repository *archive.Repository) {
		content, _, err := repository.Content(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sums = digestsOf(t, content)
	})
	return sums
}

func digestsOf(t *testing.T, content *catalog.Content) map[string]string {
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
