package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// statements is a pool of connections with their prepared statements. The text
// of a statement depends only on declared names, so there are few.
type statements struct {
	db *sql.DB

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
}

func (s *statements) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.Lock()
	stmt, ok := s.prepared[text]
	s.mu.Unlock()
	if ok {
		return stmt, nil
	}

	// Preparing may wait for a connection, so it happens outside the lock.
	stmt, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.prepared[text]; ok {
		return first, stmt.Close()
	}
	s.prepared[text] = stmt
	return stmt, nil
}

func (s *statements) exec(ctx context.Context, text string, args ...any) (rows int64, err error) {
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// scan reads the single row into into, or fails with sql.ErrNoRows.
func (s *statements) scan(ctx context.Context, text string, args []any, into any) error {
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(into)
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for text, stmt := range s.prepared {
		if err := stmt.Close(); err != nil {
			errs = append(errs, fmt.Errorf("closing %q: %w", text, err))
		}
	}
	clear(s.prepared)
	return errors.Join(append(errs, s.db.Close())...)
}
