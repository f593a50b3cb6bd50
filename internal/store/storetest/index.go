package storetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/store"
)

type page struct {
	store.Meta `bson:",inline"`

	Site  string `bson:"site"`
	Slug  string `bson:"slug"`
	Views int    `bson:"views"`
	Head  struct {
		Lines int `bson:"lines"`
	} `bson:"head"`
}

// olderPage is a page as an earlier version of a program declared it.
type olderPage struct {
	store.Meta `bson:",inline"`

	Site string `bson:"site"`
	Slug string `bson:"slug"`
}

func pageSpec() store.Spec {
	return store.Spec{
		Name:    "pages",
		Fields:  []string{"site", "slug"},
		Indexes: []store.Index{{Name: "slug_of_site", Keys: []string{"site", "slug"}, Unique: true}},
	}
}

func pageAt(id, site, slug string) page {
	return page{Meta: store.Meta{ID: id}, Site: site, Slug: slug}
}

func testUniqueIndex(t *testing.T, e store.Engine) {
	pages := openAs[page](t, e, pageSpec())
	insert(t, pages, pageAt("1", "x", "a"), pageAt("2", "y", "a"), pageAt("3", "x", "b"))
	taken := pageAt("4", "x", "a")
	if err := pages.Insert(t.Context(), &taken); !errors.Is(err, store.ErrDuplicate) {
		t.Errorf("insert: %v, want ErrDuplicate", err)
	}
	wantCount(t, pages, store.Query{}, 3)
}

// UniqueOnReplace checks that a replacement that violates a unique index fails
// with ErrDuplicate. It is not part of Run because FerretDB reports it
// differently.
func UniqueOnReplace(t *testing.T, e store.Engine) {
	pages := openAs[page](t, e, pageSpec())
	insert(t, pages, pageAt("1", "x", "a"), pageAt("2", "x", "b"))
	moved := pageAt("2", "x", "a")
	moved.Rev = 1
	if err := pages.Replace(t.Context(), &moved); !errors.Is(err, store.ErrDuplicate) {
		t.Errorf("replace: %v, want ErrDuplicate", err)
	}
	wantCount(t, pages, store.Query{Where: store.Where{"slug": "b"}}, 1)
}

func testEnsureAgain(t *testing.T, e store.Engine) {
	insert(t, openAs[page](t, e, pageSpec()), pageAt("1", "x", "a"))
	for range 2 {
		pages := openAs[page](t, e, pageSpec())
		wantCount(t, pages, store.Query{Where: store.Where{"slug": "a"}}, 1)
		taken := pageAt("2", "x", "a")
		if err := pages.Insert(t.Context(), &taken); !errors.Is(err, store.ErrDuplicate) {
			t.Errorf("insert: %v, want ErrDuplicate", err)
		}
	}
}

func testNewField(t *testing.T, e store.Engine) {
	older := openAs[olderPage](t, e, pageSpec())
	insert(t, older,
		olderPage{Meta: store.Meta{ID: "1"}, Site: "x", Slug: "a"},
		olderPage{Meta: store.Meta{ID: "2"}, Site: "x", Slug: "b"})

	spec := pageSpec()
	spec.Fields = append(spec.Fields, "views", "head.lines")
	spec.Indexes = append(spec.Indexes, store.Index{Name: "most_viewed", Keys: []string{"-views"}})
	for range 2 {
		pages := openAs[page](t, e, spec)
		wantCount(t, pages, store.Query{Where: store.Where{"views": 0, "head.lines": 0}}, 2)
		wantIDs(t, pages, store.Query{Sort: "-views", Limit: 1}, "2", "1")
	}

	pages := openAs[page](t, e, spec)
	if _, err := store.Amend(t.Context(), pages, "1", func(p *page) (bool, error) { p.Views = 3; return true, nil }); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, openAs[page](t, e, spec), store.Query{Sort: "-views"}, "1", "2")
}

func testDeclaredLater(t *testing.T, e store.Engine) {
	doc := pageAt("1", "x", "a")
	doc.Views, doc.Head.Lines = 5, 7
	insert(t, openAs[page](t, e, pageSpec()), doc)

	spec := pageSpec()
	spec.Fields = append(spec.Fields, "views")
	wantCount(t, openAs[page](t, e, spec), store.Query{Where: store.Where{"views": 5}}, 1)
	spec.Fields = append(spec.Fields, "head.lines")
	wantCount(t, openAs[page](t, e, spec), store.Query{Where: store.Where{"views": 5, "head.lines": 7}}, 1)
}

func testChangedIndex(t *testing.T, e store.Engine) {
	insert(t, openAs[page](t, e, pageSpec()), pageAt("1", "x", "a"))
	spec := pageSpec()
	spec.Indexes[0].Keys = []string{"slug"}
	pages := openAs[page](t, e, spec)
	elsewhere := pageAt("2", "y", "a")
	if err := pages.Insert(t.Context(), &elsewhere); !errors.Is(err, store.ErrDuplicate) {
		t.Errorf("insert: %v, want ErrDuplicate by the changed index", err)
	}

	spec.Indexes[0].Unique = false
	insert(t, openAs[page](t, e, spec), elsewhere)
	if _, err := store.Open[page](t.Context(), e, store.Spec{
		Name: "pages", Fields: []string{"slug"},
		Indexes: []store.Index{{Name: "slug_of_site", Keys: []string{"slug"}, Unique: true}},
	}); err == nil {
		t.Error("a unique index was created over documents that violate it")
	}
}

func testSharded(t *testing.T, e store.Engine) {
	spec := pageSpec()
	spec.Shard = &store.Shard{Field: "site", Of: func(id string) string {
		site, _, _ := strings.Cut(id, "/")
		return site
	}}
	pages := openAs[page](t, e, spec)
	doc := pageAt("x/1", "x", "a")
	if err := pages.Insert(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	doc.Views = 2
	if err := pages.Replace(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	got, err := pages.Get(t.Context(), "x/1")
	if err != nil || got != doc {
		t.Errorf("got %+v, %v; want %+v", got, err, doc)
	}
	moved := doc
	moved.Site = "y"
	if err := pages.Replace(t.Context(), &moved); err == nil {
		t.Error("a document was moved to a shard other than its id's")
	}
	if err := pages.Delete(t.Context(), &doc); err != nil {
		t.Error(err)
	}

	several := []page{pageAt("y/1", "y", "a"), pageAt("y/2", "y", "b"), pageAt("z/1", "z", "a")}
	if duplicates, err := pages.InsertMany(t.Context(), several); len(duplicates) != 0 || err != nil {
		t.Fatalf("duplicates %v, %v", duplicates, err)
	}
	if stale, err := pages.ReplaceMany(t.Context(), several); len(stale) != 0 || err != nil {
		t.Errorf("stale %v, %v", stale, err)
	}
	if found, err := pages.GetMany(t.Context(), []string{"z/1", "y/2", "y/1"}); len(found) != 3 || err != nil {
		t.Errorf("found %v, %v; want three pages", found, err)
	}
	wrong := []page{pageAt("w/1", "w", "a"), pageAt("w/2", "elsewhere", "b")}
	if _, err := pages.InsertMany(t.Context(), wrong); err == nil {
		t.Error("a document was inserted in a shard other than its id's")
	}
	if deleted, err := pages.DeleteWhere(t.Context(), store.Where{"_id": "y/1"}); deleted != 1 || err != nil {
		t.Errorf("deleted %d, %v; want 1", deleted, err)
	}
	wantCount(t, pages, store.Query{}, 2)
}
