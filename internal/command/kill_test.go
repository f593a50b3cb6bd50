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
	late := 0
	for n := range kills {
		delay := time.Duration(random.Int64N(int64(whole)))
		if !killedApply(t, dir, delay) {
			late++
		}
		if sums, number := inspect(t, dir, nil); number > 0 && !cmp.Equal(want, sums) || number == 0 && len(sums) > 0 {
			t.Fatalf("kill %d: revision %d is published, with %d items of %d", n, number, len(sums), len(want))
		}
		if random.IntN(2) == 0 && n < kills-1 {
			continue // the next apply starts from what this one left
		}
		sums, number := inspect(t, dir, loaded)
		if number != 1 {
			t.Fatalf("kill %d: revision %d, want 1", n, number)
		}
		if diff := cmp.Diff(want, sums); diff != "" {
			t.Fatalf("kill %d: content differs (-seed +stored):\n%s", n, diff)
		}
		dir = t.TempDir()
	}
	t.Logf("%d kills, of which %d came too late", kills, late)
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

// inspect opens the database, applies the seed when there is one, and returns
// the digests of what is published, and as which revision.
func inspect(t *testing.T, dir string, loaded *seed.Loaded) (sums map[string]string, number int) {
	t.Helper()
	opened(t, dir, func(repository *archive.Repository) {
		if loaded != nil {
			if _, err := seed.Apply(t.Context(), repository, loaded, seed.Options{}); err != nil {
				t.Fatalf("the next apply fails: %v", err)
			}
		}
		newest, err := repository.Newest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sums, number = digestsOf(t, newest.Content), newest.Revision.Number
	})
	return sums, number
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
