package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

// baselineCommand makes this program the baseline: bench baseline <data-dir>
// <recordings>.
const baselineCommand = "baseline"

// task is what the baseline does for one case.
type task struct {
	Answer recording
	Stored string // the store calls to make first
}

// record sends each case once and saves the answers for the baseline.
func record(ctx context.Context, cases []testCase, path string) error {
	var tasks []task
	for i := range cases {
		m := &cases[i]
		answer, err := m.ask(0).send(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		tasks = append(tasks, task{Answer: answer, Stored: m.stored})
	}
	encoded, err := json.Marshal(tasks)
	if err != nil {
		return err
	}
	return os.WriteFile(path, encoded, 0o600)
}

func startBaseline(ctx context.Context, template, dir, recordings string) (*process, error) {
	if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, "/", self, baselineCommand, dir, recordings)
}

// serveBaseline replays the recorded answers until ctx ends.
func serveBaseline(ctx context.Context, dir, recordings string) (err error) {
	encoded, err := os.ReadFile(recordings)
	if err != nil {
		return err
	}
	var tasks []task
	if err := json.Unmarshal(encoded, &tasks); err != nil {
		return err
	}
	engine, err := sqlitestore.Open(ctx, sqlitestore.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	attempts, err := openShelf(ctx, engine)
	if err != nil {
		return err
	}

	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(http.ResponseWriter, *http.Request) {})
	for i, t := range tasks {
		mux.Handle("/"+strconv.Itoa(i), t.handler(attempts))
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("the baseline serves at http://%s\n", listener.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// shelf is the collection of attempts as the program declares it, without the
// logic around it.
type shelf struct {
	store.Documents
	ids  []string
	next atomic.Int64
}

// openShelf opens the collection as the program does.
func openShelf(ctx context.Context, engine store.Engine) (*shelf, error) {
	kept := &keeping{Engine: engine}
	if _, err := quiz.OpenAttempts(ctx, kept, quiz.Config{Now: time.Now}); err != nil {
		return nil, err
	}
	s := &shelf{Documents: kept.documents}
	sorted := store.Selection{Sort: store.Field{Path: "_id"}}
	err := s.Find(ctx, sorted, func(decode func(any) error) error {
		var a quiz.Attempt
		err := decode(&a)
		s.ids = append(s.ids, a.ID)
		return err
	})
	return s, err
}

type keeping struct {
	store.Engine
	documents store.Documents
}

func (k *keeping) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	documents, err := k.Engine.Ensure(ctx, schema)
	k.documents = documents
	return documents, err
}

// call makes the store calls that the program would make.
func (s *shelf) call(ctx context.Context, calls string) error {
	if calls == "" {
		return nil
	}
	id := s.ids[int(s.next.Add(1))%len(s.ids)]
	var a quiz.Attempt
	if err := s.Get(ctx, id, &a); err != nil || calls == getCalls {
		return err
	}
	a.Rev++
	return s.Replace(ctx, id, a.Rev-1, &a)
}

// handler only reads the request, makes the store calls, and writes the bytes.
func (t task) handler(attempts *shelf) http.Handler {
	length := strconv.Itoa(len(t.Answer.Body))
	media, tag := t.Answer.Header.Get("Content-Type"), t.Answer.Header.Get("ETag")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if err := attempts.call(r.Context(), t.Stored); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h := w.Header()
		if tag != "" {
			h.Set("ETag", tag)
		}
		if t.Answer.Status == http.StatusNotModified {
			w.WriteHeader(t.Answer.Status)
			return
		}
		h.Set("Content-Type", media)
		h.Set("Content-Length", length)
		_, _ = w.Write(t.Answer.Body)
	})
}
