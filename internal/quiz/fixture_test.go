package quiz_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

var start = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

const (
	limit    = 60 * time.Second
	grace    = 30 * time.Second
	cooldown = time.Hour
)

// shelf is a quiz.Library whose content tests edit.
type shelf struct {
	mu       sync.Mutex
	current  *catalog.Snapshot
	versions map[string]*catalog.Question // by slug@version
	edition  int
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	s := &shelf{versions: map[string]*catalog.Question{}}
	s.edit(t, func(*catalog.Content) {})
	return s
}

// edit publishes the next edition: every question gets a new version.
func (s *shelf) edit(t testing.TB, change func(*catalog.Content)) {
	t.Helper()
	content := catalogtest.Content(t)
	content.Quizzes = append(content.Quizzes, timedQuizzes()...)
	for _, q := range content.Questions {
		if q.Slug == "event-order" {
			q.Hints = []string{"Think of how a Sprint begins.", "Looking back comes last."}
		}
	}
	change(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edition++
	for _, q := range content.Questions {
		q.Version = s.edition
	}
	for _, q := range content.Quizzes {
		q.Version = s.edition
	}
	snapshot, err := catalog.Build(content, catalog.Revision{Number: s.edition, PublishedAt: start})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range snapshot.Questions() {
		s.versions[fmt.Sprintf("%s@%d", q.Slug, q.Version)] = q
	}
	s.current = snapshot
}

func (s *shelf) Current() (*catalog.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, nil
}

func (s *shelf) Question(_ context.Context, slug string, version int) (*catalog.Question, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.versions[fmt.Sprintf("%s@%d", slug, version)]
	if !ok {
		return nil, store.ErrNotFound
	}
	return q, nil
}

// timedQuizzes draw the three questions of BB1: commitments, event-order and
// usable-step, in the order of their slugs.
func timedQuizzes() []*catalog.Quiz {
	seconds, twice := int(limit/time.Second), 2
	quizzes := []*catalog.Quiz{
		{Slug: "auto", TimeLimitSeconds: &seconds},
		{Slug: "grace", TimeLimitSeconds: &seconds, OverdueHandling: catalog.GracePeriod, GraceSeconds: int(grace / time.Second)},
		{Slug: "abandon", TimeLimitSeconds: &seconds, OverdueHandling: catalog.AutoAbandon},
		{Slug: "endless"},
		{Slug: "instant", FeedbackMode: catalog.Immediate},
		{Slug: "twice", MaxAttempts: &twice, CooldownSeconds: int(cooldown / time.Second)},
	}
	for _, q := range quizzes {
		q.Title, q.Summary, q.PassPercent = "A quiz", "For tests.", 50
		q.Sections = []*catalog.Section{{TopicCodes: []string{"BB1"}, InOrder: true}}
		if q.FeedbackMode == "" {
			q.FeedbackMode = catalog.Deferred
		}
	}
	return quizzes
}

// desk is a service under test, with its clock.
type desk struct {
	*quiz.Attempts
	engine    *counting
	shelf     *shelf
	clock     atomic.Int64 // milliseconds after start
	seeds     atomic.Uint64
	published atomic.Int64
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{engine: &counting{Engine: engine}, shelf: newShelf(t)}
	d.reopen(t)
	return d
}

// reopen forgets everything but the store.
func (d *desk) reopen(t testing.TB) {
	t.Helper()
	var err error
	d.Attempts, err = quiz.OpenAttempts(context.Background(), d.engine, quiz.Config{
		Library: d.shelf,
		Now:     d.now,
		NewSeed: func() uint64 { return d.seeds.Add(1) },
		Publish: func(quiz.Attempt) { d.published.Add(1) },
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) now() time.Time { return start.Add(time.Duration(d.clock.Load()) * time.Millisecond) }

func (d *desk) at(afterStart time.Duration) { d.clock.Store(int64(afterStart / time.Millisecond)) }

func (d *desk) begin(t testing.TB, learner, slug string) quiz.Attempt {
	t.Helper()
	a, err := d.Start(context.Background(), learner, quiz.StartInput{QuizSlug: slug})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (d *desk) question(t testing.TB, a *quiz.Attempt, slot int) *catalog.Question {
	t.Helper()
	s, err := a.Slot(slot)
	if err != nil {
		t.Fatal(err)
	}
	q, err := d.Question(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// counting counts the calls of a store.Engine.
type counting struct {
	store.Engine
	gets, inserts, replaces, finds atomic.Int64
}

func (c *counting) reset() {
	for _, n := range []*atomic.Int64{&c.gets, &c.inserts, &c.replaces, &c.finds} {
		n.Store(0)
	}
}

func (c *counting) calls() string {
	return fmt.Sprintf("get %d insert %d replace %d find %d", c.gets.Load(), c.inserts.Load(), c.replaces.Load(), c.finds.Load())
}

func (c *counting) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	documents, err := c.Engine.Ensure(ctx, schema)
	return &countingDocuments{Documents: documents, counts: c}, err
}

type countingDocuments struct {
	store.Documents
	counts *counting
}

func (d *countingDocuments) Get(ctx context.Context, id string, into any) error {
	d.counts.gets.Add(1)
	return d.Documents.Get(ctx, id, into)
}

func (d *countingDocuments) Insert(ctx context.Context, id string, doc any) error {
	d.counts.inserts.Add(1)
	return d.Documents.Insert(ctx, id, doc)
}

func (d *countingDocuments) Replace(ctx context.Context, id string, rev int64, doc any) error {
	d.counts.replaces.Add(1)
	return d.Documents.Replace(ctx, id, rev, doc)
}

func (d *countingDocuments) Find(ctx context.Context, s store.Selection, row func(func(any) error) error) error {
	d.counts.finds.Add(1)
	return d.Documents.Find(ctx, s, row)
}

// right answers a question as its key does.
func right(q *catalog.Question) quiz.ResponseInput {
	var in quiz.ResponseInput
	switch q.Type {
	case catalog.Matching:
		for _, p := range q.Prompts {
			in.Pairs = append(in.Pairs, quiz.PairInput{Prompt: p.ID(), Option: q.OptionByKey(p.Match).ID()})
		}
	case catalog.Ordering:
		for _, key := range q.Order {
			in.Order = append(in.Order, q.OptionByKey(key).ID())
		}
	case catalog.ShortText:
		in.Text = &q.Accepted[0]
	case catalog.Numeric:
		in.Number = &q.Number.Value
	default:
		for _, o := range q.Options {
			if o.Correct {
				in.Options = append(in.Options, o.ID())
			}
		}
	}
	return in
}

// wrong answers a question such that it is worth less than the whole.
func wrong(q *catalog.Question) quiz.ResponseInput {
	in := right(q)
	switch q.Type {
	case catalog.Matching:
		in.Pairs = in.Pairs[:1]
	case catalog.Ordering:
		in.Order[0], in.Order[1] = in.Order[1], in.Order[0]
	case catalog.ShortText:
		in.Text = ptr("something else")
	case catalog.Numeric:
		in.Number = ptr(q.Number.Value + 1000)
	default:
		in.Options = nil
		for _, o := range q.Options {
			if !o.Correct {
				in.Options = []string{o.ID()}
			}
		}
	}
	return in
}

func ptr[T any](v T) *T { return &v }

func wantCode(t testing.TB, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Fatalf("error = %v, code %q, want %q", err, got, want)
	}
}
