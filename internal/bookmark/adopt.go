package bookmark

import (
	"context"
	"strings"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Adopt copies a guest's bookmarks to the account. Where both have one on the
// same content, the guest's note follows the account's, even if both together
// are longer than a note may be. It may be repeated.
func (b *Bookmarks) Adopt(ctx context.Context, guest, account string) error {
	for from, err := range b.bookmarks.Each(ctx, store.Query{Where: store.Where{"learner_id": guest}}) {
		if err != nil {
			return err
		}
		id := idOf(account, from.NodeID)
		fresh := func() Bookmark {
			taken := from
			taken.Meta, taken.LearnerID = store.Meta{ID: id}, account
			return taken
		}
		_, err := store.Amend(ctx, b.bookmarks, id, func(m *Bookmark) (bool, error) {
			if m.Rev == 0 {
				return true, nil
			}
			if strings.Contains(m.Note, from.Note) {
				return false, nil
			}
			if m.Note != "" {
				m.Note += "\n\n"
			}
			m.Note += from.Note
			return true, nil
		}, store.OrNew(fresh))
		if err != nil {
			return err
		}
	}
	return nil
}
