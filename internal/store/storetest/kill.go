package storetest

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/store"
)

// locationVariable makes a process write until it is killed.
const locationVariable = "STORETEST_WRITE_TO"

// SurvivesKill checks that acknowledged writes survive when the process is
// killed. It starts the running test binary again with only the calling test,
// which must reach SurvivesKill too; open opens the database at location, in
// both processes.
func SurvivesKill(t *testing.T, location string, open func(t *testing.T, location string) store.Engine) {
	if theirs, ok := os.LookupEnv(locationVariable); ok {
		writeUntilKilled(t, open(t, theirs))
		return
	}
	const rounds = 10
	acknowledged := map[string]int{}
	for round := range rounds {
		for id, score := range killedWriter(t, location, 1+rand.IntN(60)) {
			acknowledged[id] = max(acknowledged[id], score)
		}
		e := open(t, location)
		notes := openNotes(t, e)
		// A server may still execute the last commands of the killed process, so the counts are
		// only bounds.
		before := countFinished(t, notes)
		stored := map[string]int{}
		finished := int64(0)
		for n, err := range notes.Each(t.Context(), store.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			if int64(n.Score) != n.Rev {
				t.Errorf("round %d: %s is partly written: score %d, rev %d", round, n.ID, n.Score, n.Rev)
			}
			stored[n.ID] = n.Score
			finished += n.Rev - 1
		}
		for id, score := range acknowledged {
			if stored[id] < score {
				t.Errorf("round %d: %s has score %d; %d was acknowledged", round, id, stored[id], score)
			}
		}
		if after := countFinished(t, notes); finished < before || after < finished {
			t.Errorf("round %d: %d documents have score 2; by the field they are %d to %d", round, finished, before, after)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acknowledged) < rounds {
		t.Fatalf("only %d documents were acknowledged", len(acknowledged))
	}
}

func countFinished(t *testing.T, notes *store.Collection[note]) int64 {
	t.Helper()
	n, err := notes.Count(t.Context(), store.Query{Where: store.Where{"score": 2}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// writeUntilKilled inserts and replaces documents, and prints each once it is
// acknowledged.
func writeUntilKilled(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	for i := 0; ; i++ {
		n := noteWith(fmt.Sprintf("%d-%d", os.Getpid(), i))
		for _, write := range []func() error{
			func() error { n.Score = 1; return notes.Insert(t.Context(), &n) },
			func() error { n.Score = 2; return notes.Replace(t.Context(), &n) },
		} {
			if err := write(); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("wrote %s %d\n", n.ID, n.Score)
		}
	}
}

// killedWriter runs a writer, kills it a few writes after the first, and
// returns the highest acknowledged score by id.
func killedWriter(t *testing.T, location string, writes int) map[string]int {
	t.Helper()
	name, _, _ := strings.Cut(t.Name(), "/")
	child := exec.Command(os.Args[0], "-test.run=^"+name+"$")
	child.Env = append(os.Environ(), locationVariable+"="+location)
	child.Stderr = os.Stderr
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]int{}
	lines := bufio.NewScanner(stdout)
	var said []string
	for lines.Scan() {
		var id string
		var score int
		if _, err := fmt.Sscanf(lines.Text(), "wrote %s %d", &id, &score); err != nil {
			said = append(said, lines.Text())
			continue
		}
		acknowledged[id] = score
		if writes--; writes == 0 {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = child.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Exited() {
		t.Fatalf("the writer exited before it was killed: %v\n%s", err, strings.Join(said, "\n"))
	}
	return acknowledged
}
