package sqlitestore

import (
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// failure translates an error into one of the store's. caller is the context
// without the engine's own deadline: only its end is the caller's doing.
func failure(caller context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY), errors.Is(err, sqlite3.CONSTRAINT_UNIQUE):
		return fmt.Errorf("%w: %w", store.ErrDuplicate, err)
	case caller.Err() != nil:
		return caller.Err()
	case errors.Is(err, errKind), errors.Is(err, sqlite3.ERROR), errors.Is(err, sqlite3.MISUSE):
		return err // a programming error; retrying does not help
	default:
		return fault.Unreachable(err)
	}
}
