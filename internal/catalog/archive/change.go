package archive

import (
	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Change is what somebody wants to publish of one item.
type Change struct {
	ID   string // global id
	Kind catalog.ContentKind

	// Base is the entry that the change was made from; nil if there was none.
	Base *Entry

	// Item is the item as it shall be; nil leaves it as it is in Base.
	Item *catalog.Item

	Retired bool
	Seed    string // the seed that writes it; "" if a person does
	Was     string // the global id that it had before; "" if it is not renamed
}

// onto applies the change to the entry of the newest edition, nil if it has
// none, and reports whether there is anything to do. The same on both sides is
// nothing to do; another change of the same item is a CONFLICT. The Version of
// an item that becomes another one is left to be found.
func (c *Change) onto(now *Entry) (next Entry, changed bool, err error) {
	digest := c.digest()
	if c.Base == nil && now != nil && now.Digest != digest ||
		c.Base != nil && (now == nil || now.Digest != c.Base.Digest && now.Digest != digest) ||
		c.Base != nil && now.Retired != c.Base.Retired && now.Retired != c.Retired {
		return Entry{}, false, conflict(c.ID)
	}
	if now == nil {
		now = &Entry{ID: c.ID, Kind: c.Kind}
	}
	next = *now
	next.Digest, next.Retired = digest, c.Retired
	if c.Item != nil {
		next.Position = c.Item.Position
	}
	if c.Was != "" {
		next.Was = c.Was
	}
	if c.Seed != "" && c.Item != nil {
		next.Seed, next.SeedVersion, next.SeedDigest = c.Seed, next.Version, digest
	}
	return next, next != *now, nil
}

func (c *Change) digest() string {
	if c.Item != nil {
		return c.Item.Digest
	}
	return c.Base.Digest
}
