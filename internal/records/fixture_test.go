package records_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/quiz/quiztest"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

var opening = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

// shelf is a library whose courses tests edit.
type shelf struct {
	mu        sync.Mutex
	current   *catalog.Snapshot
	questions map[string]*catalog.Question // by slug@version
	courses   map[string]*catalog.Course   // by slug@version
	edition   int
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	s := &shelf{questions: map[string]*catalog.Question{}, courses: map[string]*catalog.Course{}}
	s.edit(t, func(*catalog.Content) {})
	return s
}

// edit publishes the next edition, in which every question and every course
// has another version.
func (s *shelf) edit(t testing.TB, change func(*catalog.Content)) {
	t.Helper()
	content := catalogtest.Content(t)
	for _, q := range content.Quizzes {
		q.MaxAttempts, q.CooldownSeconds = nil, 0
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
	for _, c := range content.Courses {
		c.Version = s.edition
	}
	snapshot, err := catalog.Build(content, catalog.Revision{Number: s.edition, PublishedAt: opening})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range snapshot.Questions() {
		s.questions[fmt.Sprintf("%s@%d", q.Slug, q.Version)] = q
	}
	for _, c := range snapshot.Courses() {
		s.courses[fmt.Sprintf("%s@%d", c.Slug, c.Version)] = c
	}
	s.current = snapshot
}

// forget loses a version of a course.
func (s *shelf) forget(edition string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.courses, edition)
}

func (s *shelf) Current() (*catalog.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, nil
}

func (s *shelf) Question(_ context.Context, slug string, version int) (*catalog.Question, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return found(s.questions[fmt.Sprintf("%s@%d", slug, version)])
}

func (s *shelf) Course(_ context.Context, slug string, version int) (*catalog.Course, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return found(s.courses[fmt.Sprintf("%s@%d", slug, version)])
}

func found[T any](item *T) (*T, error) {
	if item == nil {
		return nil, store.ErrNotFound
	}
	return item, nil
}

// school is attempts and progress on one database, with a clock, and with the
// means to crash.
type school struct {
	*progress.Tracker
	attempts   *quiz.Attempts
	statements *statement.Statements
	shelf      *shelf
	engine     *fragile
	counted    *storetest.Engine // which counts what reaches the database
	elapsed    atomic.Int64      // milliseconds since opening
	seeds      atomic.Uint64
}

func newSchool(t testing.TB) *school {
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
	counted := storetest.Count(engine)
	s := &school{shelf: newShelf(t), engine: &fragile{Engine: counted}, counted: counted}
	s.reopen(t)
	return s
}

// reopen forgets everything but the database, which works again.
func (s *school) reopen(t testing.TB) {
	t.Helper()
	s.engine.revive()
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	opened, err := records.Open(context.Background(), s.engine, records.Config{
		Library: s.shelf, Now: s.now, NewSeed: func() uint64 { return s.seeds.Add(1) },
		NewID: uuid.NewString, Random: rand.Reader, Names: names,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Tracker, s.attempts, s.statements = opened.Tracker, opened.Attempts, opened.Statements
}

func (s *school) now() time.Time {
	return opening.Add(time.Duration(s.elapsed.Load()) * time.Millisecond)
}

func (s *school) wait(d time.Duration) { s.elapsed.Add(d.Milliseconds()) }

// take answers every question of an attempt, right or wrong as told, and
// submits it.
func (s *school) take(learner string, in quiz.StartInput, right func(slot int) bool) (quiz.Attempt, error) {
	ctx := context.Background()
	a, err := s.attempts.Start(ctx, learner, in)
	if err != nil {
		return a, err
	}
	for i := range a.Slots {
		if err := s.answer(learner, &a, i+1, right(i+1)); err != nil {
			return a, err
		}
	}
	return s.attempts.Submit(ctx, learner, a.ID)
}

func (s *school) answer(learner string, a *quiz.Attempt, number int, right bool) error {
	ctx := context.Background()
	slot, err := a.Slot(number)
	if err != nil {
		return err
	}
	q, err := s.attempts.Question(ctx, slot)
	if err != nil {
		return err
	}
	response := quiztest.Wrong(q)
	if right {
		response = quiztest.Right(q)
	}
	_, err = s.attempts.Answer(ctx, learner, a.ID, quiz.AnswerInput{Slot: number, Response: response})
	return err
}

func all(int) bool { return true }

func none(int) bool { return false }

// errCrashed is what every call of a database ends with whose process is gone.
var errCrashed = errors.New("crashed")

// fragile is an engine whose process can be told to die at one of the next
// writes: right before it, or right after it took effect.
type fragile struct {
	store.Engine
	mu    sync.Mutex
	left  int // writes until the crash; 0 means none is planned
	after bool
	dead  bool

	opened map[string]store.Documents // collections, by name

	reads int // until then is called
	then  func()
}

func (f *fragile) crashAt(write int, after bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.after = write, after
}

func (f *fragile) revive() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.dead = 0, false
}

// before has do done before the read with the number, from 1.
func (f *fragile) before(read int, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads, f.then = read, do
}

func (f *fragile) reading() {
	f.mu.Lock()
	f.reads--
	do := f.then
	if f.reads != 0 {
		do = nil
	}
	f.mu.Unlock()
	if do != nil {
		do()
	}
}

func (f *fragile) crashed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dead
}

