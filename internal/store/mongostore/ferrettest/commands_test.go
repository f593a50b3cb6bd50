package ferrettest_test

import (
	"context"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
	"github.com/scrumkb/scrumkb/internal/store/mongostore/ferrettest"
)

type card struct {
	store.Meta `bson:",inline"`

	Owner string `bson:"owner"`
	Text  string `bson:"text"`
}

type cardHead struct {
	store.Meta `bson:",inline"`

	Owner string `bson:"owner"`
}

// TestCommands limits the commands that each call sends, and checks that they
// carry the call's deadline.
func TestCommands(t *testing.T) {
	var mu sync.Mutex
	var sent []bson.Raw
	monitor := &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, bson.Raw(append([]byte(nil), e.Command...)))
	}}
	engine := open(t, mongostore.Options{URI: ferrettest.Start(t), Monitor: monitor})
	ctx := t.Context()
	cards, err := store.Open[card](ctx, engine, store.Spec{
		Name: "cards", Fields: []string{"owner"}, Indexes: []store.Index{{Name: "by_owner", Keys: []string{"owner"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	heads, err := store.HeadsOf[cardHead](cards)
	if err != nil {
		t.Fatal(err)
	}
	const many = 150 // more than a server's default first batch
	docs, ids := make([]card, many), make([]string, many)
	for i := range docs {
		ids[i] = string(rune('a'+i/26)) + string(rune('a'+i%26))
		docs[i] = card{Meta: store.Meta{ID: ids[i]}, Owner: "ann"}
	}
	stale := []card{{Meta: store.Meta{ID: "aa", Rev: 7}, Owner: "ann"}}
	of := store.Query{Where: store.Where{"owner": "ann"}}
	for _, call := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"InsertMany", func() error { _, err := cards.InsertMany(ctx, docs); return err }, []string{"insert"}},
		{"GetMany", func() error { _, err := cards.GetMany(ctx, ids); return err }, []string{"find"}},
		{"HeadsByID", func() error { _, err := heads.GetMany(ctx, ids); return err }, []string{"find"}},
		{"Find", func() error { _, _, err := cards.Find(ctx, of); return err }, []string{"find"}},
		{"Get", func() error { _, err := cards.Get(ctx, "aa"); return err }, []string{"find"}},
		{"Count", func() error { _, err := cards.Count(ctx, of); return err }, []string{"aggregate"}},
		{"ReplaceMany", func() error { _, err := cards.ReplaceMany(ctx, docs[:9]); return err }, []string{"update"}},
		{"ReplaceManyStale", func() error { _, err := cards.ReplaceMany(ctx, stale); return err }, []string{"update", "find"}},
		{"Replace", func() error { return cards.Replace(ctx, &docs[20]) }, []string{"update"}},
		{"Delete", func() error { return cards.Delete(ctx, &docs[20]) }, []string{"delete"}},
		{"DeleteWhere", func() error { _, err := cards.DeleteWhere(ctx, of.Where); return err }, []string{"delete"}},
	} {
		t.Run(call.name, func(t *testing.T) {
			mu.Lock()
			sent = nil
			mu.Unlock()
			if err := call.do(); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if len(sent) != len(call.want) {
				t.Fatalf("sent %d commands: %.300v; want %v", len(sent), sent, call.want)
			}
			for i, command := range sent {
				if err := command.Lookup(call.want[i]).Validate(); err != nil {
					t.Errorf("command %d is not %s: %.300v", i, call.want[i], command)
				}
				if ms, ok := command.Lookup("maxTimeMS").AsInt64OK(); !ok || ms <= 0 || ms > mongostore.DefaultTimeout.Milliseconds() {
					t.Errorf("%s has maxTimeMS %d", call.want[i], ms)
				}
			}
		})
	}
}
