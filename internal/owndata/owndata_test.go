package owndata_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/owndata"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

// diary stands for any collection of learners' records.
type diary struct {
	store.Meta `bson:",inline"`

	LearnerID string `bson:"learner_id"`
	Page      int    `bson:"page"`
}

func openDiary(t testing.TB, engine store.Engine) *store.Collection[diary] {
	t.Helper()
	c, err := store.Open[diary](t.Context(), engine, store.Spec{
		Name: "diaries", Fields: []string{"learner_id"}, Indexes: []store.Index{{Name: "learner", Keys: []string{"learner_id"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// noon is when the owners' clocks start.
var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

// owner is one process that stores records of learners.
type owner struct {
	*owndata.OwnData
	diaries  *store.Collection[diary]
	profiles *profile.Profiles
	now      time.Time
}

// openOwn opens the engine for learners' records.
func openOwn(t testing.TB, engine store.Engine, now func() time.Time) *owndata.OwnData {
	t.Helper()
	own, err := owndata.Open(context.Background(), engine, owndata.Config{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func openOwner(t testing.TB, engine store.Engine) *owner {
	t.Helper()
	o := &owner{now: noon}
	o.OwnData = openOwn(t, engine, func() time.Time { return o.now })
	o.diaries = openDiary(t, o.Engine())
	var err error
	if o.profiles, err = profile.Open(t.Context(), o.Engine()); err != nil {
		t.Fatal(err)
	}
	return o
}

// write gives a learner a profile and some pages.
func (o *owner) write(t testing.TB, learner string, pages int) {
	t.Helper()
	if _, err := o.profiles.Update(t.Context(), learner, profile.Change{Name: profile.Value[string]{Given: true, To: new("Somebody")}}); err != nil {
		t.Fatal(err)
	}
	for i := range pages {
		if err := o.diaries.Insert(t.Context(), page(learner, i)); err != nil {
			t.Fatal(err)
		}
	}
}

func page(learner string, i int) *diary {
	return &diary{Meta: store.Meta{ID: fmt.Sprintf("%s/%d", learner, i)}, LearnerID: learner, Page: i}
}

// export returns everything stored about the learner.
func (o *owner) export(t testing.TB, learner string) string {
	t.Helper()
	export, err := o.Export(learner)
	if err != nil {
		t.Fatal(err)
	}
	defer export.Close()
	var text strings.Builder
	if err := export.Write(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// count returns how many records a learner has.
func (o *owner) count(t testing.TB, learner string) int {
	t.Helper()
	var export struct{ Collections map[string][]json.RawMessage }
	if err := json.Unmarshal([]byte(o.export(t, learner)), &export); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, records := range export.Collections {
		n += len(records)
	}
	return n
}

func (o *owner) sweep(t testing.TB) {
	t.Helper()
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestExportIsComplete(t *testing.T) {
	o := openOwner(t, recordstest.OpenEngine(t))
	o.write(t, "anna", 2)
	o.write(t, "anna/2", 1)
	const want = `{"learner":"anna","exportedAt":"2026-11-24T12:00:00Z","collections":{` +
		`"diaries":[{"_id":"anna/0","learner_id":"anna","page":0,"rev":1},{"_id":"anna/1","learner_id":"anna","page":1,"rev":1}],` +
		`"profiles":[{"_id":"anna","learner_id":"anna","name":"Somebody","rev":1}]}}`
	if diff := cmp.Diff(want, o.export(t, "anna")); diff != "" {
		t.Errorf("export (-want +got):\n%s", diff)
	}
	const nothing = `{"learner":"ann","exportedAt":"2026-11-24T12:00:00Z","collections":{"diaries":[],"profiles":[]}}`
	if diff := cmp.Diff(nothing, o.export(t, "ann")); diff != "" {
		t.Errorf("of nobody (-want +got):\n%s", diff)
	}
}

// An export reads everything: a learner has one at a time, and others do not
// wait for it.
func TestOneExportAtATime(t *testing.T) {
	o := openOwner(t, recordstest.OpenEngine(t))
	first, err := o.Export("anna")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Export("anna"); fault.ReasonOf(err) != fault.Reason(fault.TooManyExports) {
		t.Errorf("a second one: %v", err)
	}
	o.export(t, "ben")
	first.Close()
	o.export(t, "anna")
}

func TestDeletion(t *testing.T) {
	o := openOwner(t, recordstest.OpenEngine(t))
	o.write(t, "anna", 3)
	o.write(t, "anna/2", 3)
	settles := o.now.Add(owndata.DeletionSettles)
	for _, want := range []owndata.Deletion{{Records: 4, SettlesAt: settles}, {Records: 0, SettlesAt: settles}} {
		got, err := o.Delete(t.Context(), "anna")
		if err != nil || got != want {
			t.Errorf("deletion = %v, %v; want %v", got, err, want)
		}
		o.now = o.now.Add(time.Second)
	}
	if o.count(t, "anna") != 0 || o.count(t, "anna/2") != 4 {
		t.Errorf("left: %d records, and %d of another learner; want 0, 4", o.count(t, "anna"), o.count(t, "anna/2"))
	}

	// Nothing can be added during the deletion.
	_, err := o.profiles.Update(t.Context(), "anna", profile.Change{Name: profile.Value[string]{Given: true, To: new("Anna")}})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("recording during the deletion: %v, want CONFLICT", err)
	}
	if err := o.diaries.Insert(t.Context(), page("anna/2", 9)); err != nil {
		t.Errorf("recording for another: %v", err)
	}
	o.sweep(t)
	if err := o.diaries.Insert(t.Context(), page("anna", 9)); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("recording before the deletion has settled: %v, want CONFLICT", err)
	}
	o.now = settles
	for range 2 {
		o.sweep(t)
		o.write(t, "anna", 0) // a new start
	}
	if got := o.count(t, "anna"); got != 1 {
		t.Errorf("after a new start: %d records, want 1", got)
	}
}

// A record that was admitted before the deletion but written after its first
// pass is deleted when the deletion settles.
func TestDeletionIncludesLateWrites(t *testing.T) {
	engine := recordstest.OpenEngine(t)
	o := openOwner(t, engine)
	o.write(t, "anna", 1)
	if _, err := o.Delete(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	if err := openDiary(t, engine).Insert(t.Context(), page("anna", 7)); err != nil { // past admission
		t.Fatal(err)
	}
	o.now = o.now.Add(owndata.DeletionSettles)
	o.sweep(t)
	if got := o.count(t, "anna"); got != 0 {
		t.Errorf("%d records are left", got)
	}
}

// dyingAt returns an engine whose process dies before the given write, counted
// from 1.
func dyingAt(engine store.Engine, write int) *storetest.Engine {
	dying := storetest.Count(engine)
	dying.CrashAt(write, false)
	return dying
}

// deletes reports whether a call deletes documents, and the first id that it
// names: a document's or a learner's.
func deletes(call storetest.Call) (whose string, yes bool) {
	switch call.Operation {
	case storetest.Delete:
		return call.IDs[0], true
	case storetest.DeleteWhere:
		return call.Where[0].Value.(string), true
	default:
		return "", false
	}
}

// TestDeletionSurvivesCrashes crashes the process before each of its writes,
// and then another sweeping process before each of its own.
func TestDeletionSurvivesCrashes(t *testing.T) {
	const records, collections = 4, 2
	for first := range collections + 2 {
		for second := range collections + 3 {
			t.Run(fmt.Sprintf("%d,%d", first, second), func(t *testing.T) {
				engine := recordstest.OpenEngine(t)
				o := openOwner(t, engine)
				o.write(t, "anna", records-1)
				o.write(t, "ben", records-1)

				_, err := openOwner(t, dyingAt(engine, first+1)).Delete(t.Context(), "anna")
				if errors.Is(err, storetest.ErrCrashed) != (first < collections+1) {
					t.Fatalf("deletion: %v", err)
				}
				if first == 0 { // undetermined
					if got := o.count(t, "anna"); got != records {
						t.Errorf("%d of %d records are left", got, records)
					}
					return
				}
				next := openOwner(t, dyingAt(engine, second+1))
				next.now = o.now.Add(owndata.DeletionSettles)
				_ = next.Sweep(t.Context()) // may fail
				last := openOwner(t, engine)
				last.now = next.now.Add(time.Hour) // when no process can still be working on it
				last.sweep(t)
				if last.count(t, "anna") != 0 || last.count(t, "ben") != records {
					t.Errorf("left: %d records, and %d of another learner", last.count(t, "anna"), last.count(t, "ben"))
				}
				last.write(t, "anna", 0)
			})
		}
	}
}

// A process that is late with a deletion does not delete what the learner has
// recorded since another process completed it.
func TestOneProcessCompletesADeletion(t *testing.T) {
	engine := recordstest.OpenEngine(t)
	dying := storetest.Count(engine)
	first, second := openOwner(t, dying), openOwner(t, engine)
	first.write(t, "anna", 3)
	dying.CrashAt(2, false) // after the marker
	if _, err := first.Delete(t.Context(), "anna"); !errors.Is(err, storetest.ErrCrashed) {
		t.Fatal(err)
	}
	dying.Revive()
	first.now = first.now.Add(owndata.DeletionSettles)
	second.now = first.now
	during := 0
	dying.Before(func(call storetest.Call) error {
		if _, ok := deletes(call); !ok {
			return nil
		}
		second.sweep(t)
		if err := second.diaries.Insert(t.Context(), page("anna", 50+during)); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("recording while another process deletes: %v, want CONFLICT", err)
		}
		during++
		return nil
	})
	first.sweep(t)
	if during != 3 { // two collections and the marker
		t.Errorf("%d deletions, want 3", during)
	}
	if got := second.count(t, "anna"); got != 0 {
		t.Errorf("%d records are left", got)
	}
}

var errStubborn = errors.New("cannot be deleted")

func TestDeletionsDoNotBlockEachOther(t *testing.T) {
	engine := recordstest.OpenEngine(t)
	stubborn := storetest.Count(engine)
	stubborn.Before(func(call storetest.Call) error {
		if whose, ok := deletes(call); ok && strings.HasPrefix(whose, "anna") {
			return errStubborn
		}
		return nil
	})
	o := openOwner(t, stubborn)
	for _, learner := range []string{"anna", "ben"} {
		o.write(t, learner, 1)
		_, err := o.Delete(t.Context(), learner)
		if errors.Is(err, errStubborn) != (learner == "anna") {
			t.Fatal(err)
		}
	}
	o.now = o.now.Add(owndata.DeletionSettles)
	if err := o.Sweep(t.Context()); !errors.Is(err, errStubborn) {
		t.Errorf("sweeping records that cannot be deleted: %v", err)
	}
	if err := o.diaries.Insert(t.Context(), page("ben", 9)); err != nil {
		t.Errorf("ben's deletion is not completed: %v", err)
	}
	later := openOwner(t, engine)
	later.now = o.now.Add(time.Hour)
	later.sweep(t)
	if got := later.count(t, "anna"); got != 0 {
		t.Errorf("%d of anna's records are left", got)
	}
}

// Learners who delete their data disappear from the cohorts in which they
// learn, and from those that they teach.
func TestDeletionInCohorts(t *testing.T) {
	c := recordstest.NewSchool(t)
	shared, code := c.MakeCohort(t, "tess", "Shared")
	alone, aloneCode := c.MakeCohort(t, "tess", "Alone")
	if _, err := c.Cohorts.AddTrainer(t.Context(), "tess", shared, "tom"); err != nil {
		t.Fatal(err)
	}
	for _, learner := range []string{"anna", "ben"} {
		c.JoinCohort(t, learner, code)
		c.JoinCohort(t, learner, aloneCode)
	}
	if _, err := c.OwnData.Delete(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{shared, alone} {
		if got := c.Names(t, "tess", id); len(got) != 1 || !strings.Contains(got[0], "ben") {
			t.Errorf("members after a learner's deletion: %v, want only ben", got)
		}
	}
	if _, err := c.Cohorts.Join(t.Context(), "anna", code, "Anna"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("joining during the deletion: %v, want CONFLICT", err)
	}
	if _, err := c.OwnData.Delete(t.Context(), "tess"); err != nil {
		t.Fatal(err)
	}
	if v, err := c.Cohorts.Get(t.Context(), "tom", shared); err != nil || strings.Join(v.TrainerIDs(), ",") != "tom" {
		t.Errorf("the cohort with another trainer: %v, %v", v, err)
	}
	if mine, err := c.Cohorts.Memberships(t.Context(), "ben"); err != nil || len(mine) != 1 {
		t.Errorf("ben's cohorts: %v, %v; want the one that still has a trainer", mine, err)
	}
	c.Wait(owndata.DeletionSettles)
	if err := c.OwnData.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.JoinCohort(t, "anna", code)
}
