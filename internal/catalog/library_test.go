package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// editions is a shelf whose state the test sets.
type editions struct {
	number     int
	content    func() *catalog.Content
	revisionOf error // what Latest fails with
	contentOf  error // what Edition fails with
	broken     int   // the first edition that cannot be served; 0 for none
}

func (e *editions) Latest(context.Context) (catalog.Revision, error) {
	return catalog.Revision{Number: e.number, PublishedAt: catalogtest.PublishedAt}, e.revisionOf
}

func (e *editions) Edition(_ context.Context, number int, _ map[string]catalog.Node) (*catalog.Edition, error) {
	content := e.content
	switch {
	case e.contentOf != nil:
		return nil, e.contentOf
	case e.broken > 0 && number >= e.broken:
		content = func() *catalog.Content {
			return &catalog.Content{Terms: []*catalog.Term{{Slug: "done", Citations: []*catalog.Citation{{SourceSlug: "nowhere"}}}}}
		}
	}
	return catalogtest.Edition(content(), catalog.Revision{Number: number, PublishedAt: catalogtest.PublishedAt}), nil
}

func nothing() *catalog.Content { return &catalog.Content{} }

func edition(t *testing.T, number int) *catalog.Snapshot {
	t.Helper()
	s, err := catalog.Build(catalogtest.Edition(nothing(), catalog.Revision{Number: number}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLibraryIsEmptyAtFirst(t *testing.T) {
	l := &catalog.Library{}
	if _, err := l.Current(); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("Current: %v, want UNAVAILABLE", err)
	}
	if err := l.Ready(); err == nil {
		t.Error("it is ready")
	}
}

func TestRefresh(t *testing.T) {
	broken := errors.New("the disk is gone")
	tests := map[string]struct {
		shelf    editions
		want     int  // number of the current revision
		fails    bool // the refresh
		degraded bool
	}{
		"Same":             {shelf: editions{number: 1, contentOf: broken}, want: 1},
		"Next":             {shelf: editions{number: 2, content: nothing}, want: 2},
		"Skipping":         {shelf: editions{number: 7, content: nothing}, want: 7},
		"BrokenReferences": {shelf: editions{number: 3, content: nothing, broken: 2}, want: 1, fails: true, degraded: true},
		"Unreadable":       {shelf: editions{number: 2, contentOf: broken}, want: 1, fails: true, degraded: true},
		"DatabaseIsSilent": {shelf: editions{revisionOf: broken}, want: 1, fails: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l := &catalog.Library{}
			l.Publish(edition(t, 1))
			err := l.Refresh(t.Context(), &tt.shelf)
			if (err != nil) != tt.fails {
				t.Errorf("err = %v, want a failure: %t", err, tt.fails)
			}
			if problem := l.Problem(); (problem != nil) != tt.degraded {
				t.Errorf("Problem says %v, want one: %t", problem, tt.degraded)
			}
			if err := l.Ready(); err != nil {
				t.Errorf("not ready: %v", err)
			}
			current, err := l.Current()
			if err != nil || current.Revision().Number != tt.want {
				t.Errorf("current is revision %d, %v; want %d", current.Revision().Number, err, tt.want)
			}
		})
	}
}

func TestRefreshRecovers(t *testing.T) {
	invalid := errors.New("a term has no name")
	l, shelf := &catalog.Library{}, &editions{number: 1, contentOf: invalid}
	err := l.Refresh(t.Context(), shelf)
	if !errors.Is(err, invalid) {
		t.Errorf("err = %v, want %v", err, invalid)
	}
	if !errors.Is(l.Ready(), err) {
		t.Errorf("Ready says %v, want %v", l.Ready(), err)
	}
	*shelf = editions{number: 2, content: nothing}
	if err := l.Refresh(t.Context(), shelf); err != nil {
		t.Fatal(err)
	}
	if err := l.Ready(); err != nil {
		t.Errorf("not ready: %v", err)
	}
}

// A node that starts serves the newest edition that can be served.
func TestRefreshFallsBack(t *testing.T) {
	l, shelf := &catalog.Library{}, &editions{number: 5, content: nothing, broken: 4}
	for range 2 {
		if err := l.Refresh(t.Context(), shelf); !catalog.IsBroken(err) || l.Problem() == nil {
			t.Errorf("err = %v, problem %v", err, l.Problem())
		}
		if current, err := l.Current(); err != nil || current.Revision().Number != 3 {
			t.Fatalf("current is %v, %v; want revision 3", current, err)
		}
	}
	shelf.broken, shelf.number = 0, 6
	if err := l.Refresh(t.Context(), shelf); err != nil || l.Problem() != nil {
		t.Errorf("err = %v, problem %v", err, l.Problem())
	}
	shelf.broken, shelf.number = 1, 7
	other := &catalog.Library{}
	if err := other.Refresh(t.Context(), shelf); !catalog.IsBroken(err) || other.Ready() == nil {
		t.Errorf("err = %v, ready: %v", err, other.Ready())
	}
}

func TestRevisions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l := &catalog.Library{}
		revisions := l.Revisions(ctx)
		receive := func() int {
			t.Helper()
			r, ok := <-revisions
			if !ok {
				t.Fatal("the channel is closed")
			}
			return r.Number
		}
		quiet := func() {
			t.Helper()
			synctest.Wait()
			select {
			case r := <-revisions:
				t.Errorf("received %v, want nothing", r)
			default:
			}
		}

		quiet()
		l.Publish(edition(t, 1))
		if got := receive(); got != 1 {
			t.Errorf("received %d, want the first revision", got)
		}
		quiet()
		l.Publish(edition(t, 2))
		if got := receive(); got != 2 {
			t.Errorf("received %d, want the second", got)
		}
		quiet()

		// A slow receiver gets the value it was about to receive, and then the
		// latest, without those in between.
		l.Publish(edition(t, 3))
		synctest.Wait()
		for n := 4; n <= 9; n++ {
			l.Publish(edition(t, n))
			synctest.Wait()
		}
		if got := []int{receive(), receive()}; !cmp.Equal(got, []int{3, 9}) {
			t.Errorf("received %v, want the third and the ninth", got)
		}
		quiet()

		if got := <-l.Revisions(ctx); got.Number != 9 {
			t.Errorf("a new receiver starts with %d, want the current revision", got.Number)
		}
		cancel()
		if _, open := <-revisions; open {
			t.Error("the channel outlives its context")
		}
	})
}

