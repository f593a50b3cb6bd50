package ferrettest_test

import (
	"context"
	"flag"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
	"github.com/scrumkb/scrumkb/internal/store/mongostore/ferrettest"
)

// A step takes some milliseconds here, since this server reads a whole
// collection to find a document; so there are fewer steps than on SQLite.
func TestAgainstModel(t *testing.T) {
	const checks = "20"
	given := flag.Lookup("rapid.checks").Value.String()
	if given == flag.Lookup("rapid.checks").DefValue {
		if err := flag.Set("rapid.checks", checks); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set("rapid.checks", given) })
	}
	quiztest.AgainstModel(t, openAt(t, ferrettest.Start(t)))
}

// commands records the client's commands on attempts.
type commands struct {
	mu   sync.Mutex
	sent []command
}

// command is a filter or a document, as sent to MongoDB.
type command struct {
	name string
	bson bson.Raw
}

func (c *commands) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		if target, ok := e.Command.Lookup(e.CommandName).StringValueOK(); !ok || target != "attempts" {
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sent = append(c.sent, command{e.CommandName, append(bson.Raw(nil), e.Command...)})
	}}
}

// take returns the commands since the last call.
func (c *commands) take() []command {
	c.mu.Lock()
	defer c.mu.Unlock()
	sent := c.sent
	c.sent = nil
	return sent
}

// learner returns the learner that the command names at its top level, by
// which a sharded cluster routes it, or "" if it would go to every shard.
func (c command) learner(t *testing.T) string {
	t.Helper()
	switch c.name {
	case "find":
		return equals(c.bson.Lookup("filter"))
	case "aggregate":
		return equals(c.bson.Lookup("pipeline", "0", "$match"))
	case "update":
		if _, more := c.bson.Lookup("updates", "1").DocumentOK(); more {
			t.Errorf("several updates in a command: %s", c.bson)
		}
		return equals(c.bson.Lookup("updates", "0", "q"))
	case "insert":
		learner, _ := c.bson.Lookup("documents", "0", "learner_id").StringValueOK()
		return learner
	}
	t.Errorf("unexpected command %s: %s", c.name, c.bson)
	return ""
}

func (c command) writes() bool { return c.name == "update" || c.name == "insert" }

// equals returns the learner_id that a filter requires, directly or in a part
// of its $and.
func equals(condition bson.RawValue) string {
	document, ok := condition.DocumentOK()
	if !ok {
		return ""
	}
	wanted := document.Lookup("learner_id")
	if learner, ok := wanted.StringValueOK(); ok {
		return learner
	}
	if operators, ok := wanted.DocumentOK(); ok {
		learner, _ := operators.Lookup("$eq").StringValueOK()
		return learner
	}
	all, _ := document.Lookup("$and").ArrayOK()
	parts, _ := all.Values()
	for _, part := range parts {
		if learner := equals(part); learner != "" {
			return learner
		}
	}
	return ""
}

// TestEveryOperationNamesItsLearner checks the number of commands of each
// operation, and that all of them name the learner, the shard key of attempts.
func TestEveryOperationNamesItsLearner(t *testing.T) {
	const who = "ann"
	var sent commands
	d := quiztest.Open(t, open(t, mongostore.Options{URI: ferrettest.Start(t), Monitor: sent.monitor()}))
	for _, o := range quiztest.Operations(t, d, who) {
		sent.take()
		if err := o.Do(t.Context()); err != nil {
			t.Fatalf("%s: %v", o.Name, err)
		}
		reads, writes := 0, 0
		for _, c := range sent.take() {
			if got := c.learner(t); got != who {
				t.Errorf("%s: a command names the learner %q, not %q: %s", o.Name, got, who, c.bson)
			}
			if c.writes() {
				writes++
			} else {
				reads++
			}
			if c.name == "update" && strings.Contains(c.bson.String(), `"upsert": true`) {
				t.Errorf("%s: an update may insert: %s", o.Name, c.bson)
			}
			if _, ok := c.bson.Lookup("updates", "0", "q", "rev").Int64OK(); c.name == "update" && !ok {
				t.Errorf("%s: an update does not compare the revision: %s", o.Name, c.bson)
			}
		}
		if reads != o.Reads || writes != o.Writes {
			t.Errorf("%s: %d reads and %d writes, want %d and %d", o.Name, reads, writes, o.Reads, o.Writes)
		}
	}
}

// The sweeper queries all shards for attempts whose time is up, but changes
// them by learner.
func TestOnlyTheSweeperQueriesAllShards(t *testing.T) {
	var sent commands
	d := quiztest.Open(t, open(t, mongostore.Options{URI: ferrettest.Start(t), Monitor: sent.monitor()}))
	for _, who := range []string{"ann", "ben"} {
		d.Begin(t, who, "auto")
	}
	d.At(quiztest.Limit)
	sent.take()
	if swept, err := d.Sweep(t.Context(), 10); err != nil || swept != 2 {
		t.Fatalf("swept %d, %v", swept, err)
	}
	var about []string
	for _, c := range sent.take() {
		about = append(about, c.name+" "+c.learner(t))
	}
	if got := strings.Join(about, ", "); got != "find , update ann, update ben" {
		t.Errorf("sent %s", got)
	}
}
