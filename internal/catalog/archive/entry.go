package archive

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Entry says how one item stands in an edition. An item that was ever published
// is in every later edition.
type Entry struct {
	ID          string              `bson:"id"` // global id
	Kind        catalog.ContentKind `bson:"kind"`
	Version     int                 `bson:"version"`
	Digest      string              `bson:"digest"`   // of that version
	Position    int                 `bson:"position"` // among items of its kind
	Retired     bool                `bson:"retired,omitempty"`
	Seed        string              `bson:"seed,omitempty"`         // the seed that wrote it last; "" if none did
	SeedVersion int                 `bson:"seed_version,omitempty"` // the version that it wrote; 0 if none is known
	SeedDigest  string              `bson:"seed_digest,omitempty"`  // of that version
	Was         string              `bson:"was,omitempty"`          // the global id that it had before it was renamed
}

// Edited reports whether somebody has changed the item since a seed wrote it.
func (e Entry) Edited() bool { return e.SeedVersion != e.Version }

func (e Entry) versionID() string { return versionID(e.ID, e.Version) }

func versionID(id string, number int) string { return fmt.Sprintf("%s@%d", id, number) }

// list is what an edition consists of. Its _id is the digest of its entries.
type list struct {
	store.Meta `bson:",inline"`
	Entries    []Entry `bson:"entries"` // by kind, position and id
}

func newList(entries []Entry) list {
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	var text strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&text, "%s@%d %s %d %t %q@%d %s %s\n", e.ID, e.Version, e.Digest, e.Position, e.Retired, e.Seed, e.SeedVersion, e.SeedDigest, e.Was)
	}
	sum := sha256.Sum256([]byte(text.String()))
	return list{Meta: store.Meta{ID: hex.EncodeToString(sum[:])}, Entries: entries}
}

// Entries are the entries of one edition.
type Entries []Entry

// byID returns the entries by global id.
func (all Entries) byID() map[string]Entry {
	found := make(map[string]Entry, len(all))
	for _, e := range all {
		found[e.ID] = e
	}
	return found
}

// renamed returns, for each former slug of a question, the next one.
func (all Entries) renamed() map[string]string {
	renamed := map[string]string{}
	for _, e := range all {
		if e.Was != "" {
			renamed[catalog.KindQuestion.Slug(e.Was)] = catalog.KindQuestion.Slug(e.ID)
		}
	}
	return renamed
}
