package journey_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

// journeys are those of one learner, anna, in a database of their own.
type journeys struct {
	*journey.Journeys
	profiles *profile.Profiles
	content  *catalog.Content
	snapshot *catalog.Snapshot
	now      time.Time
	shared   []string // the ticks reported to courses
	refuse   error    // what sharing a tick fails with
}

func newJourneys(t testing.TB) *journeys {
	t.Helper()
	engine := recordstest.OpenEngine(t)
	j := &journeys{content: catalogtest.Content(t)}
	j.publish(t)
	j.on("2026-11-24")
	var err error
	if j.profiles, err = profile.Open(t.Context(), engine); err != nil {
		t.Fatal(err)
	}
	j.Journeys, err = journey.Open(t.Context(), engine, journey.Config{
		Current:  func() (*catalog.Snapshot, error) { return j.snapshot, nil },
		Profiles: j.profiles,
		Now:      func() time.Time { return j.now },
		TickUnits: func(_ context.Context, learner, certification, step string) error {
			j.shared = append(j.shared, learner+" "+certification+" "+step)
			return j.refuse
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func (j *journeys) publish(t testing.TB) {
	t.Helper()
	var err error
	if j.snapshot, err = catalog.Build(catalogtest.Edition(j.content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt})); err != nil {
		t.Fatal(err)
	}
}

// on sets the clock to noon on a date.
func (j *journeys) on(date string) { j.now = noon(date) }

func noon(date string) time.Time {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	return t.Add(12 * time.Hour)
}

const anna = "anna/of/acme" // learners' ids may have slashes

func (j *journeys) earn(on string) (*journey.View, error) {
	if on == never {
		return j.UndoEarn(context.Background(), anna, "cspo")
	}
	return j.Earn(context.Background(), anna, "cspo", catalog.Date(on))
}

func (j *journeys) renew(on string) (*journey.View, error) {
	if on == never {
		return j.UndoRenewal(context.Background(), anna, "cspo")
	}
	return j.Renew(context.Background(), anna, "cspo", catalog.Date(on))
}

// never, in place of a date, removes the record.
const never = "-"

func (j *journeys) log(title, on string, hours float64) (*journey.View, error) {
	view, _, err := j.LogSEU(context.Background(), anna, entry(title, on, hours))
	return view, err
}

func entry(title, on string, hours float64) journey.LogSEUInput {
	return journey.LogSEUInput{CertificationSlug: "cspo", Activity: journey.OutsideEvent, Title: title, Hours: hours, On: catalog.Date(on)}
}

func (j *journeys) view(t testing.TB) *journey.View {
	t.Helper()
	view, err := j.Of(t.Context(), anna, "cspo")
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// must returns a step that fails the test if it fails.
func must(t testing.TB, view *journey.View, err error) *journey.View {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// line formats the periods of a journey as "start..due@renewed", with "from"
// where that differs from the start.
func line(v *journey.View) string {
	var periods []string
	all := slices.Clone(v.PastPeriods)
	slices.Reverse(all)
	if v.CurrentPeriod != nil {
		all = append(all, v.CurrentPeriod)
	}
	for _, p := range all {
		text := string(p.StartsOn + ".." + p.DueOn)
		if p.RenewedOn != nil {
			text += "@" + string(*p.RenewedOn)
		}
		if p.SEUsFrom != p.StartsOn {
			text += " from " + string(p.SEUsFrom)
		}
		periods = append(periods, text)
	}
	return strings.Join(periods, ", ")
}

func TestPeriods(t *testing.T) {
	for name, tt := range map[string]struct {
		months  int
		today   string
		earned  string
		renewed []string
		want    string
	}{
		"TwoYears":              {24, "2026-11-24", "2025-03-03", nil, "2025-03-03..2027-03-03"},
		"LeapDayEndsOnTheLast":  {24, "2026-11-24", "2024-02-29", nil, "2024-02-29..2026-02-28"},
		"LeapDayComesBack":      {24, "2028-11-24", "2024-02-29", []string{"2026-02-01"}, "2024-02-29..2026-02-28@2026-02-01, 2026-02-28..2028-02-29 from 2026-02-01"},
		"LongMonthToShortOnes":  {6, "2027-06-30", "2025-08-31", []string{"2026-02-28", "2026-08-01", "2027-02-28"}, "2025-08-31..2026-02-28@2026-02-28, 2026-02-28..2026-08-31@2026-08-01, 2026-08-31..2027-02-28@2027-02-28 from 2026-08-01, 2027-02-28..2027-08-31"},
		"OverTheTurnOfTheYear":  {3, "2026-11-24", "2025-11-30", nil, "2025-11-30..2026-02-28"},
		"OneMonth":              {1, "2026-11-24", "2024-01-31", nil, "2024-01-31..2024-02-29"},
		"RenewedOnTheLastDay":   {24, "2026-11-24", "2024-03-03", []string{"2026-03-03"}, "2024-03-03..2026-03-03@2026-03-03, 2026-03-03..2028-03-03"},
		"RenewedEarly":          {24, "2026-11-24", "2024-12-24", []string{"2026-10-01"}, "2024-12-24..2026-12-24@2026-10-01, 2026-12-24..2028-12-24 from 2026-10-01"},
		"LapsedStartsNewPeriod": {24, "2026-11-24", "2024-02-29", []string{"2026-03-01"}, "2024-02-29..2026-02-28@2026-03-01, 2026-03-01..2028-03-01"},
		"LapsedOnAThirtyFirst":  {6, "2026-11-24", "2024-01-15", []string{"2025-08-31", "2026-02-28"}, "2024-01-15..2024-07-15@2025-08-31, 2025-08-31..2026-02-28@2026-02-28, 2026-02-28..2026-08-31"},
		"OnTheDayItWasEarned":   {24, "2026-11-24", "2026-11-24", []string{"2026-11-24"}, "2026-11-24..2028-11-24@2026-11-24, 2028-11-24..2030-11-24 from 2026-11-24"},
		"RenewedOnceLongAgo":    {24, "2026-11-24", "2010-05-05", []string{"2026-05-05"}, "2010-05-05..2012-05-05@2026-05-05, 2026-05-05..2028-05-05"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJourneys(t)
			j.content.Certifications[0].Renewal.EveryMonths = tt.months
			j.publish(t)
			j.on(tt.today)
			_, err := j.earn(tt.earned)
			view := must(t, j.view(t), err)
			for _, on := range tt.renewed {
				got, err := j.renew(on)
				view = must(t, got, err)
			}
			if diff := cmp.Diff(tt.want, line(view)); diff != "" {
				t.Errorf("periods (-want +got):\n%s", diff)
			}
			// Repeating a record has no effect.
			if len(tt.renewed) > 0 {
				again, err := j.renew(tt.renewed[len(tt.renewed)-1])
				if got := line(must(t, again, err)); got != tt.want {
					t.Errorf("the same renewal again: %s", got)
				}
			}
			// Each renewal can be undone, back to the first period.
			for range tt.renewed {
				got, err := j.renew(never)
				view = must(t, got, err)
			}
			if len(view.PastPeriods) != 0 || view.CurrentPeriod.RenewedOn != nil || *view.EarnedOn != catalog.Date(tt.earned) {
				t.Errorf("all undone: %s", line(view))
			}
		})
	}
}

func TestPastPeriodsKeepTheirRequirements(t *testing.T) {
	j := newJourneys(t)
	_, err := j.earn("2023-05-01")
	must(t, nil, err)
	_, err = j.log("A conference", "2024-05-01", 15)
	must(t, nil, err)
	_, err = j.renew("2025-05-01")
	must(t, nil, err)
	renewal := &j.content.Certifications[0].Renewal
	thirty := 30
	renewal.EveryMonths, renewal.SEUsRequired, renewal.Fee = 36, &thirty, catalog.Money{Amount: "150", Currency: "USD"}
	j.publish(t)
	v := j.view(t)
	past, current := v.PastPeriods[0], v.CurrentPeriod
	if *past.SEUsRequired != 20 || *past.SEUsMissing != 5 || past.Fee.Amount != "100" {
		t.Errorf("past: %d required, %v missing, %s; want 20, 5, 100", *past.SEUsRequired, *past.SEUsMissing, past.Fee.Amount)
	}
	if *current.SEUsRequired != 30 || *current.SEUsMissing != 30 || current.Fee.Amount != "150" || current.DueOn != "2027-05-01" {
		t.Errorf("current: %d required, %v missing, %s, due %s; want 30, 30, 150, 2027-05-01", *current.SEUsRequired, *current.SEUsMissing, current.Fee.Amount, current.DueOn)
	}
	renewal.SEUsRequired = nil
	j.publish(t)
	if v := j.view(t); v.CurrentPeriod.SEUsRequired != nil || v.CurrentPeriod.SEUsMissing != nil || *v.PastPeriods[0].SEUsRequired != 20 {
		t.Error("units are missing although no source states a number")
	}
}

func TestJourneyState(t *testing.T) {
	j := newJourneys(t)
	if v := j.view(t); v.State != journey.NotStarted || v.DaysLeft != nil {
		t.Errorf("at first: %s", v.State)
	}
	for _, step := range []struct {
		done bool
		want journey.State
	}{{true, journey.Gaining}, {true, journey.Gaining}, {false, journey.NotStarted}, {false, journey.NotStarted}} {
		v, err := j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "attend", Done: step.done})
		if err != nil || v.State != step.want {
			t.Errorf("done = %t: %v, %v; want %s", step.done, v, err, step.want)
		}
	}
	_, err := j.earn("2024-11-24") // due on 2026-11-24
	must(t, nil, err)
	for date, want := range map[string]struct {
		state journey.State
		left  int
	}{
		"2024-11-24": {journey.Active, 730},
		"2026-08-25": {journey.Active, 91},
		"2026-08-26": {journey.RenewalDue, 90},
		"2026-11-24": {journey.RenewalDue, 0},
		"2026-11-25": {journey.Expired, -1},
	} {
		j.on(date)
		if v := j.view(t); v.State != want.state || *v.DaysLeft != want.left {
			t.Errorf("%s: %s, %d days left; want %s, %d", date, v.State, *v.DaysLeft, want.state, want.left)
		}
	}
}

// The day is that of the learner's time zone.
func TestTodayIsInTheLearnersZone(t *testing.T) {
	for zone, tomorrow := range map[string]bool{"UTC": false, "Pacific/Auckland": true, "America/Los_Angeles": false, "Asia/Kolkata": true} {
		j := newJourneys(t)
		if _, err := j.profiles.Update(t.Context(), anna, profile.Change{TimeZone: profile.Value[string]{Given: true, To: &zone}}); err != nil {
			t.Fatal(err)
		}
		j.now = time.Date(2026, time.November, 24, 23, 30, 0, 0, time.UTC)
		_, err := j.earn("2026-11-25")
		if got := err == nil; got != tomorrow {
			t.Errorf("%s: the 25th has begun = %t, want %t (%v)", zone, got, tomorrow, err)
		}
	}
}

func TestReminders(t *testing.T) {
	j := newJourneys(t)
	reminders := func() string {
		found, err := j.ToDo(t.Context(), anna)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range found.Renewals {
			missing := "?"
			if r.MissingSEUs != nil {
				missing = fmt.Sprint(*r.MissingSEUs)
			}
			all = append(all, fmt.Sprintf("%s due %s in %d, %s missing", r.Certification.Code, r.DueOn, r.DaysLeft, missing))
		}
		return strings.Join(all, "; ")
	}
	_, err := j.earn("2024-11-24")
	must(t, nil, err)
	if _, err := j.Earn(t.Context(), anna, "a-cspo", "2024-11-20"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Earn(t.Context(), "ben", "cspo", "2024-11-24"); err != nil {
		t.Fatal(err)
	}
	_, err = j.log("A meetup", "2025-10-03", 1.5)
	must(t, nil, err)
	for _, tt := range []struct{ date, want string }{
		{"2026-08-21", ""},
		{"2026-08-22", "A-CSPO due 2026-11-20 in 90, ? missing"},
		{"2026-08-26", "A-CSPO due 2026-11-20 in 86, ? missing; CSPO due 2026-11-24 in 90, 18.5 missing"},
		{"2027-02-18", "A-CSPO due 2026-11-20 in -90, ? missing; CSPO due 2026-11-24 in -86, 18.5 missing"},
		{"2027-02-23", ""},
	} {
		j.on(tt.date)
		if got := reminders(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.date, got, tt.want)
		}
	}
	j.on("2026-11-24")
	_, err = j.renew("2026-11-01")
	must(t, nil, err)
	if got := reminders(); strings.Contains(got, " CSPO") {
		t.Errorf("renewed: %s", got)
	}
}

func TestUnrecorded(t *testing.T) {
	j := newJourneys(t)
	unrecorded := func() string {
		t.Helper()
		toDo, err := j.ToDo(t.Context(), anna)
		must(t, nil, err)
		codes := []string{}
		for _, c := range toDo.Unrecorded {
			codes = append(codes, c.Code)
		}
		return strings.Join(codes, " ")
	}
	steps := j.snapshot.Certification("cspo").Steps
	for _, step := range steps {
		if got := unrecorded(); got != "" {
			t.Errorf("before %s: %s", step.Slug, got)
		}
		_, err := j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: step.Slug, Done: true})
		must(t, nil, err)
	}
	if got := unrecorded(); got != "CSPO" {
		t.Errorf("with all steps done: %q", got)
	}
	_, err := j.earn("2026-11-24")
	must(t, nil, err)
	if got := unrecorded(); got != "" {
		t.Errorf("recorded: %s", got)
	}
}

