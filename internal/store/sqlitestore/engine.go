// Package sqlitestore is the embedded store.Engine: one SQLite file, in WAL
// mode with synchronous=FULL, so that an acknowledged write is on disk. Other
// processes may use the same file at the same time. It is the only package
// that imports SQLite.
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
	// File is the name of the database in its directory.
	File = "scrumkb.db"

	// DefaultTimeout bounds a call whose context has no sooner deadline.
	DefaultTimeout = 5 * time.Second
)

// Options says where the database is.
type Options struct {
	Dir     string        // created, for its owner only, when it does not exist
	Timeout time.Duration // bound of each call; 0 means DefaultTimeout

	// Hurry does not wait until a write is on disk: when the machine loses
	// power, the latest ones are lost, and nothing else is harmed. It is for
	// what can be made again.
	Hurry bool
}

// Engine is a store.Engine on one file.
type Engine struct {
	writer  *statements // one connection: SQLite has one writer, and a queue is fairer than its locks
	readers *statements
	timeout time.Duration
}

// Open creates or opens the database. It fails when the directory cannot be
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

// prepareFile creates the directory and the empty file, so that neither has
// more permissions than it needs, and tells early when it cannot.
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

// reasonOf leaves out the path, which the message has already.
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
	// modeof makes SQLite give the journal the permissions of the database.
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

// begin switches the file to WAL mode. Two processes that create the same file
// may be refused for a moment in a way that the busy timeout does not cover.
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

// protect gives the shared memory, which SQLite creates with the first read,
// the permissions of the database.
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
