package quiz

import (
	"context"
	"strconv"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// flaggedAttempts limits how many attempts are searched for flags.
const flaggedAttempts = 100

// FlaggedQuestion is a slot that the learner flagged.
type FlaggedQuestion struct {
	AttemptID string // the global id
	Slot      int    // the slot's number, from 1

	question catalog.Question
}

// Question returns the question with its options in the attempt's order; one
// that was renamed since, as it is published.
func (f *FlaggedQuestion) Question() *catalog.Question { return &f.question }

// Flagged returns a page of the slots that the learner has flagged, from the
// 100 attempts with the latest flags, latest first. It fails with
// fault.InvalidInput naming the argument.
func (s *Attempts) Flagged(ctx context.Context, learner string, page catalog.PageRequest) (catalog.Page[*FlaggedQuestion], error) {
	snapshot, err := s.config.Library.Current()
	if err != nil {
		return catalog.Page[*FlaggedQuestion]{}, err
	}
	found, _, err := s.attempts.Find(ctx, store.Query{
		Where: store.Where{"learner_id": learner},
		Range: &store.Range{Field: "flagged_at", From: time.Unix(0, 0)},
		Sort:  "-flagged_at", Limit: flaggedAttempts,
	})
	if err != nil {
		return catalog.Page[*FlaggedQuestion]{}, err
	}
	all := []*FlaggedQuestion{}
	slots := []*Slot{}
	for i := range found {
		id := GlobalID(learner, found[i].Ref())
		for j := range found[i].Slots {
			if slot := &found[i].Slots[j]; slot.Flagged {
				all, slots = append(all, &FlaggedQuestion{AttemptID: id, Slot: slot.Number}), append(slots, slot)
			}
		}
	}
	for i, f := range all {
		if q := snapshot.Question(slots[i].QuestionSlug); q != nil && q.Slug != slots[i].QuestionSlug {
			f.question = *q
			continue
		}
		q, err := s.Question(ctx, slots[i])
		if err != nil {
			return catalog.Page[*FlaggedQuestion]{}, err
		}
		f.question = slots[i].show(q)
	}
	key := func(f *FlaggedQuestion) string { return f.AttemptID + "/" + strconv.Itoa(f.Slot) }
	return catalog.Paginate("flagged", all, key, nil, page)
}
