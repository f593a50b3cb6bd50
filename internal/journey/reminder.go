package journey

import (
	"cmp"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Reminders returns what to remind the learner of today, most urgent first:
// from RenewalNotice days before a certification expires until as many days
// after. Those who have not renewed by then do not want to. certification
// returns nil for one that is not published.
func Reminders(journeys []Journey, certification func(slug string) *catalog.Certification, today catalog.Date) []Reminder {
	reminders := []Reminder{}
	for i := range journeys {
		c := certification(journeys[i].CertificationSlug)
		current := journeys[i].current()
		if c == nil || current == nil {
			continue
		}
		left := daysBetween(today, current.DueOn)
		if left > RenewalNotice || left < -RenewalNotice {
			continue
		}
		period := journeys[i].viewPeriod(len(journeys[i].Periods)-1, &c.Renewal)
		reminders = append(reminders, Reminder{
			Certification: c, DueOn: current.DueOn, DaysLeft: left, MissingSEUs: period.SEUsMissing,
		})
	}
	slices.SortStableFunc(reminders, func(a, b Reminder) int { return cmp.Compare(a.DaysLeft, b.DaysLeft) })
	return reminders
}

// Reminder is a certification to renew.
type Reminder struct {
	Certification *catalog.Certification
	DueOn         catalog.Date // the last day of validity
	DaysLeft      int          // at most RenewalNotice; negative after expiry
	MissingSEUs   *float64     // hours; nil when no source states a number
}

// Unrecorded returns the certifications whose steps are all done and which are
// not recorded as earned. certification returns nil for one that is not
// published.
func Unrecorded(journeys []Journey, certification func(slug string) *catalog.Certification) []*catalog.Certification {
	var unrecorded []*catalog.Certification
	for i := range journeys {
		j := &journeys[i]
		c := certification(j.CertificationSlug)
		if c == nil || len(c.Steps) == 0 || j.current() != nil {
			continue
		}
		if !slices.ContainsFunc(c.Steps, func(s *catalog.Step) bool { return j.tick(s.Slug) == nil }) {
			unrecorded = append(unrecorded, c)
		}
	}
	return unrecorded
}
