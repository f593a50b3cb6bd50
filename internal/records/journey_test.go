package records_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

// journeys are the journeys of a learner, anna, in a database of their own.
type journeys struct {
	*journey.Journeys
	profiles *profile.Profiles
	content  *catalog.Content
	snapshot *catalog.Snapshot
	now      time.Time
}

func newJourneys(t testing.TB) *journeys {
	t.Helper()
	engine := openEngine(t)
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
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func openEngine(t testing.TB) *sqlitestore.Engine {
	t.Helper()
	engine, err := sqlitestore.Open(context.Background(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

func (j *journeys) publish(t testing.TB) {
	t.Helper()
	var err error
	if j.snapshot, err = catalog.Build(j.content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt}); err != nil {
		t.Fatal(err)
	}
}

// on moves the clock to noon of a date.
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

// never in place of a date takes back what is recorded.
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

// must returns a step of a test that has to succeed.
func must(t testing.TB, view *journey.View, err error) *journey.View {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// refused fails the test unless err has the code and names the field.
func refused(t testing.TB, err error, code fault.Code, field string) {
	t.Helper()
	if fault.CodeOf(err) != code || fieldOf(err) != field {
		t.Errorf("%v (%s, field %q), want %s, field %q", err, fault.CodeOf(err), fieldOf(err), code, field)
	}
}

// fieldOf returns the field that an error names, or "".
func fieldOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Field
	}
	return ""
}

// line writes the periods of a journey as "start..due@renewed", and "from"
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
		"AndComesBack":          {24, "2028-11-24", "2024-02-29", []string{"2026-02-01"}, "2024-02-29..2026-02-28@2026-02-01, 2026-02-28..2028-02-29 from 2026-02-01"},
		"LongMonthToShortOnes":  {6, "2027-06-30", "2025-08-31", []string{"2026-02-28", "2026-08-01", "2027-02-28"}, "2025-08-31..2026-02-28@2026-02-28, 2026-02-28..2026-08-31@2026-08-01, 2026-08-31..2027-02-28@2027-02-28 from 2026-08-01, 2027-02-28..2027-08-31"},
		"OverTheTurnOfTheYear":  {3, "2026-11-24", "2025-11-30", nil, "2025-11-30..2026-02-28"},
		"OneMonth":              {1, "2026-11-24", "2024-01-31", nil, "2024-01-31..2024-02-29"},
		"RenewedOnTheLastDay":   {24, "2026-11-24", "2024-03-03", []string{"2026-03-03"}, "2024-03-03..2026-03-03@2026-03-03, 2026-03-03..2028-03-03"},
		"RenewedEarly":          {24, "2026-11-24", "2024-12-24", []string{"2026-10-01"}, "2024-12-24..2026-12-24@2026-10-01, 2026-12-24..2028-12-24 from 2026-10-01"},
		"LapsedStartsAnew":      {24, "2026-11-24", "2024-02-29", []string{"2026-03-01"}, "2024-02-29..2026-02-28@2026-03-01, 2026-03-01..2028-03-01"},
		"LapsedOnAThirtyFirst":  {6, "2026-11-24", "2024-01-15", []string{"2025-08-31", "2026-02-28"}, "2024-01-15..2024-07-15@2025-08-31, 2025-08-31..2026-02-28@2026-02-28, 2026-02-28..2026-08-31"},
		"OnTheDayItWasEarned":   {24, "2026-11-24", "2026-11-24", []string{"2026-11-24"}, "2026-11-24..2028-11-24@2026-11-24, 2028-11-24..2030-11-24 from 2026-11-24"},
		"RenewedLongAgoAndOnce": {24, "2026-11-24", "2010-05-05", []string{"2026-05-05"}, "2010-05-05..2012-05-05@2026-05-05, 2026-05-05..2028-05-05"},
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
			// What was said before may be said again.
			if len(tt.renewed) > 0 {
				again, err := j.renew(tt.renewed[len(tt.renewed)-1])
				if got := line(must(t, again, err)); got != tt.want {
					t.Errorf("the same renewal again: %s", got)
				}
			}
			// Each renewal can be taken back, down to the first period.
			for range tt.renewed {
				got, err := j.renew(never)
				view = must(t, got, err)
			}
			if len(view.PastPeriods) != 0 || view.CurrentPeriod.RenewedOn != nil || *view.EarnedOn != catalog.Date(tt.earned) {
				t.Errorf("all taken back: %s", line(view))
			}
		})
	}
}

