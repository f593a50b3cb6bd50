package sqlitestore_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

type counter struct {
	store.Meta `bson:",inline"`

	Value int `bson:"value"`
}

func openCounters(t *testing.T, e store.Engine) *store.Collection[counter] {
	t.Helper()
	c, err := store.Open[counter](t.Context(), e, store.Spec{Name: "counters", Fields: []string{"value"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOpenRefuses(t *testing.T) {
	tests := map[string]struct {
		prepare func(t *testing.T, dir string) (dataDir string)
		want    string
	}{
		"FileAsDirectory": {
			prepare: func(t *testing.T, dir string) string {
				write(t, filepath.Join(dir, "file"), "x")
				return filepath.Join(dir, "file")
			},
			want: "cannot be created: not a directory",
		},
		"BelowAFile": {
			prepare: func(t *testing.T, dir string) string {
				write(t, filepath.Join(dir, "file"), "x")
				return filepath.Join(dir, "file", "data")
			},
			want: "cannot be created: not a directory",
		},
		"DirectoryAsDatabase": {
			prepare: func(t *testing.T, dir string) string {
				if err := os.Mkdir(filepath.Join(dir, sqlitestore.File), 0o700); err != nil {
					t.Fatal(err)
				}
				return dir
			},
			want: "cannot be written: is a directory",
		},
		"OtherFileAsDatabase": {
			prepare: func(t *testing.T, dir string) string {
				write(t, filepath.Join(dir, sqlitestore.File), strings.Repeat("This is no database.\n", 500))
				return dir
			},
			want: "is not a database",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := tt.prepare(t, t.TempDir())
			e, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: dir})
			if err == nil {
				t.Fatal(errors.Join(errors.New("it was opened"), e.Close()))
			}
			message := err.Error()
			if !strings.Contains(message, tt.want) || !strings.Contains(message, dir) || strings.Contains(message, "\n") {
				t.Errorf("message %q: want one line with %q and the directory", message, tt.want)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyTheOwnerMayRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%20", "data")
	c := openCounters(t, openIn(t, dir))
	if err := c.Insert(t.Context(), &counter{Meta: store.Meta{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	want := map[string]os.FileMode{
		".": 0o700, sqlitestore.File: 0o600, sqlitestore.File + "-wal": 0o600, sqlitestore.File + "-shm": 0o600,
	}
	for name, mode := range want {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("%s has mode %o, want %o", name, got, mode)
		}
	}
}

func TestEnginesShareAFile(t *testing.T) {
	dir := t.TempDir()
	const engines, increments = 4, 25
	var wg sync.WaitGroup
	for range engines {
		wg.Go(func() {
			e, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			defer func() {
				if err := e.Close(); err != nil {
					t.Error(err)
				}
			}()
			c, err := store.Open[counter](t.Context(), e, store.Spec{Name: "counters", Fields: []string{"value"}})
			if err != nil {
				t.Error(err)
				return
			}
			err = c.Insert(t.Context(), &counter{Meta: store.Meta{ID: "shared"}})
			if err != nil && !errors.Is(err, store.ErrDuplicate) {
				t.Error(err)
			}
			for done := 0; done < increments; {
				doc, err := c.Get(t.Context(), "shared")
				if err == nil {
					doc.Value++
					err = c.Replace(t.Context(), &doc)
				}
				if err != nil && !errors.Is(err, store.ErrStale) {
					t.Error(err)
					return
				}
				if err == nil {
					done++
				}
			}
		})
	}
	wg.Wait()
	doc, err := openCounters(t, openIn(t, dir)).Get(t.Context(), "shared")
	if err != nil || doc.Value != engines*increments {
		t.Errorf("value = %d, %v; want %d", doc.Value, err, engines*increments)
	}
}
