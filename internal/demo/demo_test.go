package demo

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/internal/xapi"
	"github.com/scrumkb/scrumkb/seed"
)

var end = time.Date(2026, time.November, 24, 18, 0, 0, 0, time.UTC)

// demonstration is a database with a simulated class.
type demonstration struct {
	class   Class
	world   *World
	records *records.Records
}

// filled simulates the class of a seed in a new database.
func filled(t testing.TB, number uint64, people []person) *demonstration {
	t.Helper()
	ctx := context.Background()
	engine, err := sqlitestore.Open(ctx, sqlitestore.Options{Dir: t.TempDir(), Hurry: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &demonstration{world: NewWorld(number, end)}
	versions := published(t, engine, d.world.Now)
	content, err := versions.Current()
	if err != nil {
		t.Fatal(err)
	}
	names, err := xapi.NewNames("https://learn.example.org")
	if err != nil {
		t.Fatal(err)
	}
	d.records, err = records.Open(ctx, engine, records.Config{
		Library: versions, Now: d.world.Now, NewSeed: d.world.NewSeed, NewID: d.world.NewID, Random: d.world, Names: names,
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.class, err = fill(ctx, d.world, people, content, d.records); err != nil {
		t.Fatal(err)
	}
	return d
}

// published publishes the built-in content.
func published(t testing.TB, engine store.Engine, now func() time.Time) *archive.Versions {
	t.Helper()
	ctx := context.Background()
	repository, err := archive.Open(ctx, engine, now)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seed.Apply(ctx, repository, loaded, seed.Options{}); err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	if err := library.Refresh(ctx, repository); err != nil {
		t.Fatal(err)
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

// subjects returns the subjects of the class of a seed.
func subjects(number uint64, people []person) []string {
	var all []string
	for _, p := range people {
		all = append(all, p.subject(number))
	}
	return all
}

func TestClass(t *testing.T) {
	d := filled(t, 1, people)
	t.Run("RebuildFindsNoDifference", func(t *testing.T) {
		for _, learner := range subjects(1, people) {
			found, err := d.records.Tracker.Rebuild(t.Context(), learner)
			if err != nil || len(found) > 0 {
				t.Errorf("%s: %v, %v", learner, found, err)
			}
		}
	})
	t.Run("TrainerSeesTheClass", func(t *testing.T) { trainerSees(t, d) })
	t.Run("AllHappensInTwoMonths", func(t *testing.T) { allHappens(t, d) })
	t.Run("ThereIsEverythingToLookAt", func(t *testing.T) { everything(t, d) })
}

func trainerSees(t *testing.T, d *demonstration) {
	view, err := d.records.Cohorts.Get(t.Context(), d.class.Trainer.Subject, nodeid.Cohort.Read(d.class.Cohort))
	if err != nil {
		t.Fatal(err)
	}
	all := 100
	members, err := view.Members(t.Context(), catalog.PageRequest{First: &all})
	if err != nil || members.Total != len(people) || d.class.Learners != len(people) {
		t.Errorf("%d members, want %d: %v", members.Total, len(people), err)
	}
	stuck, err := view.Stuck(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	codes := map[cohort.StuckCode]int{}
	for _, m := range stuck {
		names = append(names, m.Name())
		reasons, err := m.Stuck(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reasons {
			codes[r.Code]++
		}
	}
	if codes[cohort.StuckInactive] == 0 || codes[cohort.StuckFailing] == 0 || len(stuck) > len(people)/3 {
		t.Errorf("%d are stuck, %v: %v", len(stuck), codes, names)
	}
	weakest, err := view.WeakestObjectives(t.Context(), nil)
	if err != nil || len(weakest) != 5 {
		t.Errorf("%d weakest objectives: %v", len(weakest), err)
	}
}

// allHappens also checks derived records: readings and attempts become
// activity.
func allHappens(t *testing.T, d *demonstration) {
	begin := end.AddDate(0, -2, 0)
	within := func(at time.Time) bool { return !at.Before(begin) && !at.After(end) }
	for _, p := range people {
		learner := p.subject(1)
		count := 0
		for a, err := range d.records.Attempts.All(t.Context(), learner) {
			if err != nil {
				t.Fatal(err)
			}
			if !within(a.StartedAt) || a.FinishedAt != nil && (!within(*a.FinishedAt) || a.FinishedAt.Before(a.StartedAt)) {
				t.Errorf("%s: from %s to %v", a.ID, a.StartedAt, a.FinishedAt)
			}
			count++
		}
		days, err := d.records.Guide.Activity(t.Context(), learner, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		active := 0
		for _, day := range days {
			if !day.Learned {
				continue
			}
			active++
			if at := string(day.Date); at < begin.AddDate(0, 0, -1).Format(dateLayout) || at > end.AddDate(0, 0, 1).Format(dateLayout) {
				t.Errorf("%s learned on %s", learner, day.Date)
			}
		}
		if count == 0 || active < 2 {
			t.Errorf("%s has %d attempts on %d days", learner, count, active)
		}
	}
}

func everything(t *testing.T, d *demonstration) {
	modes, states, grades := map[quiz.PracticeMode]int{}, map[quiz.AttemptState]int{}, map[bool]int{}
	completed, earned := 0, 0
	for _, learner := range subjects(1, people) {
		for a, err := range d.records.Attempts.All(t.Context(), learner) {
			if err != nil {
				t.Fatal(err)
			}
			modes[a.Mode()]++
			states[a.State]++
			if score := a.Score(); score != nil {
				grades[score.Passed]++
			}
		}
		certificates, err := d.records.Tracker.Certificates(t.Context(), learner)
		if err != nil {
			t.Fatal(err)
		}
		completed += len(certificates)
		journey, err := d.records.Journeys.Of(t.Context(), learner, "cspo")
		if err != nil {
			t.Fatal(err)
		}
		if journey.EarnedOn != nil {
			earned++
		}
	}
	for _, mode := range []quiz.PracticeMode{
		"", quiz.PracticeTopic, quiz.PracticeUnseen, quiz.PracticeMistake, quiz.PracticeDue, quiz.PracticeWeak, quiz.PracticeExam,
	} {
		if modes[mode] == 0 {
			t.Errorf("nobody practises %q: %v", mode, modes)
		}
	}
	if states[quiz.InProgress] == 0 || states[quiz.Finished] < 200 || grades[true] < 50 || grades[false] < 50 {
		t.Errorf("attempts: %v, passed: %v", states, grades)
	}
	if completed < 2 || completed > len(people)*2/3 || earned < 2 {
		t.Errorf("%d certificates, %d certifications", completed, earned)
	}
	latest, err := d.records.Attempts.Of(t.Context(), d.class.Learner.Subject, quiz.Filter{}, 1, "")
	if err != nil || len(latest.Attempts) != 1 || latest.Attempts[0].State != quiz.InProgress || latest.Attempts[0].Answered() == 0 {
		t.Errorf("the learner to show has nothing to resume: %v", err)
	}
}

// Part of the class is enough to see the effect of the seed.
func TestSameSeedGivesSameClass(t *testing.T) {
	some := people[:3]
	one, same, other := stored(t, 1, some), stored(t, 1, some), stored(t, 2, some)
	if diff := cmp.Diff(one, same); diff != "" {
		t.Errorf("the same seed gives different classes (-one +other):\n%s", diff)
	}
	if one == strings.ReplaceAll(other, "demo-2-", "demo-1-") {
		t.Error("another seed gives the same class")
	}
}

// stored returns everything stored about everybody.
func stored(t *testing.T, number uint64, people []person) string {
	t.Helper()
	d := filled(t, number, people)
	var all strings.Builder
	for _, subject := range append(subjects(number, people), trainer.subject(number)) {
		export, err := d.records.OwnData.Export(subject)
		if err != nil {
			t.Fatal(err)
		}
		if err := export.Write(t.Context(), &all); err != nil {
			t.Fatal(err)
		}
		export.Close()
	}
	return all.String()
}