func TestPolicyOfPastPeriodsStays(t *testing.T) {
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
		t.Error("where the sources name no number, none is missing")
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

// Where the learner is decides which day it is.
func TestTodayIsTheLearners(t *testing.T) {
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

func TestLedgerRefuses(t *testing.T) {
	j := newJourneys(t)
	_, err := j.log("Too early", "2026-11-01", 1)
	refused(t, err, fault.Conflict, "certification")
	_, err = j.earn("2024-11-30") // due on 2026-11-30
	must(t, nil, err)
	_, err = j.log("A conference", "2026-10-01", 2)
	must(t, nil, err)
	keyed := entry("A webinar", "2026-10-02", 1)
	keyed.IdempotencyKey = "k"
	if _, _, err := j.LogSEU(t.Context(), anna, keyed); err != nil {
		t.Fatal(err)
	}
	before := j.view(t)

	change := func(change func(*journey.LogSEUInput)) journey.LogSEUInput {
		in := entry("A talk", "2026-10-03", 1)
		change(&in)
		return in
	}
	for name, tt := range map[string]struct {
		in    journey.LogSEUInput
		code  fault.Code
		field string
	}{
		"UnknownCertification": {change(func(in *journey.LogSEUInput) { in.CertificationSlug = "csm" }), fault.NotFound, "certification"},
		"UnknownActivity":      {change(func(in *journey.LogSEUInput) { in.Activity = "SLEEPING" }), fault.InvalidInput, "activity"},
		"NoTitle":              {change(func(in *journey.LogSEUInput) { in.Title = " \t " }), fault.InvalidInput, "title"},
		"LongTitle":            {change(func(in *journey.LogSEUInput) { in.Title = strings.Repeat("ä", 201) }), fault.InvalidInput, "title"},
		"TwoLines":             {change(func(in *journey.LogSEUInput) { in.Title = "a\nb" }), fault.InvalidInput, "title"},
		"NoHours":              {change(func(in *journey.LogSEUInput) { in.Hours = 0 }), fault.InvalidInput, "hours"},
		"NegativeHours":        {change(func(in *journey.LogSEUInput) { in.Hours = -1 }), fault.InvalidInput, "hours"},
		"OddHours":             {change(func(in *journey.LogSEUInput) { in.Hours = 0.3 }), fault.InvalidInput, "hours"},
		"TooManyHours":         {change(func(in *journey.LogSEUInput) { in.Hours = 80.25 }), fault.InvalidInput, "hours"},
		"HugeHours":            {change(func(in *journey.LogSEUInput) { in.Hours = 1e308 }), fault.InvalidInput, "hours"},
		"NoDate":               {change(func(in *journey.LogSEUInput) { in.On = "" }), fault.InvalidInput, "date"},
		"NoSuchDate":           {change(func(in *journey.LogSEUInput) { in.On = "2026-02-29" }), fault.InvalidInput, "date"},
		"AnInstant":            {change(func(in *journey.LogSEUInput) { in.On = "2026-10-03T00:00:00Z" }), fault.InvalidInput, "date"},
		"Tomorrow":             {change(func(in *journey.LogSEUInput) { in.On = "2026-11-25" }), fault.InvalidInput, "date"},
		"BeforeThePeriod":      {change(func(in *journey.LogSEUInput) { in.On = "2024-11-29" }), fault.InvalidInput, "date"},
		"LongKey":              {change(func(in *journey.LogSEUInput) { in.IdempotencyKey = strings.Repeat("k", 65) }), fault.InvalidInput, "idempotencyKey"},
		"KeyOfAnother":         {change(func(in *journey.LogSEUInput) { in.IdempotencyKey = "k" }), fault.Conflict, "idempotencyKey"},
		"SameActivity":         {change(func(in *journey.LogSEUInput) { in.Title, in.On, in.Hours = " a CONFERENCE", "2026-10-01", 9 }), fault.Conflict, "title"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := j.LogSEU(t.Context(), anna, tt.in)
			refused(t, err, tt.code, tt.field)
		})
	}
	if diff := cmp.Diff(before.CurrentPeriod, j.view(t).CurrentPeriod); diff != "" {
		t.Errorf("refused activities changed the ledger:\n%s", diff)
	}

	j.on("2026-12-05")
	_, err = j.log("After the end", "2026-12-01", 1)
	refused(t, err, fault.InvalidInput, "date")
	_, err = j.log("On the last day", "2026-11-30", 1)
	must(t, nil, err)
	if _, _, err := j.LogSEU(t.Context(), anna, keyed); err != nil {
		t.Errorf("the same key with the same activity: %v", err)
	}
}

// Another kind of activity, or another day, is another activity.
func TestSimilarActivitiesCount(t *testing.T) {
	j := newJourneys(t)
	_, err := j.earn("2025-11-30")
	must(t, nil, err)
	first := entry("A meetup", "2026-10-01", 0.25)
	otherDay, otherKind := first, first
	otherDay.On, otherKind.Activity = "2026-10-02", journey.VolunteerService
	for _, in := range []journey.LogSEUInput{first, otherDay, otherKind} {
		if _, _, err := j.LogSEU(t.Context(), anna, in); err != nil {
			t.Error(err)
		}
	}
	if p := j.view(t).CurrentPeriod; p.SEUsEarned != 0.75 || *p.SEUsMissing != 19.25 {
		t.Errorf("earned %v, missing %v; want 0.75, 19.25", p.SEUsEarned, *p.SEUsMissing)
	}
}

// titles lists a period's activities, latest first.
func titles(p *journey.Period) string {
	var all []string
	for _, u := range p.SEUs {
		all = append(all, u.Title)
	}
	return strings.Join(all, ",")
}

func TestActivitiesBelongToOnePeriod(t *testing.T) {
	j := newJourneys(t)
	_, err := j.earn("2024-11-30")
	must(t, nil, err)
	for title, on := range map[string]string{"old": "2025-06-01", "on the day": "2026-10-05", "after": "2026-10-06"} {
		_, err := j.log(title, on, 1)
		must(t, nil, err)
	}
	view, err := j.renew("2026-10-05")
	must(t, view, err)
	if past, current := titles(view.PastPeriods[0]), titles(view.CurrentPeriod); past != "on the day,old" || current != "after" {
		t.Errorf("past: %s; current: %s", past, current)
	}
	_, err = j.log("old", "2025-06-01", 1)
	refused(t, err, fault.InvalidInput, "date")
	_, err = j.log("on the day", "2026-10-05", 1)
	refused(t, err, fault.Conflict, "title")
	_, err = j.RemoveSEU(t.Context(), anna, view.PastPeriods[0].SEUs[0].ID)
	refused(t, err, fault.Conflict, "id")

	view, err = j.renew(never)
	must(t, view, err)
	if got := titles(view.CurrentPeriod); got != "after,on the day,old" {
		t.Errorf("taken back: %s", got)
	}
}

func TestCorrectionsGoFromTheEnd(t *testing.T) {
	j := newJourneys(t)
	tick := func(done bool) error {
		_, err := j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "attend", Done: done})
		return err
	}
	j.on("2024-10-01")
	must(t, nil, tick(true))
	j.on("2026-11-24")
	_, err := j.earn("2024-09-30")
	refused(t, err, fault.InvalidInput, "earnedOn") // a step was done later
	_, err = j.renew("2026-10-05")
	refused(t, err, fault.Conflict, "certification")
	_, err = j.earn("2024-10-01")
	must(t, nil, err)
	refused(t, tick(false), fault.Conflict, "done")
	if err := tick(true); err != nil {
		t.Errorf("a step that is done already: %v", err)
	}
	late := catalog.Date("2024-10-02")
	_, err = j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "accept", Done: true, DoneOn: &late})
	refused(t, err, fault.InvalidInput, "doneOn")
	_, err = j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "accept", DoneOn: &late})
	refused(t, err, fault.InvalidInput, "doneOn")
	logged, err := j.log("A meetup", "2024-10-03", 1)
	must(t, logged, err)
	_, err = j.earn(never)
	refused(t, err, fault.Conflict, "certification")
	_, err = j.earn("2024-10-04")
	refused(t, err, fault.Conflict, "earnedOn") // the activity would be before it
	_, err = j.earn("2024-10-02")
	must(t, nil, err)
	_, err = j.renew("2024-10-01")
	refused(t, err, fault.InvalidInput, "renewedOn")
	_, err = j.renew("2026-10-01")
	must(t, nil, err)
	_, err = j.renew("2026-10-01")
	must(t, nil, err)
	_, err = j.renew("2026-10-02") // the new period starts on this day
	must(t, nil, err)
	_, err = j.renew("2026-10-03")
	refused(t, err, fault.InvalidInput, "renewedOn")
	_, err = j.earn("2024-10-03")
	refused(t, err, fault.Conflict, "earnedOn")

	for range 2 {
		_, err = j.renew(never)
		must(t, nil, err)
	}
	id := logged.CurrentPeriod.SEUs[0].ID
	for range 2 { // to remove again is harmless
		_, err = j.RemoveSEU(t.Context(), anna, id)
		must(t, nil, err)
	}
	for range 2 {
		_, err = j.earn(never)
		must(t, nil, err)
	}
	must(t, nil, tick(false))
	if v := j.view(t); v.State != journey.NotStarted {
		t.Errorf("all is taken back: %s", v.State)
	}
}