func (f *fragile) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	documents, err := f.Engine.Ensure(ctx, schema)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.opened == nil {
		f.opened = map[string]store.Documents{}
	}
	f.opened[schema.Name] = documents
	return &fragileDocuments{Documents: documents, engine: f}, err
}

type fragileDocuments struct {
	store.Documents
	engine *fragile
}

func (d *fragileDocuments) read(do func() error) error {
	if d.engine.crashed() {
		return errCrashed
	}
	d.engine.reading()
	return do()
}

func (d *fragileDocuments) write(do func() error) error {
	f := d.engine
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return errCrashed
	}
	if f.left > 0 {
		f.left--
		f.dead = f.left == 0
	}
	if f.dead && !f.after {
		return errCrashed
	}
	err := do()
	if f.dead {
		return errCrashed
	}
	return err
}

func (d *fragileDocuments) Get(ctx context.Context, id string, into any) error {
	return d.read(func() error { return d.Documents.Get(ctx, id, into) })
}

func (d *fragileDocuments) Find(ctx context.Context, s store.Selection, row func(func(any) error) error) error {
	return d.read(func() error { return d.Documents.Find(ctx, s, row) })
}

func (d *fragileDocuments) GetMany(ctx context.Context, ids []string, part store.Part, row func(func(any) error) error) error {
	return d.read(func() error { return d.Documents.GetMany(ctx, ids, part, row) })
}

func (d *fragileDocuments) InsertMany(ctx context.Context, docs []store.Document) (duplicates []int, err error) {
	err = d.write(func() error { duplicates, err = d.Documents.InsertMany(ctx, docs); return err })
	return duplicates, err
}

func (d *fragileDocuments) ReplaceMany(ctx context.Context, docs []store.Document) (stale []int, err error) {
	err = d.write(func() error { stale, err = d.Documents.ReplaceMany(ctx, docs); return err })
	return stale, err
}

func (d *fragileDocuments) Insert(ctx context.Context, id string, doc any) error {
	return d.write(func() error { return d.Documents.Insert(ctx, id, doc) })
}

func (d *fragileDocuments) Replace(ctx context.Context, id string, rev int64, doc any) error {
	return d.write(func() error { return d.Documents.Replace(ctx, id, rev, doc) })
}

func (d *fragileDocuments) Delete(ctx context.Context, id string, rev int64) error {
	return d.write(func() error { return d.Documents.Delete(ctx, id, rev) })
}

func (d *fragileDocuments) DeleteWhere(ctx context.Context, equal []store.Equality) (deleted int, more bool, err error) {
	err = d.write(func() error { deleted, more, err = d.Documents.DeleteWhere(ctx, equal); return err })
	return deleted, more, err
}
