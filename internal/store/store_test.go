package store_test

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

type task struct {
	store.Meta `bson:",inline"`

	Owner  string     `bson:"owner"`
	Due    *time.Time `bson:"due"`
	Note   string     `bson:"note,omitempty"`
	Cost   float64    `bson:"cost"`
	Tags   []string   `bson:"tags"`
	Hidden string     `bson:"-"`
	Inner  struct {
		Level int `bson:"level"`
	} `bson:"inner"`
	Maybe *struct {
		Level int `bson:"level"`
	} `bson:"maybe"`
	Untagged string
}

func openEngine(t testing.TB) *sqlitestore.Engine {
	t.Helper()
	e, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func taskSpec() store.Spec {
	return store.Spec{Name: "tasks", Fields: []string{"owner", "due", "note", "inner.level", "maybe.level", "untagged"}}
}

func openTasks(t testing.TB, e store.Engine) *store.Collection[task] {
	t.Helper()
	tasks, err := store.Open[task](t.Context(), e, taskSpec())
	if err != nil {
		t.Fatal(err)
	}
	return tasks
}

func TestOpenRefusesSpec(t *testing.T) {
	site := func(string) string { return "" }
	tests := map[string]struct {
		spec store.Spec
		want string
	}{
		"CamelCase":       {store.Spec{Name: "myTasks"}, "not snake_case"},
		"Unnamed":         {store.Spec{}, "not snake_case"},
		"UnknownField":    {store.Spec{Name: "tasks", Fields: []string{"nobody"}}, `no field "nobody"`},
		"HiddenField":     {store.Spec{Name: "tasks", Fields: []string{"hidden"}}, `no field "hidden"`},
		"UnknownInner":    {store.Spec{Name: "tasks", Fields: []string{"inner.depth"}}, `no field "inner.depth"`},
		"InsideText":      {store.Spec{Name: "tasks", Fields: []string{"owner.name"}}, `no field "owner.name"`},
		"InsideTime":      {store.Spec{Name: "tasks", Fields: []string{"due.wall"}}, `no field "due.wall"`},
		"Float":           {store.Spec{Name: "tasks", Fields: []string{"cost"}}, "not a string"},
		"List":            {store.Spec{Name: "tasks", Fields: []string{"tags"}}, "not a string"},
		"Struct":          {store.Spec{Name: "tasks", Fields: []string{"inner"}}, "not a string"},
		"Twice":           {store.Spec{Name: "tasks", Fields: []string{"owner", "owner"}}, "twice"},
		"ID":              {store.Spec{Name: "tasks", Fields: []string{"_id"}}, "twice"},
		"IndexedOnly":     {store.Spec{Name: "tasks", Indexes: []store.Index{{Name: "a", Keys: []string{"owner"}}}}, `does not declare the field "owner"`},
		"KeylessIndex":    {store.Spec{Name: "tasks", Indexes: []store.Index{{Name: "a"}}}, "no keys"},
		"UnnamedIndex":    {store.Spec{Name: "tasks", Indexes: []store.Index{{Keys: []string{"_id"}}}}, "not snake_case"},
		"IndexTwice":      {store.Spec{Name: "tasks", Indexes: []store.Index{{Name: "a", Keys: []string{"_id"}}, {Name: "a", Keys: []string{"_id"}}}}, "twice"},
		"UniqueOptional":  {store.Spec{Name: "tasks", Fields: []string{"due"}, Indexes: []store.Index{{Name: "a", Keys: []string{"due"}, Unique: true}}}, "optional"},
		"ShardUnknown":    {store.Spec{Name: "tasks", Shard: &store.Shard{Field: "owner", Of: site}}, "does not declare"},
		"ShardNotAString": {store.Spec{Name: "tasks", Fields: []string{"inner.level"}, Shard: &store.Shard{Field: "inner.level", Of: site}}, "cannot be sharded"},
		"ShardOptional":   {store.Spec{Name: "tasks", Fields: []string{"note"}, Shard: &store.Shard{Field: "note", Of: site}}, "cannot be sharded"},
	}
	e := openEngine(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := store.Open[task](t.Context(), e, tt.spec)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestOpenRefusesTypeWithoutMeta(t *testing.T) {
	type bare struct {
		ID string `bson:"_id"`
	}
	type nested struct{ store.Meta }
	e := openEngine(t)
	const want = "embed store.Meta"
	if _, err := store.Open[bare](t.Context(), e, store.Spec{Name: "tasks"}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("bare: %v, want %q", err, want)
	}
	if _, err := store.Open[nested](t.Context(), e, store.Spec{Name: "tasks"}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("not inlined: %v, want %q", err, want)
	}
}

// numbers returns the first n numbers as texts.
func numbers(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = strconv.Itoa(i)
	}
	return texts
}

// A closed engine answers everything with UNAVAILABLE, so another error shows
// that it was not asked.
func TestInvalidQueriesNeverReachTheDatabase(t *testing.T) {
	e := openEngine(t)
	tasks := openTasks(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]store.Query{
		"UndeclaredWhere":  {Where: store.Where{"cost": 1}},
		"UndeclaredRange":  {Range: &store.Range{Field: "cost", From: 1}},
		"UndeclaredSort":   {Sort: "-cost"},
		"OptionalSort":     {Sort: "due"},
		"OptionalInside":   {Sort: "maybe.level"},
		"OmittedWhenEmpty": {Sort: "note"},
		"WrongKind":        {Where: store.Where{"owner": 3}},
		"Nil":              {Where: store.Where{"due": nil}},
		"WrongKindFrom":    {Range: &store.Range{Field: "inner.level", From: "1"}},
		"WrongKindTo":      {Range: &store.Range{Field: "inner.level", To: 1.5}},
		"TooLargeNumber":   {Where: store.Where{"inner.level": uint64(1 << 63)}},
		"OpenRange":        {Range: &store.Range{Field: "owner"}},
		"UndeclaredIn":     {In: &store.In{Field: "cost", Values: []string{"1"}}},
		"InOfNumbers":      {In: &store.In{Field: "inner.level", Values: []string{"1"}}},
		"LongIn":           {In: &store.In{Field: "owner", Values: numbers(store.MaxMany + 1)}},
		"NegativeLimit":    {Limit: -1},
		"HighLimit":        {Limit: store.MaxLimit + 1},
	}
	for name, q := range tests {
		t.Run(name, func(t *testing.T) {
			if _, _, err := tasks.Find(t.Context(), q); fault.CodeOf(err) != fault.Internal {
				t.Errorf("error = %v, want one of the program", err)
			}
		})
	}
	if _, err := tasks.Count(t.Context(), store.Query{Where: store.Where{"cost": 1}}); fault.CodeOf(err) != fault.Internal {
		t.Errorf("counting: %v, want an error of the program", err)
	}
}

func FuzzCursor(f *testing.F) {
	e := openEngine(f)
	tasks := openTasks(f, e)
	for _, id := range []string{"a", "b"} {
		if err := tasks.Insert(context.Background(), &task{Meta: store.Meta{ID: id}}); err != nil {
			f.Fatal(err)
		}
	}
	_, cursor, err := tasks.Find(context.Background(), store.Query{Sort: "inner.level", Limit: 1})
	if err != nil {
		f.Fatal(err)
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"q":"","v":0,"i":"a"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		after := base64.RawURLEncoding.EncodeToString(text)
		if after == "" {
			return
		}
		_, _, err := tasks.Find(t.Context(), store.Query{Sort: "inner.level", After: after})
		if err != nil && fault.CodeOf(err) != fault.InvalidInput {
			t.Errorf("%q: %v, want INVALID_INPUT or an answer", text, err)
		}
	})
}