func TestRemovingUnknownActivities(t *testing.T) {
	j := newJourneys(t)
	_, err := j.earn("2024-11-30")
	must(t, nil, err)
	view, err := j.log("A meetup", "2025-10-03", 1)
	id := must(t, view, err).CurrentPeriod.SEUs[0].ID
	for name, tt := range map[string]struct{ learner, id string }{
		"AnotherLearner": {"ben", id}, "Nobody": {"", id}, "Empty": {anna, ""}, "Garbage": {anna, "seu/%%"},
		"OnlyPrefix": {anna, "seu/"}, "AnotherKind": {anna, view.ID()}, "Padded": {anna, id + "="},
		"NoNumber": {anna, "seu/YW5uYQ"}, "NeverLogged": {anna, "seu/YW5uYS9vZi9hY21lL2NzcG8vOQ"},
		"NoJourney": {anna, "seu/YW5uYS9vZi9hY21lL2Etc2NwbzEvMQ"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := j.RemoveSEU(t.Context(), tt.learner, tt.id)
			refused(t, err, fault.NotFound, "id")
		})
	}
	if got := j.view(t).CurrentPeriod.SEUsEarned; got != 1 {
		t.Errorf("earned = %v, want 1", got)
	}
}

func TestTheSameActivityAtOnceCountsOnce(t *testing.T) {
	j := newJourneys(t)
	_, err := j.earn("2024-11-30")
	must(t, nil, err)
	in := entry("A webinar", "2026-10-02", 1)
	in.IdempotencyKey = "k"
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			_, entry, err := j.LogSEU(t.Context(), anna, in)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = entry.ID
		})
	}
	wg.Wait()
	if distinct := slices.Compact(slices.Sorted(slices.Values(ids))); len(distinct) != 1 {
		t.Errorf("ids = %v, want the same", distinct)
	}
	if got := j.view(t).CurrentPeriod.SEUsEarned; got != 1 {
		t.Errorf("earned = %v, want 1", got)
	}
}

func TestReminders(t *testing.T) {
	j := newJourneys(t)
	reminders := func() string {
		found, err := j.Reminders(t.Context(), anna)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range found {
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
