package statement

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/store"
)

// adoptBatch is how many statements Adopt holds at a time.
const adoptBatch = 128

// Adopt copies the statements about a guest to the account that takes over their
// practice. They keep their text, which names the guest, and their places: who
// reads on from a cursor is not told again of what was told before. It may be
// repeated.
func (s *Statements) Adopt(ctx context.Context, guest, account string) error {
	batch := make([]Statement, 0, adoptBatch)
	flush := func() error {
		_, err := s.statements.InsertMany(ctx, batch) // duplicates are copied already
		batch = batch[:0]
		return err
	}
	for told, err := range s.statements.Each(ctx, store.Query{Where: store.Where{"learner_id": guest}, Sort: "place"}) {
		if err != nil {
			return err
		}
		told.Meta, told.LearnerID = store.Meta{ID: ID(account, told.UUID)}, account
		if batch = append(batch, told); len(batch) == adoptBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
