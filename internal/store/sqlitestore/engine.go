// Package sqlitestore is the embedded store.Engine: one SQLite file, in WAL
// mode with synchronous=FULL, so that an acknowledged write is on disk.
// Several processes may use the same file. It is the only package that imports
// SQLite.
package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	// File is the name of the database file in its directory.
	File = "scrumkb.db"

	// DefaultTimeout limits calls whose context has no earlier deadline.
	DefaultTimeout = 5 * time.Second
)

// Options configure the database.
type Options struct {
	Dir     string        // created if it does not exist, accessible only to its owner
	Timeout time.Duration // limit for each call; 0 means DefaultTimeout

	// Hurry does not wait until a write is on disk: a power failure loses the
	// latest writes, but harms nothing else. It is for data that can be
	// created again.
	Hurry bool
}

// Engine is a store.Engine on one file.
type Engine struct {
	writer  *statements // one connection: SQLite has a single writer, and a queue is fairer than its locks
	readers *statements
	timeout time.Duration
}

// Open creates or opens the database. It fails if the directory cannot be
// written, or the file in it is not a database.
func Open(ctx context.Context, o Options) (*Engine, error) {
	path, err := prepareFile(o.Dir)
	if err != nil {
		return nil, err
	}
	e := &Engine{timeout: o.Timeout}
	if e.timeout == 0 {
		e.timeout = DefaultTimeout
	}
	if e.writer, err = connect(path, 1, e.timeout, o.Hurry); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	if e.readers, err = connect(path, max(4, runtime.GOMAXPROCS(0)), e.timeout, o.Hurry); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, errors.Join(err, e.Close()))
	}
	if err := e.begin(ctx, path); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// prepareFile creates the directory and an empty file, to restrict their
// permissions and to report problems early.
func prepareFile(dir string) (path string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("the data directory %s cannot be used: %w", dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("the data directory %s cannot be created: %w", dir, reasonOf(err))
	}
	path = filepath.Join(dir, File)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("the data directory %s cannot be written: %w", dir, reasonOf(err))
	}
	if err := f.Close(); err != nil {
		return "", fmt.Errorf("the data directory %s cannot be written: %w", dir, reasonOf(err))
	}
	return path, nil
}

// reasonOf omits the path, which the message already contains.
func reasonOf(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

func connect(path string, connections int, busy time.Duration, hurry bool) (*statements, error) {
	durability := `PRAGMA synchronous = FULL`
	if hurry {
		durability = `PRAGMA synchronous = NORMAL`
	}
	// modeof makes SQLite give the journal the same permissions as the
	// database.
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	db, err := driver.Open("file:"+escaped+"?modeof="+strings.ReplaceAll(url.QueryEscape(path), "+", "%20"), func(c *sqlite3.Conn) error {
		if err := c.BusyTimeout(busy); err != nil {
			return err
		}
		return c.Exec(durability)
	})
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &statements{db: db, prepared: map[string]*sql.Stmt{}}, nil
}

// begin switches the file to WAL mode. If two processes create the same file,
// they may be refused for a moment in a way that the busy timeout does not
// cover.
func (e *Engine) begin(ctx context.Context, path string) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	for {
		var mode string
		err := e.writer.db.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode)
		switch {
		case err == nil && mode != "wal":
			return fmt.Errorf("opening %s: the file system does not support the write-ahead log", path)
		case err == nil:
			return e.protect(ctx, path)
		case errors.Is(err, sqlite3.NOTADB):
			return fmt.Errorf("%s is not a database of this program; move it away, or choose another data directory", path)
		case errors.Is(err, sqlite3.BUSY) && ctx.Err() == nil:
			wait(ctx, 5*time.Millisecond)
		case caller.Err() != nil:
			return fmt.Errorf("opening %s: %w", path, caller.Err())
		default:
			return &fault.Error{Code: fault.Unavailable, Message: fmt.Sprintf("the database %s cannot be opened", path), Cause: err}
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// protect gives the shared-memory file, which SQLite creates at the first
// read, the permissions of the database.
func (e *Engine) protect(ctx context.Context, path string) error {
	if err := e.Ping(ctx); err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	err := os.Chmod(path+"-shm", 0o600)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	return nil
}

// Ping implements store.Engine.
func (e *Engine) Ping(ctx context.Context) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	var version int
	err := e.readers.db.QueryRowContext(ctx, `PRAGMA schema_version`).Scan(&version)
	return failure(caller, err)
}

// Close implements store.Engine.
func (e *Engine) Close() error {
	var errs []error
	for _, s := range []*statements{e.readers, e.writer} {
		if s != nil {
			errs = append(errs, s.close())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing the database: %w", err)
	}
	return nil
}
