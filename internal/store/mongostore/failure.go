package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// failure translates an error into one of the store's. caller is the context
// without the engine's own deadline: only its end is the caller's doing.
func failure(caller context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case mongo.IsDuplicateKeyError(err):
		return fmt.Errorf("%w: %w", store.ErrDuplicate, err)
	case caller.Err() != nil:
		return caller.Err()
	case isMistake(err):
		return err
	default:
		return fault.Unreachable(err)
	}
}

// isMistake distinguishes commands that the server will never accept from those
// that it cannot execute now.
func isMistake(err error) bool {
	const (
		badValue      = 2
		failedToParse = 9
		typeMismatch  = 14
	)
	server, ok := errors.AsType[mongo.ServerError](err)
	return ok && slices.ContainsFunc([]int{badValue, failedToParse, typeMismatch}, server.HasErrorCode)
}

// isTransient reports failures after which a read may succeed at once, on
// another connection or another server.
func isTransient(err error) bool {
	if err == nil || mongo.IsTimeout(err) {
		return false
	}
	if mongo.IsNetworkError(err) {
		return true
	}
	// The codes of the retryable reads specification: the server went away, or
	// is no longer primary.
	retryable := []int{6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}
	server, ok := errors.AsType[mongo.ServerError](err)
	return ok && slices.ContainsFunc(retryable, server.HasErrorCode)
}
