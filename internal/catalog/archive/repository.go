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

// Repository stores the content in a database.
type Repository struct {
	engine   store.Engine
	heads    *store.Collection[head]
	lists    *store.Collection[list]
	versions *store.Collection[version]
	now      func() time.Time
}

// version is an item as it was published once. Its _id is <global id>@<number>.
// A number may be skipped, and is never used twice.
type version struct {
	store.Meta `bson:",inline"`
	ItemID     string    `bson:"item_id"`
	Number     int       `bson:"version"`
	Digest     string    `bson:"digest"`
	CreatedAt  time.Time `bson:"created_at"`
	Body       body      `bson:"item"`
}

// Open prepares the engine for content.
func Open(ctx context.Context, engine store.Engine, now func() time.Time) (*Repository, error) {
	r := &Repository{engine: engine, now: now}
	return r, errors.Join(
		open(ctx, engine, &r.heads, "revisions"),
		open(ctx, engine, &r.lists, "content_lists"),
		open(ctx, engine, &r.versions, "content_versions"),
	)
}

func open[T any](ctx context.Context, engine store.Engine, into **store.Collection[T], name string) (err error) {
	*into, err = store.Open[T](ctx, engine, store.Spec{Name: name})
	return err
}

// Edition is an edition of the content with its list.
type Edition struct {
	*catalog.Edition
	Entries Entries
}

// Newest returns the latest edition with its list, to plan changes of it. Before
// the first edition it is empty, and its number is 0.
func (r *Repository) Newest(ctx context.Context) (*Edition, error) {
	b, err := r.base(ctx)
	if err != nil {
		return nil, err
	}
	return r.read(ctx, b.revision, b.list.Entries, nil)
}

// Edition implements [catalog.Shelf]. It fails with fault.NotFound, and with a
// [*catalog.BrokenError] if the edition lacks a part.
func (r *Repository) Edition(ctx context.Context, number int, held map[string]catalog.Node) (*catalog.Edition, error) {
	h, err := r.head(ctx, number)
	if err != nil {
		return nil, err
	}
	entries, err := r.entries(ctx, &h)
	if err != nil {
		return nil, err
	}
	edition, err := r.read(ctx, h.revision(), entries, held)
	if err != nil {
		return nil, err
	}
	return edition.Edition, nil
}

// entries returns the list of a head.
func (r *Repository) entries(ctx context.Context, h *head) (Entries, error) {
	l, err := r.lists.Get(ctx, h.List)
	if errors.Is(err, store.ErrNotFound) {
		return nil, &catalog.BrokenError{References: []string{fmt.Sprintf("edition %d to list %s", h.Number, h.List)}}
	}
	return l.Entries, err
}

// read puts an edition together from held items and from stored ones. Retired
// items that nothing can refer to any more are left out.
func (r *Repository) read(ctx context.Context, revision catalog.Revision, entries Entries, held map[string]catalog.Node) (*Edition, error) {
	edition := &Edition{Entries: entries, Edition: &catalog.Edition{
		Revision: revision, Content: &catalog.Content{}, Retired: &catalog.Content{},
		Renamed: entries.renamed(), Held: map[string]catalog.Node{},
	}}
	var wanted []Entry
	for _, e := range entries {
		if !e.Retired || edition.isReferredTo(e) {
			wanted = append(wanted, e)
		}
	}
	items, err := r.items(ctx, wanted, held)
	if err != nil {
		return nil, err
	}
	for i, e := range wanted {
		edition.Held[e.versionID()] = items[i]
		if e.Retired {
			add(edition.Retired, items[i])
		} else {
			add(edition.Content, items[i])
		}
	}
	return edition, nil
}

// isReferredTo reports whether records may refer to a retired item.
func (e *Edition) isReferredTo(entry Entry) bool {
	switch entry.Kind {
	case catalog.KindSource, catalog.KindLesson:
		return true
	case catalog.KindQuestion:
		_, renamed := e.Renamed[catalog.KindQuestion.Slug(entry.ID)]
		return !renamed
	default:
		return false
	}
}

// items returns the items of the entries, in their order: copies of those that
// are held, and the others read.
func (r *Repository) items(ctx context.Context, entries []Entry, held map[string]catalog.Node) ([]catalog.Node, error) {
	items := make([]catalog.Node, len(entries))
	place := map[string]int{}
	var missing []string
	for i, e := range entries {
		id := e.versionID()
		if item, ok := held[id]; ok {
			items[i] = catalog.CopyOf(item)
			continue
		}
		place[id] = i
		missing = append(missing, id)
	}
	found, err := r.versions.GetMany(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i := range found {
		items[place[found[i].ID]] = found[i].Body.item(found[i].Number)
	}
	var broken []string
	for i, item := range items {
		if item == nil {
			broken = append(broken, "the list to "+entries[i].versionID())
		}
	}
	if len(broken) > 0 {
		return nil, &catalog.BrokenError{References: broken}
	}
	return items, nil
}

// version returns an item in one of its versions, published or not. It fails
// with store.ErrNotFound.
func (r *Repository) version(ctx context.Context, id string, number int) (catalog.Node, error) {
	v, err := r.versions.Get(ctx, versionID(id, number))
	if err != nil {
		return nil, err
	}
	return v.Body.item(number), nil
}

func conflict(id string) error {
	return fault.Conflicting(fault.Stale, "%s has been changed by somebody else in the meantime", id)
}