// synctest fails if a goroutine is left in the bubble.
func TestRevisionsLeaveNoGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &catalog.Library{}
		l.Publish(edition(t, 1))
		for i := range 1000 {
			ctx, cancel := context.WithCancel(t.Context())
			revisions := l.Revisions(ctx)
			if i%2 == 0 {
				<-revisions
			}
			cancel()
		}
	})
}

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l, shelf := &catalog.Library{}, &editions{number: 1, content: nothing}
		ticks := make(chan time.Time)
		var log bytes.Buffer
		ended := make(chan struct{})
		go func() {
			l.Follow(ctx, shelf, ticks, slog.New(slog.NewTextHandler(&log, nil)))
			close(ended)
		}()
		tick := func(times int) {
			for range times {
				ticks <- time.Time{}
				synctest.Wait()
			}
		}
		steps := []struct {
			name   string
			change func()
			want   int // current revision
			logged int // total number of lines
		}{
			{"Publishes", func() {}, 1, 0},
			{"LogsAFailureOnce", func() { shelf.number, shelf.contentOf = 2, errors.New("the disk is gone") }, 1, 1},
			{"LogsAnotherFailure", func() { shelf.contentOf = errors.New("the disk is full") }, 1, 2},
			{"Recovers", func() { shelf.contentOf = nil }, 2, 2},
			{"LogsTheSameFailureAgain", func() { shelf.number, shelf.contentOf = 3, errors.New("the disk is full") }, 2, 3},
			{"RecoversAgain", func() { shelf.contentOf = nil }, 3, 3},
		}
		for _, step := range steps {
			step.change()
			tick(5)
			current, err := l.Current()
			if err != nil || current.Revision().Number != step.want {
				t.Errorf("%s: revision %d, %v; want %d", step.name, current.Revision().Number, err, step.want)
			}
			if got := strings.Count(log.String(), "\n"); got != step.logged {
				t.Errorf("%s: %d lines are logged, want %d:\n%s", step.name, got, step.logged, &log)
			}
		}
		cancel()
		<-ended
	})
}

func TestFollowIsSilentWhenStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ticks := make(chan time.Time, 1)
	ticks <- time.Time{}
	var log bytes.Buffer
	(&catalog.Library{}).Follow(ctx, &editions{revisionOf: context.Canceled}, ticks, slog.New(slog.NewTextHandler(&log, nil)))
	if log.Len() > 0 {
		t.Errorf("logged %q", &log)
	}
}
