package notice

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/store"
)

const (
	// kept is how many notices are listed: as many as one read returns.
	kept = store.MaxLimit
	// maxMarked is how many notices can be marked as read at once: a page.
	maxMarked = 100
)

// Config holds the dependencies of Notices.
type Config struct {
	Current func() (*catalog.Snapshot, error)
	Now     func() time.Time
}

// Notices stores the notices of all learners. Its methods are safe for
// concurrent use by several goroutines and processes.
type Notices struct {
	config  Config
	notices *store.Collection[Notice]
	checks  *store.Collection[check]
}

// check records the edition with which the learner's answers were last
// compared.
type check struct {
	store.Meta `bson:",inline"` // _id is <learner>/content

	LearnerID string `bson:"learner_id"`
	Edition   int    `bson:"edition"` // 0 means that they must be compared again
}

// Open prepares the engine for notices.
func Open(ctx context.Context, engine store.Engine, config Config) (*Notices, error) {
	notices, err := store.Open[Notice](ctx, engine, store.Spec{
		Name:    "notices",
		Fields:  []string{"learner_id", "at"},
		Indexes: []store.Index{{Name: "learner_newest", Keys: []string{"learner_id", "-at"}}},
		Shard:   &store.Shard{Field: "learner_id", Of: store.OwnerIn},
	})
	if err != nil {
		return nil, err
	}
	checks, err := store.Open[check](ctx, engine, store.Spec{
		Name:    "notice_checks",
		Fields:  []string{"learner_id"},
		Indexes: []store.Index{{Name: "learner", Keys: []string{"learner_id"}}},
		Shard:   &store.Shard{Field: "learner_id", Of: store.OwnerIn},
	})
	if err != nil {
		return nil, err
	}
	return &Notices{config: config, notices: notices, checks: checks}, nil
}

// Put stores those notices whose causes have none yet.
func (s *Notices) Put(ctx context.Context, notices []Notice) error {
	if len(notices) == 0 {
		return nil
	}
	_, err := s.notices.InsertMany(ctx, notices) // duplicates are already stored
	return err
}

// Compared reports whether the learner's answers have been compared with an
// edition.
func (s *Notices) Compared(ctx context.Context, learner string, edition int) (bool, error) {
	found, err := s.checks.GetMany(ctx, []string{checkID(learner)})
	return len(found) == 1 && found[0].Edition == edition, err
}

// SetCompared records the edition with which the learner's answers were
// compared; after 0 they are compared again.
func (s *Notices) SetCompared(ctx context.Context, learner string, edition int) error {
	_, err := store.Amend(ctx, s.checks, checkID(learner), func(c *check) (bool, error) {
		if c.Edition == edition {
			return false, nil
		}
		c.Edition = edition
		return true, nil
	}, store.OrNew(func() check { return check{Meta: store.Meta{ID: checkID(learner)}, LearnerID: learner} }))
	return err
}

func checkID(learner string) string { return learner + "/content" }

// Page is a page of notices.
type Page struct {
	catalog.Page[*View]

	Unread int // in the whole list
}

// List returns a page of the learner's latest 1,000 notices, or of the unread
// ones, newest first. It includes the notices in found whose causes have none
// stored. It fails with fault.InvalidInput naming the argument.
func (s *Notices) List(ctx context.Context, learner string, found []Notice, unread bool, page catalog.PageRequest) (Page, error) {
	all, err := s.merge(ctx, learner, found)
	if err != nil {
		return Page{}, err
	}
	snapshot, err := s.config.Current()
	if err != nil {
		return Page{}, err
	}
	p, list, views := Page{}, "notices", make([]*View, 0, len(all))
	for i := range all {
		if all[i].ReadAt == nil {
			p.Unread++
		} else if unread {
			continue
		}
		views = append(views, &View{notice: &all[i], snapshot: snapshot})
	}
	if unread {
		list = "unread notices"
	}
	// A notice that has been read in the meantime is no longer in the list of
	// unread ones.
	place := func(key string) int {
		n, _ := slices.BinarySearchFunc(views, key, func(v *View, key string) int { return cmp.Compare(key, v.key()) })
		return n
	}
	p.Page, err = catalog.Paginate(list, views, (*View).key, place, page)
	return p, err
}

// merge stores the found notices that are new, and returns all notices.
func (s *Notices) merge(ctx context.Context, learner string, found []Notice) ([]Notice, error) {
	all, _, err := s.notices.Find(ctx, store.Query{Where: store.Where{"learner_id": learner}, Sort: "-at", Limit: kept})
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(all))
	for i := range all {
		known[all[i].ID] = true
	}
	missing := slices.DeleteFunc(found, func(n Notice) bool { return known[n.ID] })
	if err := s.Put(ctx, missing); err != nil {
		return nil, err
	}
	all = append(all, missing...)
	slices.SortFunc(all, func(a, b Notice) int { return cmp.Compare(b.key(), a.key()) })
	return all, nil
}

// key orders notices by time, and then by cause.
func (n *Notice) key() string {
	// Milliseconds have thirteen digits for the next two centuries.
	return strconv.FormatInt(n.At.UnixMilli(), 10) + "/" + strings.TrimPrefix(n.ID, n.LearnerID+"/")
}

// MarkRead marks the learner's notices as read, by their global ids; notices
// already read keep their time. It fails with fault.NotFound if the learner
// has no such notice, and with fault.InvalidInput naming ids; then none is
// marked.
func (s *Notices) MarkRead(ctx context.Context, learner string, ids []string) error {
	if len(ids) < 1 || len(ids) > maxMarked {
		return fault.Invalid("ids", "give between 1 and %d ids, not %d", maxMarked, len(ids))
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for i, id := range ids {
		if ids[i] = nodeid.Notice.Read(id); ids[i] == "" || store.OwnerIn(ids[i]) != learner {
			return notFound()
		}
	}
	there, err := s.notices.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	if len(there) < len(ids) {
		return notFound()
	}
	now := s.config.Now().UTC().Truncate(time.Millisecond)
	return store.AmendMany(ctx, s.notices, ids, nil, func(n *Notice) (bool, error) {
		if n.ReadAt != nil {
			return false, nil
		}
		n.ReadAt = &now
		return true, nil
	})
}

func notFound() error { return fault.New(fault.NotFound, "there is no such notice") }
