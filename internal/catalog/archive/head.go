package archive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// head publishes a list. Its _id is edition/<number>, padded with zeros, so that
// the greatest _id is the latest edition.
type head struct {
	store.Meta  `bson:",inline"`
	Number      int       `bson:"number"`
	Parent      int       `bson:"parent"`          // the edition that it was made from; 0 if there was none
	List        string    `bson:"list"`            // the digest
	Actor       string    `bson:"actor,omitempty"` // opaque; "" for a program
	Note        string    `bson:"note,omitempty"`
	PublishedAt time.Time `bson:"published_at"`

	// State is set only in the document formatID of the format before this one.
	State string `bson:"state,omitempty"`
}

func headID(number int) string { return fmt.Sprintf("edition/%010d", number) }

func (h *head) revision() catalog.Revision {
	return catalog.Revision{Number: h.Number, PublishedAt: h.PublishedAt, By: h.Actor, Remark: h.Note}
}

// latest returns the latest head; its Number is 0 if there is none. If it is the
// document of the format before this one, it is not published in this one.
func (r *Repository) latest(ctx context.Context) (head, error) {
	found, _, err := r.heads.Find(ctx, store.Query{Sort: "-_id", Limit: 1})
	if err != nil || len(found) == 0 {
		return head{}, err
	}
	return found[0], nil
}

func (h *head) published() bool { return h.Number > 0 && h.ID != formatID }

// Latest returns the latest edition; its Number is 0 before the first. It is one
// small read.
func (r *Repository) Latest(ctx context.Context) (catalog.Revision, error) {
	h, err := r.latest(ctx)
	if err != nil || !h.published() {
		return catalog.Revision{}, err
	}
	return h.revision(), nil
}

// Commit is an edition in the log.
type Commit struct {
	catalog.Revision
	Parent int // the edition that it was made from; 0 if there was none
	List   string
}

// Log returns at most limit editions before the one with the number, or the
// latest if it is 0, newest first.
func (r *Repository) Log(ctx context.Context, before, limit int) ([]Commit, error) {
	query := store.Query{Sort: "-_id", Limit: limit, Range: &store.Range{Field: "_id", From: headID(0)}}
	if before > 0 {
		query.Range.To = headID(before)
	}
	found, _, err := r.heads.Find(ctx, query)
	if err != nil {
		return nil, err
	}
	commits := make([]Commit, 0, len(found))
	for i := range found {
		commits = append(commits, Commit{Revision: found[i].revision(), Parent: found[i].Parent, List: found[i].List})
	}
	return commits, nil
}

// head fails with fault.NotFound.
func (r *Repository) head(ctx context.Context, number int) (head, error) {
	h, err := r.heads.Get(ctx, headID(number))
	if errors.Is(err, store.ErrNotFound) {
		return head{}, fault.New(fault.NotFound, "there is no edition %d", number)
	}
	return h, err
}
