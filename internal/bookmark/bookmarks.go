package bookmark

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/typed"
)

const (
	// maxBookmarks is more than the content has items, and fits into one read.
	maxBookmarks = store.MaxLimit
	// maxNote is a page of text.
	maxNote = 2000
)

// Bookmark is a learner's bookmark of a piece of content.
type Bookmark struct {
	store.Meta `bson:",inline"` // _id is <learner>/<node>, with colons for the node's slashes

	LearnerID string    `bson:"learner_id"`
	NodeID    string    `bson:"node"`           // the global id by which records know it, see catalog.Snapshot.RecordID
	Note      string    `bson:"note,omitempty"` // "" for none
	CreatedAt time.Time `bson:"created_at"`
	UpdatedAt time.Time `bson:"updated_at"`
}

// View is a bookmark with its content.
type View struct {
	Bookmark

	Node catalog.Node
}

// Note returns the learner's note, or nil.
func (v *View) Note() *string {
	if v.Bookmark.Note == "" {
		return nil
	}
	return &v.Bookmark.Note
}

// Config holds the dependencies of Bookmarks.
type Config struct {
	Current func() (*catalog.Snapshot, error)
	Now     func() time.Time
}

// Bookmarks stores the bookmarks of all learners. Its methods are safe for
// concurrent use by several goroutines and processes.
type Bookmarks struct {
	config    Config
	bookmarks *store.Collection[Bookmark]
}

// Open prepares the engine for bookmarks.
func Open(ctx context.Context, engine store.Engine, config Config) (*Bookmarks, error) {
	bookmarks, err := store.Open[Bookmark](ctx, engine, store.Spec{
		Name:    "bookmarks",
		Fields:  []string{"learner_id", "updated_at"},
		Indexes: []store.Index{{Name: "learner_newest", Keys: []string{"learner_id", "-updated_at"}}},
		Shard:   &store.Shard{Field: "learner_id", Of: store.OwnerIn},
	})
	if err != nil {
		return nil, err
	}
	return &Bookmarks{config: config, bookmarks: bookmarks}, nil
}

func (b *Bookmarks) now() time.Time { return b.config.Now().UTC().Truncate(time.Millisecond) }

func idOf(learner, node string) string {
	return learner + "/" + strings.ReplaceAll(node, "/", ":")
}

// Note is a change to a bookmark's note.
type Note struct {
	Given bool // false leaves the note unchanged
	Text  string
}

// Set bookmarks a piece of content for the learner, or changes the bookmark's
// note. It fails with fault.NotFound if there is no such content, with
// fault.InvalidInput naming the note, and with fault.Conflict if the learner
// has the maximum number of bookmarks.
func (b *Bookmarks) Set(ctx context.Context, learner, node string, note Note) (*View, error) {
	snapshot, err := b.config.Current()
	if err != nil {
		return nil, err
	}
	found := snapshot.Node(node)
	if found == nil {
		return nil, fault.New(fault.NotFound, "there is no such piece of content")
	}
	node = snapshot.RecordID(node)
	text := ""
	if strings.TrimSpace(note.Text) != "" {
		if text, err = typed.Note("note", note.Text, maxNote); err != nil {
			return nil, err
		}
	}
	now := b.now()
	fresh := func() Bookmark {
		return Bookmark{Meta: store.Meta{ID: idOf(learner, node)}, LearnerID: learner, NodeID: node, CreatedAt: now}
	}
	set, err := store.Amend(ctx, b.bookmarks, idOf(learner, node), func(m *Bookmark) (bool, error) {
		if m.Rev == 0 {
			if err := b.mayAdd(ctx, learner); err != nil {
				return false, err
			}
		}
		if m.Rev > 0 && (!note.Given || m.Note == text) {
			return false, nil
		}
		m.Note, m.UpdatedAt = text, now
		return true, nil
	}, store.OrNew(fresh))
	if err != nil {
		return nil, err
	}
	return &View{Bookmark: set, Node: found}, nil
}

func (b *Bookmarks) mayAdd(ctx context.Context, learner string) error {
	n, err := b.bookmarks.Count(ctx, store.Query{Where: store.Where{"learner_id": learner}})
	if err == nil && n >= maxBookmarks {
		err = fault.Conflicting(fault.LimitReached, "you can have at most %d bookmarks", maxBookmarks)
	}
	return err
}

// Remove removes a bookmark of the learner, and reports whether it existed.
func (b *Bookmarks) Remove(ctx context.Context, learner, node string) (bool, error) {
	snapshot, err := b.config.Current()
	if err != nil {
		return false, err
	}
	id := idOf(learner, snapshot.RecordID(node))
	for {
		found, err := b.bookmarks.GetMany(ctx, []string{id})
		if err != nil || len(found) == 0 {
			return false, err
		}
		switch err := b.bookmarks.Delete(ctx, &found[0]); {
		case err == nil:
			return true, nil
		case errors.Is(err, store.ErrStale): // its note was changed concurrently
		case errors.Is(err, store.ErrNotFound):
			return false, nil
		default:
			return false, err
		}
	}
}

// Of returns a page of the learner's bookmarks, latest first: of published
// content, and of questions, lessons and sources that are retired. It fails with
// fault.InvalidInput naming the argument.
func (b *Bookmarks) Of(ctx context.Context, learner string, page catalog.PageRequest) (catalog.Page[*View], error) {
	snapshot, err := b.config.Current()
	if err != nil {
		return catalog.Page[*View]{}, err
	}
	found, _, err := b.bookmarks.Find(ctx, store.Query{Where: store.Where{"learner_id": learner}, Sort: "-updated_at"})
	if err != nil {
		return catalog.Page[*View]{}, err
	}
	views := make([]*View, 0, len(found))
	for i := range found {
		if node := snapshot.NodeOrRetired(found[i].NodeID); node != nil {
			views = append(views, &View{Bookmark: found[i], Node: node})
		}
	}
	return catalog.Paginate("bookmarks", views, func(v *View) string { return v.NodeID }, nil, page)
}