func TestTicksAreShared(t *testing.T) {
	j := newJourneys(t)
	step := j.snapshot.Certification("cspo").Steps[0].Slug
	tick := func(done bool) error {
		_, err := j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: step, Done: done})
		return err
	}
	shared := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, j.shared); diff != "" {
			t.Errorf("shared (-want +got):\n%s", diff)
		}
		j.shared = nil
	}
	j.refuse = context.DeadlineExceeded
	if err := tick(true); !errors.Is(err, j.refuse) {
		t.Fatalf("courses refuse, and ticking returned %v", err)
	}
	shared(anna + " cspo " + step)

	j.refuse = nil
	_, err := j.Of(t.Context(), anna, "cspo")
	must(t, nil, err)
	shared(anna + " cspo " + step)
	_, err = j.Of(t.Context(), anna, "cspo")
	must(t, nil, err)
	must(t, nil, tick(true))
	must(t, nil, tick(false))
	shared()
	must(t, nil, tick(true))
	shared(anna + " cspo " + step)

	// What a course has ticked is not sent back to it.
	must(t, nil, tick(false))
	must(t, nil, j.TickStep(t.Context(), anna, "cspo", step, noon("2026-11-20")))
	v, err := j.Of(t.Context(), anna, "cspo")
	must(t, nil, err)
	if got := v.Steps[0]; !got.Done || *got.DoneOn != "2026-11-20" {
		t.Errorf("ticked by a course: %+v", got)
	}
	must(t, nil, j.TickStep(t.Context(), anna, "cspo", step, noon("2026-11-22")))
	must(t, nil, j.TickStep(t.Context(), anna, "cspo", "no-such-step", j.now))
	must(t, nil, j.TickStep(t.Context(), anna, "no-such-certification", step, j.now))
	shared()
	done, err := j.StepsDone(t.Context(), anna, "cspo")
	must(t, nil, err)
	if diff := cmp.Diff([]string{step}, done); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
}
