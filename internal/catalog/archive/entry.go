package archive

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Entry is the metadata of a stored item.
type Entry struct {
	Kind       catalog.ContentKind
	ID         string
	Rev        int64
	Version    int    // versions of the item are numbered from 1
	Position   int    // among items of its kind
	Digest     string // of the current item
	SeedDigest string // of the item as a seed last wrote it; "" if none did
	Seed       string // the seed that last wrote it; "" if none did
	Retired    bool   // no longer published
}

// Edited reports whether somebody has changed the item since a seed wrote it.
func (e Entry) Edited() bool { return e.SeedDigest != e.Digest }

// record is an item as stored.
type record[T any] struct {
	store.Meta `bson:",inline"`
	Version    int       `bson:"version"`
	Position   int       `bson:"position"`
	Digest     string    `bson:"digest"`
	SeedDigest string    `bson:"seed_digest"`
	Seed       string    `bson:"seed"`
	Retired    bool      `bson:"retired"`
	UpdatedAt  time.Time `bson:"updated_at"`
	Item       T         `bson:"item"`
}

func (r *record[T]) entry(kind catalog.ContentKind) Entry {
	return Entry{
		Kind: kind, ID: r.ID, Rev: r.Rev, Version: r.Version, Position: r.Position,
		Digest: r.Digest, SeedDigest: r.SeedDigest, Seed: r.Seed, Retired: r.Retired,
	}
}

// edition is a replaced version of an item. It is immutable: learners' records
// refer to it.
type edition[T any] struct {
	store.Meta `bson:",inline"` // _id is <global id>@<version>
	ItemID     string           `bson:"item_id"`
	Version    int              `bson:"version"`
	CreatedAt  time.Time        `bson:"created_at"`
	Item       T                `bson:"item"`
}
