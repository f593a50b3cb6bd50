package journey_test

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/journey"
)

// TestJourneyProperties makes random changes and checks the invariants of a
// ledger after each.
func TestJourneyProperties(t *testing.T) {
	j := newJourneys(t)
	learners := 0
	rapid.Check(t, func(rt *rapid.T) {
		learners++
		learner := fmt.Sprintf("learner-%d", learners)
		j.content.Certifications[0].Renewal.EveryMonths = rapid.SampledFrom([]int{1, 6, 24}).Draw(rt, "months")
		j.publish(t)
		j.on("2025-01-31")
		logged := map[string]float64{} // hours by title of the entries in the ledger
		date := func(label string) catalog.Date {
			days := rapid.IntRange(-800, 3).Draw(rt, label)
			return catalog.Date(j.now.AddDate(0, 0, days).Format(time.DateOnly))
		}
		maybe := func(label string) *catalog.Date {
			if rapid.IntRange(0, 4).Draw(rt, label+" taken back") == 0 {
				return nil
			}
			d := date(label)
			return &d
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			var act func() (*journey.View, error)
			switch rapid.SampledFrom([]string{"earn", "log", "log", "log", "remove", "renew", "renew", "step", "wait"}).Draw(rt, "what") {
			case "earn":
				on := maybe("earned")
				act = func() (*journey.View, error) {
					if on == nil {
						return j.UndoEarn(t.Context(), learner, "cspo")
					}
					return j.Earn(t.Context(), learner, "cspo", *on)
				}
			case "renew":
				on := maybe("renewed")
				act = func() (*journey.View, error) {
					if on == nil {
						return j.UndoRenewal(t.Context(), learner, "cspo")
					}
					return j.Renew(t.Context(), learner, "cspo", *on)
				}
			case "step":
				in := journey.CompleteStepInput{CertificationSlug: "cspo", StepSlug: "attend", Done: rapid.Bool().Draw(rt, "done")}
				act = func() (*journey.View, error) { return j.CompleteStep(t.Context(), learner, in) }
			case "log":
				in := entry(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"}).Draw(rt, "title"), string(date("learnt")), float64(rapid.IntRange(1, 320).Draw(rt, "quarters"))/4)
				in.Title += " of " + string(in.On)
				in.IdempotencyKey = in.Title
				act = func() (*journey.View, error) {
					v, entry, err := j.LogSEU(t.Context(), learner, in)
					if err == nil {
						logged[entry.Title] = entry.Hours
					}
					return v, err
				}
			case "remove":
				id := seuID(learner, rapid.IntRange(0, 8).Draw(rt, "number"))
				act = func() (*journey.View, error) {
					before, err := j.Of(t.Context(), learner, "cspo")
					if err != nil {
						return nil, err
					}
					v, err := j.RemoveSEU(t.Context(), learner, id)
					if entry := before.SEU(id); err == nil && entry != nil {
						delete(logged, entry.Title)
					}
					return v, err
				}
			default:
				j.now = j.now.AddDate(0, 0, rapid.IntRange(1, 400).Draw(rt, "days"))
				continue
			}
			before, err := j.Of(t.Context(), learner, "cspo")
			if err != nil {
				rt.Fatal(err)
			}
			after, err := act()
			if err != nil {
				if code := fault.CodeOf(err); code != fault.InvalidInput && code != fault.Conflict && code != fault.NotFound {
					rt.Fatal(err)
				}
				after = before
			}
			same := cmpopts.IgnoreUnexported(journey.View{}, catalog.Certification{}, catalog.Step{}, catalog.Audience{}, catalog.Benefit{}, catalog.Usage{})
			stored, err := j.Of(t.Context(), learner, "cspo")
			if err != nil {
				rt.Fatal(err)
			}
			stored.Certification, after.Certification = nil, nil
			if diff := cmp.Diff(after, stored, same, cmp.Comparer(func(a, b *catalog.Step) bool { return a.Slug == b.Slug })); diff != "" {
				rt.Fatalf("the returned journey differs from the stored one (-returned +stored):\n%s", diff)
			}
			checkLedger(rt, stored, logged)
		}
	})
}

func seuID(learner string, number int) string {
	return "seu/" + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s/cspo/%d", learner, number))
}

// checkLedger checks the invariants of every journey.
func checkLedger(rt *rapid.T, v *journey.View, logged map[string]float64) {
	periods := []*journey.Period{}
	for i := range v.PastPeriods {
		periods = append(periods, v.PastPeriods[len(v.PastPeriods)-1-i])
	}
	if v.CurrentPeriod != nil {
		periods = append(periods, v.CurrentPeriod)
	}
	if (v.EarnedOn == nil) != (len(periods) == 0) || v.CurrentPeriod == nil && len(periods) > 0 {
		rt.Fatalf("earned on %v with %d periods", v.EarnedOn, len(periods))
	}
	found, ids := map[string]float64{}, map[string]bool{}
	for i, p := range periods {
		if p.Number != i+1 || p.StartsOn >= p.DueOn {
			rt.Fatalf("period %d: %d, %s..%s", i+1, p.Number, p.StartsOn, p.DueOn)
		}
		if (p.RenewedOn != nil) != (i < len(periods)-1) {
			rt.Fatalf("period %d of %d: renewed on %v", i+1, len(periods), p.RenewedOn)
		}
		if i > 0 {
			previous := periods[i-1]
			if p.StartsOn != max(previous.DueOn, *previous.RenewedOn) || p.SEUsFrom != *previous.RenewedOn {
				rt.Fatalf("period %d starts on %s, and counts from %s, after %s renewed on %s", i+1, p.StartsOn, p.SEUsFrom, previous.DueOn, *previous.RenewedOn)
			}
		}
		sum := 0.0
		for _, u := range p.SEUs {
			if u.Date < p.SEUsFrom || u.Date > p.DueOn || p.RenewedOn != nil && u.Date > *p.RenewedOn {
				rt.Fatalf("period %d includes an activity on %s", i+1, u.Date)
			}
			if _, twice := found[u.Title]; twice || ids[u.ID] {
				rt.Fatalf("%s is counted twice", u.Title)
			}
			found[u.Title], ids[u.ID] = u.Hours, true
			sum += u.Hours
		}
		if p.SEUsEarned != sum || *p.SEUsMissing != max(0, 20-sum) {
			rt.Fatalf("period %d: earned %v, missing %v of %v", i+1, p.SEUsEarned, *p.SEUsMissing, sum)
		}
	}
	if diff := cmp.Diff(logged, found); diff != "" {
		rt.Fatalf("ledger (-logged +found):\n%s", diff)
	}
}
