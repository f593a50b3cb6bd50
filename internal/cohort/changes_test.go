package cohort_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

// A crash before any write leaves nothing to repair by hand: repeating the
// request completes it, and lists are correct.
func TestCrashesBetweenWrites(t *testing.T) {
	steps := map[string]func(c *classroom, id string) error{
		"Create": func(c *classroom, _ string) error {
			_, err := c.Create(context.Background(), "tess", cohort.Draft{Name: "New", IdempotencyKey: "k"})
			return err
		},
		"AddTrainer": func(c *classroom, id string) error {
			_, err := c.AddTrainer(context.Background(), "tess", id, "tom")
			return err
		},
		"Archive": func(c *classroom, id string) error {
			_, err := c.Archive(context.Background(), "tess", id)
			return err
		},
		"GiveUp": func(c *classroom, _ string) error { return c.GiveUp(context.Background(), "tess") },
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			for crash := 1; ; crash++ {
				c := newClassroom(t)
				id, code := c.MakeCohort(t, "tess", "Class")
				c.JoinCohort(t, "anna", code)
				c.Engine.CrashAt(crash, false)
				err := step(c, id)
				crashed := errors.Is(err, storetest.ErrCrashed)
				c.Engine.Revive()
				for _, trainer := range []string{"tess", "tom"} {
					for _, archived := range []bool{false, true} {
						views, err := c.Of(t.Context(), trainer, archived)
						if err != nil {
							t.Fatal(err)
						}
						for _, v := range views {
							if (v.ArchivedAt() != nil) != archived || !slices.Contains(v.TrainerIDs(), trainer) {
								t.Errorf("crash %d: %s is shown %s among archived = %t", crash, trainer, v.Name(), archived)
							}
						}
					}
				}
				if _, err := c.Memberships(t.Context(), "anna"); err != nil {
					t.Error(err)
				}
				if err := step(c, id); err != nil {
					t.Errorf("crash %d: again: %v", crash, err)
				}
				if !crashed {
					if crash == 1 {
						t.Error("no call was crashed")
					}
					return
				}
			}
		})
	}
}

func TestGiveUp(t *testing.T) {
	c := newClassroom(t)
	ctx := t.Context()
	shared, code := c.MakeCohort(t, "tess", "Shared")
	alone, aloneCode := c.MakeCohort(t, "tess", "Alone")
	if _, err := c.AddTrainer(ctx, "tess", shared, "tom"); err != nil {
		t.Fatal(err)
	}
	for _, learner := range []string{"anna", "ben"} {
		c.JoinCohort(t, learner, code)
		c.JoinCohort(t, learner, aloneCode)
	}
	if err := c.GiveUp(ctx, "tess"); err != nil {
		t.Fatal(err)
	}
	if v, err := c.Get(ctx, "tom", shared); err != nil || !slices.Equal(v.TrainerIDs(), []string{"tom"}) {
		t.Errorf("the shared cohort: %v, %v", v, err)
	}
	_, err := c.Get(ctx, "tess", alone)
	recordstest.WantFault(t, "the other one", err, fault.NotFound)
	if mine, err := c.Memberships(ctx, "ben"); err != nil || len(mine) != 1 || mine[0].CohortName() != "Shared" {
		t.Errorf("ben's: %v, %v", mine, err)
	}
	_, err = c.Join(ctx, "ben", aloneCode, "Ben")
	recordstest.WantFault(t, "joining a dissolved cohort", err, fault.NotFound)
}

// However trainers change a cohort, it always has at least one, and every
// listed trainer can reach it.
func TestTrainersProperty(t *testing.T) {
	recordstest.FewChecks(t)
	c := newClassroom(t)
	people := []string{"a", "b", "c"}
	rapid.Check(t, func(rt *rapid.T) {
		id, _ := c.MakeCohort(t, "a", "Class")
		want := []string{"a"}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			caller, other := rapid.SampledFrom(people).Draw(rt, "caller"), rapid.SampledFrom(people).Draw(rt, "other")
			add := rapid.Bool().Draw(rt, "add")
			var err error
			if add {
				_, err = c.AddTrainer(context.Background(), caller, id, other)
			} else {
				_, err = c.RemoveTrainer(context.Background(), caller, id, other)
			}
			switch {
			case !slices.Contains(want, caller):
				recordstest.WantFault(t, "an outsider", err, fault.NotFound)
			case add && !slices.Contains(want, other):
				want = append(want, other)
			case !add && slices.Equal(want, []string{other}):
				recordstest.WantFault(t, "the last", err, fault.Conflict)
			case !add:
				want = slices.DeleteFunc(want, func(p string) bool { return p == other })
			}
			for _, p := range people {
				v, err := c.Get(context.Background(), p, id)
				views, listErr := c.Of(context.Background(), p, false)
				listed := slices.ContainsFunc(views, func(v *cohort.View) bool { return v.ID() == "cohort/"+id })
				if in := slices.Contains(want, p); (err == nil) != in || listed != in || listErr != nil {
					rt.Fatalf("%s: in %t, get %v, listed %t, %v", p, in, err, listed, listErr)
				}
				if err == nil && !slices.Equal(v.TrainerIDs(), want) {
					rt.Fatalf("trainers %q, want %q", v.TrainerIDs(), want)
				}
			}
		}
		if _, err := c.Archive(context.Background(), want[0], id); err != nil {
			rt.Fatal(err)
		}
	})
}

func FuzzInvitation(f *testing.F) {
	c := newClassroom(f)
	_, code := c.MakeCohort(f, "tess", "Class")
	f.Add(code)
	f.Add("oooo-iiii-llll")
	f.Add("\xff\x00İı")
	f.Fuzz(func(t *testing.T, typed string) {
		_, err := c.Join(context.Background(), "anna", typed, "Anna")
		folded := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
		if matches := folded == strings.ReplaceAll(code, "-", ""); matches != (err == nil) {
			t.Errorf("%q: %v", typed, err)
		}
	})
}

func TestGlobalIDs(t *testing.T) {
	id := uuid.NewString()
	for text, want := range map[string]string{
		"cohort/" + id: id, "cohort/" + strings.ToUpper(id): "", "cohort/{" + id + "}": "", "member/" + id: "", "cohort/": "", "": "", id: "", "cohort/urn:uuid:" + id: "",
	} {
		if got := nodeid.Cohort.Read(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
