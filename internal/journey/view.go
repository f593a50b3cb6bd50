package journey

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/nodeid"
)

// State says how far a learner has come with a certification.
type State string

const (
	NotStarted State = "NOT_STARTED"
	Gaining    State = "GAINING"     // at least one step is done
	Active     State = "ACTIVE"      // earned, with renewal not due soon
	RenewalDue State = "RENEWAL_DUE" // renewal is due within RenewalNotice days
	Expired    State = "EXPIRED"     // not renewed by its last day
)

// RenewalNotice is the number of days before expiry from which a renewal is due
// and reminders are shown.
const RenewalNotice = 90

// View is a journey as of one day.
type View struct {
	Certification *catalog.Certification
	State         State
	Steps         []*Step // in the certification's order
	EarnedOn      *catalog.Date
	RenewalDueOn  *catalog.Date
	DaysLeft      *int      // days until RenewalDueOn, negative afterwards
	CurrentPeriod *Period   // nil until the certification is earned
	PastPeriods   []*Period // latest first

	id string
}

// ID returns the global id of the journey, which names the learner.
func (v *View) ID() string { return v.id }

// Step is a step towards a certification.
type Step struct {
	Step   *catalog.Step
	Done   bool
	DoneOn *catalog.Date // nil when it is not done or the date was not recorded
}

// Period is a period with the requirements of its renewal. Units are hours.
type Period struct {
	Number       int // from 1
	StartsOn     catalog.Date
	DueOn        catalog.Date // the last day
	SEUsFrom     catalog.Date // the first day whose activities count
	RenewedOn    *catalog.Date
	SEUs         []*SEU // latest first
	SEUsEarned   float64
	SEUsRequired *int     // nil when no source states a number
	SEUsMissing  *float64 // nil when SEUsRequired is
	Fee          *catalog.Money
}

// SEU is a learning activity.
type SEU struct {
	ID       string
	Activity SEUActivity
	Title    string
	Hours    float64
	Date     catalog.Date
}

// SEU returns the entry with the id that LogSEU returned, or nil.
func (v *View) SEU(id string) *SEU {
	for _, p := range append(slices.Clone(v.PastPeriods), v.CurrentPeriod) {
		if p == nil {
			continue
		}
		if i := slices.IndexFunc(p.SEUs, func(u *SEU) bool { return u.ID == id }); i >= 0 {
			return p.SEUs[i]
		}
	}
	return nil
}

// view returns the journey as of today.
func (j *Journey) view(certification *catalog.Certification, today catalog.Date) *View {
	v := &View{
		Certification: certification,
		State:         j.state(today),
		Steps:         make([]*Step, 0, len(certification.Steps)),
		PastPeriods:   []*Period{},
		id:            nodeid.Journey.Write(j.ID),
	}
	earned := j.earnedOn()
	for _, s := range certification.Steps {
		// Holders of the certification have done its steps, even if no date was
		// recorded.
		step := &Step{Step: s, Done: earned != ""}
		if tick := j.tick(s.Slug); tick != nil {
			step.Done, step.DoneOn = true, &tick.DoneOn
		}
		v.Steps = append(v.Steps, step)
	}
	for i := range j.Periods {
		period := j.viewPeriod(i, &certification.Renewal)
		if period.RenewedOn == nil {
			v.CurrentPeriod = period
		} else {
			v.PastPeriods = append(v.PastPeriods, period)
		}
	}
	slices.Reverse(v.PastPeriods)
	if v.CurrentPeriod != nil {
		left := daysBetween(today, v.CurrentPeriod.DueOn)
		v.EarnedOn, v.RenewalDueOn, v.DaysLeft = &earned, &v.CurrentPeriod.DueOn, &left
	}
	return v
}

func (j *Journey) state(today catalog.Date) State {
	current := j.current()
	if current == nil {
		if len(j.Ticks) > 0 {
			return Gaining
		}
		return NotStarted
	}
	switch left := daysBetween(today, current.DueOn); {
	case left < 0:
		return Expired
	case left <= RenewalNotice:
		return RenewalDue
	default:
		return Active
	}
}

// viewPeriod returns the period with this index. The current requirements apply
// to periods that are not yet renewed.
func (j *Journey) viewPeriod(i int, rules *catalog.Renewal) *Period {
	p := &j.Periods[i]
	v := &Period{
		Number: i + 1, StartsOn: p.StartsOn, DueOn: p.DueOn, SEUsFrom: j.seusFrom(i),
		SEUs: make([]*SEU, 0, len(p.SEUs)), SEUsRequired: rules.SEUsRequired, Fee: &rules.Fee,
	}
	if p.Renewal != nil {
		v.RenewedOn, v.SEUsRequired, v.Fee = &p.Renewal.On, p.Renewal.SEUsRequired, &p.Renewal.Fee
	}
	entries := slices.SortedFunc(slices.Values(p.SEUs), func(a, b RecordedSEU) int {
		return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(b.Number, a.Number))
	})
	for _, u := range entries {
		v.SEUs = append(v.SEUs, &SEU{
			ID: j.seuID(u.Number), Activity: u.Activity, Title: u.Title, Hours: hours(u.Quarters), Date: u.On,
		})
	}
	earned := p.quarters()
	v.SEUsEarned = hours(earned)
	if v.SEUsRequired != nil {
		missing := hours(max(0, *v.SEUsRequired*quartersPerHour-earned))
		v.SEUsMissing = &missing
	}
	return v
}

func (p *RecordedPeriod) quarters() int {
	sum := 0
	for _, u := range p.SEUs {
		sum += u.Quarters
	}
	return sum
}

func hours(quarters int) float64 { return float64(quarters) / quartersPerHour }

// seuID returns the global id of an entry. It contains the learner's id, and
// only the learner ever sees it.
func (j *Journey) seuID(number int) string {
	return nodeid.SEU.Write(j.ID + "/" + strconv.Itoa(number))
}

// parseSEUID returns the stored id of the journey and the number of the entry.
func parseSEUID(global string) (journey string, number int, ok bool) {
	stored := nodeid.SEU.Read(global)
	end := strings.LastIndexByte(stored, '/')
	if end < 0 || !utf8.ValidString(stored) {
		return "", 0, false // databases only accept text
	}
	number, err := strconv.Atoi(stored[end+1:])
	return stored[:end], number, err == nil
}
