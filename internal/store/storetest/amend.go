package storetest

import (
	"errors"
	"testing"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

func testAmend(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	insert(t, notes, noteWith("a"))

	calls := 0
	doc, err := store.Amend(t.Context(), notes, "a", func(n *note) (bool, error) {
		calls++
		if calls == 1 {
			other := *n
			other.Score = 10
			if err := notes.Replace(t.Context(), &other); err != nil {
				return false, err
			}
		}
		n.Score++
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Score != 11 || doc.Rev != 3 || calls != 2 {
		t.Errorf("score, rev, calls = %d, %d, %d; want 11, 3, 2", doc.Score, doc.Rev, calls)
	}
	wantStored(t, notes, doc)

	same, err := store.Amend(t.Context(), notes, "a", func(*note) (bool, error) { return false, nil })
	if err != nil || same.Rev != 3 || same.Score != 11 {
		t.Errorf("no change: rev %d, score %d, %v; want 3, 11", same.Rev, same.Score, err)
	}
	refusal := errors.New("refused")
	refused, err := store.Amend(t.Context(), notes, "a", func(n *note) (bool, error) { n.Score = 99; return true, refusal })
	if !errors.Is(err, refusal) || refused.Score != 99 {
		t.Errorf("refused: %v with score %d, want the change's error and its document", err, refused.Score)
	}
	if _, err := store.Amend(t.Context(), notes, "b", func(*note) (bool, error) { return true, nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("missing: %v, want ErrNotFound", err)
	}
	wantStored(t, notes, doc)

	_, err = store.Amend(t.Context(), notes, "a", func(n *note) (bool, error) {
		other := *n
		return true, notes.Replace(t.Context(), &other)
	})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("lost every round: %v, want CONFLICT", err)
	}
}

func testAmendOrNew(t *testing.T, e store.Engine) {
	notes := openNotes(t, e)
	count := func(n *note) (bool, error) { n.Score++; return true, nil }
	fresh := store.OrNew(func() note { return note{Meta: store.Meta{ID: "a"}, Text: "new"} })
	for want := 1; want <= 2; want++ {
		doc, err := store.Amend(t.Context(), notes, "a", count, fresh)
		if err != nil || doc.Score != want || doc.Rev != int64(want) || doc.Text != "new" {
			t.Errorf("score, rev, text = %d, %d, %q, %v; want %d, %d, new", doc.Score, doc.Rev, doc.Text, err, want, want)
		}
		wantStored(t, notes, doc)
	}

	t.Run("NothingToDo", func(t *testing.T) {
		doc, err := store.Amend(t.Context(), notes, "b", func(*note) (bool, error) { return false, nil },
			store.OrNew(func() note { return noteWith("b") }))
		if err != nil || doc.ID != "b" || doc.Rev != 0 {
			t.Errorf("document %s with rev %d, %v; want b, not stored", doc.ID, doc.Rev, err)
		}
		wantCount(t, notes, store.Query{}, 1)
	})
	t.Run("SomebodyElseIsFaster", func(t *testing.T) {
		first := true
		doc, err := store.Amend(t.Context(), notes, "c", func(n *note) (bool, error) {
			if first {
				first = false
				insert(t, notes, note{Meta: store.Meta{ID: "c"}, Score: 10})
			}
			n.Score++
			return true, nil
		}, store.OrNew(func() note { return noteWith("c") }))
		if err != nil || doc.Score != 11 || doc.Rev != 2 {
			t.Errorf("score, rev = %d, %d, %v; want 11, 2", doc.Score, doc.Rev, err)
		}
	})
	t.Run("Deleted", func(t *testing.T) {
		first := true
		doc, err := store.Amend(t.Context(), notes, "c", func(n *note) (bool, error) {
			if first {
				first = false
				if _, err := notes.DeleteWhere(t.Context(), store.Where{"_id": "c"}); err != nil {
					return false, err
				}
			}
			n.Score++
			return true, nil
		}, store.OrNew(func() note { return noteWith("c") }))
		if err != nil || doc.Score != 1 || doc.Rev != 1 {
			t.Errorf("score, rev = %d, %d, %v; want 1, 1", doc.Score, doc.Rev, err)
		}
	})
}

func testAmendKnowing(t *testing.T, e store.Engine) {
	counted := Count(e)
	notes := openNotes(t, counted)
	doc := noteWith("a")
	if err := notes.Insert(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	stale := doc
	count := func(n *note) (bool, error) { n.Score++; return true, nil }
	counted.Reset()
	doc, err := store.Amend(t.Context(), notes, "a", count, store.Knowing(doc))
	if err != nil || doc.Score != 1 || doc.Rev != 2 {
		t.Errorf("score, rev = %d, %d, %v; want 1, 2", doc.Score, doc.Rev, err)
	}
	if calls := counted.Calls(); len(calls) != 1 || calls[0].Operation != Replace {
		t.Errorf("calls with a known document: %v, want one Replace", calls)
	}
	doc, err = store.Amend(t.Context(), notes, "a", count, store.Knowing(stale))
	if err != nil || doc.Score != 2 || doc.Rev != 3 {
		t.Errorf("score, rev = %d, %d, %v; want 2, 3", doc.Score, doc.Rev, err)
	}
	wantStored(t, notes, doc)
}

func testAmendMany(t *testing.T, e store.Engine) {
	counted := Count(e)
	notes := openNotes(t, counted)
	insert(t, notes, note{Meta: store.Meta{ID: "a"}, Score: 5}, note{Meta: store.Meta{ID: "done"}, Score: 9})
	ids := []string{"a", "b", "done", "b"}
	fresh := func(id string) note { return note{Meta: store.Meta{ID: id}, Text: "new"} }
	raise := func(n *note) (bool, error) {
		changed := n.Score < 9
		n.Score = 9
		return changed, nil
	}
	counted.Reset()
	if err := store.AmendMany(t.Context(), notes, ids, fresh, raise); err != nil {
		t.Fatal(err)
	}
	if reads, writes := counted.Sum(); reads != 1 || writes != 2 {
		t.Errorf("%d reads and %d writes, want 1 and 2", reads, writes)
	}
	wantStored(t, notes, note{Meta: store.Meta{ID: "a", Rev: 2}, Score: 9})
	wantStored(t, notes, note{Meta: store.Meta{ID: "b", Rev: 1}, Score: 9, Text: "new"})
	wantStored(t, notes, note{Meta: store.Meta{ID: "done", Rev: 1}, Score: 9})

	t.Run("NoFresh", func(t *testing.T) {
		if err := store.AmendMany(t.Context(), notes, []string{"missing"}, nil, raise); err != nil {
			t.Fatal(err)
		}
		wantCount(t, notes, store.Query{}, 3)
	})
	t.Run("SomebodyElseIsFaster", func(t *testing.T) {
		first := true
		err := store.AmendMany(t.Context(), notes, []string{"a", "c", "d"}, fresh, func(n *note) (bool, error) {
			if first {
				first = false
				insert(t, notes, note{Meta: store.Meta{ID: "c"}, Text: "theirs"})
				other := *n
				other.Text = "theirs"
				if err := notes.Replace(t.Context(), &other); err != nil {
					return false, err
				}
			}
			changed := n.Score < 20
			n.Score = 20
			return changed, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wantStored(t, notes, note{Meta: store.Meta{ID: "a", Rev: 4}, Score: 20, Text: "theirs"})
		wantStored(t, notes, note{Meta: store.Meta{ID: "c", Rev: 2}, Score: 20, Text: "theirs"})
		wantStored(t, notes, note{Meta: store.Meta{ID: "d", Rev: 1}, Score: 20, Text: "new"})
	})
	t.Run("Refused", func(t *testing.T) {
		refusal := errors.New("refused")
		err := store.AmendMany(t.Context(), notes, []string{"a", "x"}, fresh, func(*note) (bool, error) { return false, refusal })
		if !errors.Is(err, refusal) {
			t.Errorf("error = %v, want the change's error", err)
		}
		wantCount(t, notes, store.Query{}, 5)
	})
	t.Run("AlwaysBeaten", func(t *testing.T) {
		err := store.AmendMany(t.Context(), notes, []string{"a"}, nil, func(n *note) (bool, error) {
			other := *n
			other.Score++ // so that the stored document differs from n's result
			return true, notes.Replace(t.Context(), &other)
		})
		if fault.CodeOf(err) != fault.Conflict {
			t.Errorf("error = %v, want CONFLICT", err)
		}
	})
}
