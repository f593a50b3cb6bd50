package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Owned is an Engine that knows the owners of documents: a collection that
// declares the owner's field holds documents that belong to somebody.
// Everything stored about one person can thus be exported and deleted, and no
// collection opened through the Engine can be forgotten.
type Owned struct {
	Engine
	field string
	admit func(ctx context.Context, owner string) error

	mu          sync.Mutex
	collections []*OwnedCollection
	others      []string
}

// NewOwned returns an Engine in which field holds the owner. admit is called
// before each insertion of a document with an owner, and refuses it with an
// error.
func NewOwned(engine Engine, field string, admit func(ctx context.Context, owner string) error) *Owned {
	return &Owned{Engine: engine, field: field, admit: admit}
}

// Ensure implements Engine. It also fails if a collection with the owner's
// field cannot be searched by it.
func (o *Owned) Ensure(ctx context.Context, schema Schema) (Documents, error) {
	field, err := schema.field(o.field)
	owned := err == nil
	if owned {
		if err := schema.mustFindBy(field); err != nil {
			return nil, err
		}
	}
	documents, err := o.Engine.Ensure(ctx, schema)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !owned {
		o.others = append(o.others, schema.Name)
		return documents, nil
	}
	o.collections = append(o.collections, &OwnedCollection{
		records: &Collection[Record]{Reader[Record]{schema: schema, documents: documents}},
		field:   field.Path,
	})
	return &ownedDocuments{Documents: documents, field: field, admit: o.admit}, nil
}

// mustFindBy fails unless every document has the field, a string, and an index
// begins with it.
func (s Schema) mustFindBy(field Field) error {
	if field.Kind != Text || field.Optional {
		return fmt.Errorf("collection %s: %q names the owner, and is optional or not a string", s.Name, field.Path)
	}
	for _, index := range s.Indexes {
		if index.Keys[0].Path == field.Path {
			return nil
		}
	}
	return fmt.Errorf("collection %s: no index begins with %q, which names the owner", s.Name, field.Path)
}

// Collections returns the opened collections whose documents have an owner, by
// name.
func (o *Owned) Collections() []*OwnedCollection {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.SortedFunc(slices.Values(o.collections), func(a, b *OwnedCollection) int {
		return cmp.Compare(a.Name(), b.Name())
	})
}

// Others returns the names of the other opened collections, in order.
func (o *Owned) Others() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Sorted(slices.Values(o.others))
}

// ownedDocuments calls admit before it inserts.
type ownedDocuments struct {
	Documents
	field Field
	admit func(ctx context.Context, owner string) error
}

func (d *ownedDocuments) Insert(ctx context.Context, id string, doc any) error {
	owner, err := d.ownerOf(doc)
	if err != nil {
		return err
	}
	if err := d.admit(ctx, owner); err != nil {
		return err
	}
	return d.Documents.Insert(ctx, id, doc)
}

// InsertMany inserts nothing unless every owner is admitted; it asks once per
// owner.
func (d *ownedDocuments) InsertMany(ctx context.Context, docs []Document) ([]int, error) {
	admitted := map[string]bool{}
	for i := range docs {
		owner, err := d.ownerOf(docs[i].Doc)
		if err != nil {
			return nil, err
		}
		if admitted[owner] {
			continue
		}
		if err := d.admit(ctx, owner); err != nil {
			return nil, err
		}
		admitted[owner] = true
	}
	return d.Documents.InsertMany(ctx, docs)
}

func (d *ownedDocuments) ownerOf(doc any) (string, error) {
	owner, err := d.field.valueIn(reflect.Indirect(reflect.ValueOf(doc)))
	if err != nil {
		return "", err
	}
	return owner.(string), nil
}

// Record is a document of any type, complete.
type Record struct {
	Meta   `bson:",inline"`
	Fields map[string]any `bson:",inline"` // except those in Meta
}

// MarshalJSON writes the document under its stored names. Times are written as
// RFC 3339, in UTC.
func (r Record) MarshalJSON() ([]byte, error) {
	all := maps.Clone(r.Fields)
	if all == nil {
		all = map[string]any{}
	}
	all["_id"], all["rev"] = r.ID, r.Rev
	return json.Marshal(all)
}

// OwnedCollection holds documents with an owner.
type OwnedCollection struct {
	records *Collection[Record]
	field   string
}

// Name returns the name of the collection.
func (c *OwnedCollection) Name() string { return c.records.schema.Name }

// Of yields the owner's documents in the order of their ids, as
// [Reader.Each] does.
func (c *OwnedCollection) Of(ctx context.Context, owner string) iter.Seq2[Record, error] {
	return c.records.each(ctx, Query{Where: c.of(owner)}, few)
}

// DeleteOf deletes the owner's documents, and returns their number. After an
// error it may be repeated.
func (c *OwnedCollection) DeleteOf(ctx context.Context, owner string) (int, error) {
	return c.records.DeleteWhere(ctx, c.of(owner))
}

func (c *OwnedCollection) of(owner string) Where { return Where{c.field: owner} }

// OwnerIn returns the owner in an id of the form <owner>/<rest>, where the rest
// contains no slash; "" if there is none.
func OwnerIn(id string) string {
	end := strings.LastIndexByte(id, '/')
	if end < 0 {
		return ""
	}
	return id[:end]
}
