package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// The format before this one overwrote items in place. Its one document about
// what is published stands beside the heads.
const formatID = "content"

// takenOver is the note of an edition that comes from the format before.
const takenOver = "Taken over from the format before."

// ErrHalfWritten means that the format before this one was left half written,
// and that what it has cannot be published.
var ErrHalfWritten = errors.New("the content was left half written: run scrumkb seed apply with the same database to complete it")

// TakeOver publishes the content of a database in the format before this one.
// It fails with ErrHalfWritten, and does nothing in any other database.
func (r *Repository) TakeOver(ctx context.Context) error {
	b, err := r.base(ctx)
	if err != nil || b.published || len(b.list.Entries) == 0 {
		return err
	}
	if _, _, err := r.Publish(ctx, Publication{By: By{Note: takenOver}}); err != nil {
		return fmt.Errorf("%w (%w)", ErrHalfWritten, err)
	}
	return nil
}

// base returns the latest edition.
func (r *Repository) base(ctx context.Context) (base, error) {
	h, err := r.latest(ctx)
	switch {
	case err != nil || h.ID == "":
		return base{}, err
	case h.ID == formatID:
		return r.former(ctx, &h)
	}
	entries, err := r.entries(ctx, &h)
	return base{revision: h.revision(), published: true, list: list{Meta: store.Meta{ID: h.List}, Entries: entries}}, err
}

// former copies what a database has in the format before, and publishes it under
// the number that it has there. What was left half written it does not publish.
func (r *Repository) former(ctx context.Context, h *head) (base, error) {
	f := former{repository: r}
	err := errors.Join(
		takeOver[catalog.Source](ctx, &f, "sources", false),
		takeOver[catalog.Term](ctx, &f, "terms", false),
		takeOver[catalog.Topic](ctx, &f, "topics", false),
		takeOver[catalog.Role](ctx, &f, "roles", false),
		takeOver[catalog.Certification](ctx, &f, "certifications", false),
		takeOver[catalog.Lesson](ctx, &f, "lessons", false),
		takeOver[catalog.Question](ctx, &f, "questions", true),
		takeOver[catalog.Quiz](ctx, &f, "quizzes", true),
		takeOver[catalog.Course](ctx, &f, "courses", true),
	)
	if err != nil {
		return base{}, fmt.Errorf("taking over the content: %w", err)
	}
	b := base{revision: h.revision(), list: newList(f.entries)}
	if f.state() != h.State {
		return b, nil
	}
	revision, done, err := r.commit(ctx, h.Number-1, b.list, By{Note: takenOver})
	if err != nil {
		return base{}, err
	}
	if !done { // by somebody else
		return r.base(ctx)
	}
	b.revision, b.published = revision, true
	return b, nil
}

// former is what is found in the format before.
type former struct {
	repository *Repository
	entries    Entries
	states     []string
}

// formerItem is an item with the status that items had.
type formerItem[T any] struct {
	Status catalog.ContentStatus `bson:"status"`
	Item   T                     `bson:",inline"`
}

// formerRecord is a current item.
type formerRecord[T any] struct {
	store.Meta `bson:",inline"` // _id is the global id
	Version    int              `bson:"version"`
	Position   int              `bson:"position"`
	Digest     string           `bson:"digest"`
	SeedDigest string           `bson:"seed_digest"`
	Seed       string           `bson:"seed"`
	Retired    bool             `bson:"retired"`
	UpdatedAt  time.Time        `bson:"updated_at"`
	Item       formerItem[T]    `bson:"item"`
}

// formerVersion is a replaced version.
type formerVersion[T any] struct {
	store.Meta `bson:",inline"` // _id is <global id>@<version>
	ItemID     string           `bson:"item_id"`
	Version    int              `bson:"version"`
	CreatedAt  time.Time        `bson:"created_at"`
	Item       formerItem[T]    `bson:"item"`
}

// takeOver copies the items of one kind.
func takeOver[T any, P interface {
	*T
	catalog.Node
}](ctx context.Context, f *former, name string, versioned bool) error {
	var versions []version
	copyOf := func(item *T, id string, number int, at time.Time) (catalog.Item, error) {
		content := &catalog.Content{}
		add(content, P(item))
		content.ApplyDefaults()
		items, err := content.Items()
		if err != nil {
			return catalog.Item{}, err
		}
		b, _ := bodyOf(items[0].Value)
		versions = append(versions, version{
			Meta: store.Meta{ID: versionID(id, number)}, ItemID: id, Number: number, Digest: items[0].Digest, CreatedAt: at, Body: b,
		})
		return items[0], nil
	}
	records, err := store.Open[formerRecord[T]](ctx, f.repository.engine, store.Spec{Name: name})
	if err != nil {
		return err
	}
	for r, err := range records.Each(ctx, store.Query{}) {
		if err != nil {
			return err
		}
		item, err := copyOf(&r.Item.Item, r.ID, r.Version, r.UpdatedAt)
		if err != nil {
			return err
		}
		f.states = append(f.states, fmt.Sprintf("%s@%d %s %d %t\n", r.ID, r.Version, r.Digest, r.Position, r.Retired))
		e := Entry{
			ID: r.ID, Kind: item.Kind, Version: r.Version, Digest: item.Digest, Position: r.Position, Seed: r.Seed,
			Retired: r.Retired || r.Item.Status != "" && r.Item.Status != catalog.Ready,
		}
		if r.SeedDigest == r.Digest {
			e.SeedVersion, e.SeedDigest = r.Version, item.Digest
		}
		f.entries = append(f.entries, e)
	}
	if versioned {
		replaced, err := store.Open[formerVersion[T]](ctx, f.repository.engine, store.Spec{Name: name + "_versions"})
		if err != nil {
			return err
		}
		for v, err := range replaced.Each(ctx, store.Query{}) {
			if err != nil {
				return err
			}
			if _, err := copyOf(&v.Item.Item, v.ItemID, v.Version, v.CreatedAt); err != nil {
				return err
			}
		}
	}
	_, err = f.repository.versions.InsertMany(ctx, versions) // duplicates were copied before
	return err
}

// state is the digest by which the format before knew that it was whole.
func (f *former) state() string {
	slices.Sort(f.states)
	sum := sha256.Sum256([]byte(strings.Join(f.states, "")))
	return hex.EncodeToString(sum[:])
}
