package archive

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Entry says how an item is kept, without the item.
type Entry struct {
	Kind       catalog.ContentKind
	ID         string
	Rev        int64
	Version    int    // counts the editions of the item, from 1
	Position   int    // among items of its kind
	Digest     string // of the item as it is now
	SeedDigest string // of the item as a seed last wrote it; "" when none did
	Seed       string // name of the seed that wrote it last; "" when none did
	Retired    bool   // taken out of publication
}

// Edited reports whether somebody changed the item since a seed wrote it.
func (e Entry) Edited() bool { return e.SeedDigest != e.Digest }

// record is an item as the store keeps it.
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

// edition is a version of an item that a later one has replaced. It never
// changes: learners' records refer to it.
type edition[T any] struct {
	store.Meta `bson:",inline"` // _id is <global id>@<version>
	ItemID     string           `bson:"item_id"`
	Version    int              `bson:"version"`
	CreatedAt  time.Time        `bson:"created_at"`
	Item       T                `bson:"item"`
}
