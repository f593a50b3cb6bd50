package journey_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

func TestLedgerRefuses(t *testing.T) {
	j := newJourneys(t)
	_, err := j.log("Too early", "2026-11-01", 1)
	recordstest.Refused(t, err, fault.Conflict, "certification")
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
		"KeyOfOtherActivity":   {change(func(in *journey.LogSEUInput) { in.IdempotencyKey = "k" }), fault.Conflict, "idempotencyKey"},
		"SameActivity":         {change(func(in *journey.LogSEUInput) { in.Title, in.On, in.Hours = " a CONFERENCE", "2026-10-01", 9 }), fault.Conflict, "title"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := j.LogSEU(t.Context(), anna, tt.in)
			recordstest.Refused(t, err, tt.code, tt.field)
		})
	}
	if diff := cmp.Diff(before.CurrentPeriod, j.view(t).CurrentPeriod); diff != "" {
		t.Errorf("refused activities changed the ledger:\n%s", diff)
	}

	j.on("2026-12-05")
	_, err = j.log("After the end", "2026-12-01", 1)
	recordstest.Refused(t, err, fault.InvalidInput, "date")
	_, err = j.log("On the last day", "2026-11-30", 1)
	must(t, nil, err)
	if _, _, err := j.LogSEU(t.Context(), anna, keyed); err != nil {
		t.Errorf("the same key with the same activity: %v", err)
	}
}

// The same activity of another kind or on another day is a different activity.
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
	recordstest.Refused(t, err, fault.InvalidInput, "date")
	_, err = j.log("on the day", "2026-10-05", 1)
	recordstest.Refused(t, err, fault.Conflict, "title")
	_, err = j.RemoveSEU(t.Context(), anna, view.PastPeriods[0].SEUs[0].ID)
	recordstest.Refused(t, err, fault.Conflict, "id")

	view, err = j.renew(never)
	must(t, view, err)
	if got := titles(view.CurrentPeriod); got != "after,on the day,old" {
		t.Errorf("taken back: %s", got)
	}
}

func TestCorrectionsStartWithTheLatest(t *testing.T) {
	j := newJourneys(t)
	tick := func(done bool) error {
		_, err := j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "attend", Done: done})
		return err
	}
	j.on("2024-10-01")
	must(t, nil, tick(true))
	j.on("2026-11-24")
	_, err := j.earn("2024-09-30")
	recordstest.Refused(t, err, fault.InvalidInput, "earnedOn") // a step was done later
	_, err = j.renew("2026-10-05")
	recordstest.Refused(t, err, fault.Conflict, "certification")
	_, err = j.earn("2024-10-01")
	must(t, nil, err)
	recordstest.Refused(t, tick(false), fault.Conflict, "done")
	if err := tick(true); err != nil {
		t.Errorf("a step that is already done: %v", err)
	}
	late := catalog.Date("2024-10-02")
	_, err = j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "accept", Done: true, DoneOn: &late})
	recordstest.Refused(t, err, fault.InvalidInput, "doneOn")
	_, err = j.CompleteStep(t.Context(), anna, journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "accept", DoneOn: &late})
	recordstest.Refused(t, err, fault.InvalidInput, "doneOn")
	logged, err := j.log("A meetup", "2024-10-03", 1)
	must(t, logged, err)
	_, err = j.earn(never)
	recordstest.Refused(t, err, fault.Conflict, "certification")
	_, err = j.earn("2024-10-04")
	recordstest.Refused(t, err, fault.Conflict, "earnedOn") // the activity would be before it
	_, err = j.earn("2024-10-02")
	must(t, nil, err)
	_, err = j.renew("2024-10-01")
	recordstest.Refused(t, err, fault.InvalidInput, "renewedOn")
	_, err = j.renew("2026-10-01")
	must(t, nil, err)
	_, err = j.renew("2026-10-01")
	must(t, nil, err)
	_, err = j.renew("2026-10-02") // the new period starts on this day
	must(t, nil, err)
	_, err = j.renew("2026-10-03")
	recordstest.Refused(t, err, fault.InvalidInput, "renewedOn")
	_, err = j.earn("2024-10-03")
	recordstest.Refused(t, err, fault.Conflict, "earnedOn")

	for range 2 {
		_, err = j.renew(never)
		must(t, nil, err)
	}
	id := logged.CurrentPeriod.SEUs[0].ID
	for range 2 { // removing again does no harm
		_, err = j.RemoveSEU(t.Context(), anna, id)
		must(t, nil, err)
	}
	for range 2 {
		_, err = j.earn(never)
		must(t, nil, err)
	}
	must(t, nil, tick(false))
	if v := j.view(t); v.State != journey.NotStarted {
		t.Errorf("all undone: %s", v.State)
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
			recordstest.Refused(t, err, fault.NotFound, "id")
		})
	}
	if got := j.view(t).CurrentPeriod.SEUsEarned; got != 1 {
		t.Errorf("earned = %v, want 1", got)
	}
}

func TestConcurrentDuplicatesCountOnce(t *testing.T) {
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
