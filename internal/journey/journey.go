package journey

import (
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

// Journey is one learner's progress towards a certification and its renewals,
// as they record it themselves. Dates are those of the learner's calendar.
//
// A record stays unchanged while others depend on it: steps stay done while the
// certification is earned, and the date on which it was earned stays while
// there is a renewal or an activity. Corrections therefore start with the
// latest record.
type Journey struct {
	store.Meta `bson:",inline"` // _id is <learner>/<certification>

	LearnerID         string           `bson:"learner_id"`
	CertificationSlug string           `bson:"certification"`
	Ticks             []Tick           `bson:"ticks,omitempty"`    // steps towards it, each at most once
	Periods           []RecordedPeriod `bson:"periods,omitempty"`  // oldest first, the current one last; empty until it is earned
	LastSEU           int              `bson:"last_seu,omitempty"` // the highest number used so far
}

// Tick records that a step towards the certification is done.
type Tick struct {
	StepSlug string       `bson:"step"`
	DoneOn   catalog.Date `bson:"done_on"`
	Shared   bool         `bson:"shared,omitempty"` // the units of courses that name the step are ticked as well
}

// RecordedPeriod is the time from earning or renewing a certification until the
// next renewal is due, with the activities that count towards it.
type RecordedPeriod struct {
	StartsOn catalog.Date   `bson:"starts_on"`
	DueOn    catalog.Date   `bson:"due_on"` // the last day of validity, fixed when the period starts
	SEUs     []RecordedSEU  `bson:"seus,omitempty"`
	Renewal  *RecordedAtEnd `bson:"renewal,omitempty"` // nil for the current period
}

// RecordedAtEnd is how a period ended: its renewal, with the requirements of
// that time.
type RecordedAtEnd struct {
	On           catalog.Date  `bson:"on"`
	SEUsRequired *int          `bson:"seus_required,omitempty"` // nil when no source stated a number
	Fee          catalog.Money `bson:"fee"`
}

// RecordedSEU is a learning activity that counts towards a renewal. One hour is
// one Scrum Education Unit.
type RecordedSEU struct {
	Number   int          `bson:"number"`        // from 1, unique in the journey, never reused
	Key      string       `bson:"key,omitempty"` // the idempotency key that it was logged with
	Activity SEUActivity  `bson:"activity"`
	Title    string       `bson:"title"`
	Quarters int          `bson:"quarters"` // of an hour
	On       catalog.Date `bson:"on"`
}

// SEUActivity is a category of learning activities. These six are Scrum
// Alliance's.
type SEUActivity string

const (
	AllianceGathering     SEUActivity = "SCRUM_ALLIANCE_GATHERING" // a global or regional Scrum Gathering
	AllianceEvent         SEUActivity = "SCRUM_ALLIANCE_EVENT"     // user groups, webinars and other events that Scrum Alliance sponsors
	OutsideEvent          SEUActivity = "OUTSIDE_EVENT"            // conferences, courses and meetups run by others
	VolunteerService      SEUActivity = "VOLUNTEER_SERVICE"
	IndependentLearning   SEUActivity = "INDEPENDENT_LEARNING"   // reading, watching, writing or preparing a talk
	CollaborativeLearning SEUActivity = "COLLABORATIVE_LEARNING" // coaching, mentoring and other learning with others
)

func (a SEUActivity) known() bool {
	return slices.Contains([]SEUActivity{
		AllianceGathering, AllianceEvent, OutsideEvent, VolunteerService, IndependentLearning, CollaborativeLearning,
	}, a)
}

// current returns the current period, or nil when the certification is not
// earned.
func (j *Journey) current() *RecordedPeriod {
	if len(j.Periods) == 0 {
		return nil
	}
	return &j.Periods[len(j.Periods)-1]
}

// earnedOn returns when the certification was earned, or "".
func (j *Journey) earnedOn() catalog.Date {
	if len(j.Periods) == 0 {
		return ""
	}
	return j.Periods[0].StartsOn
}

// tick returns the tick of a step, or nil.
func (j *Journey) tick(step string) *Tick {
	i := slices.IndexFunc(j.Ticks, func(t Tick) bool { return t.StepSlug == step })
	if i < 0 {
		return nil
	}
	return &j.Ticks[i]
}

// CompleteStepInput marks a step of a certification as done or not done.
type CompleteStepInput struct {
	CertificationSlug string
	StepSlug          string
	Done              bool
	DoneOn            *catalog.Date // nil means today, or the date already recorded
}

// completeStep reports whether it changed anything.
func (j *Journey) completeStep(certification *catalog.Certification, in CompleteStepInput, today catalog.Date) (bool, error) {
	if !slices.ContainsFunc(certification.Steps, func(s *catalog.Step) bool { return s.Slug == in.StepSlug }) {
		return false, fault.Invalid("step", "the %s has no such step", certification.Code)
	}
	ticked := j.tick(in.StepSlug)
	if !in.Done {
		return j.untickStep(in, ticked)
	}
	earned := j.earnedOn()
	on := today
	switch {
	case in.DoneOn != nil:
		on = *in.DoneOn
	case ticked != nil || earned != "":
		return false, nil // already done
	}
	if err := checkDate("doneOn", on, today); err != nil {
		return false, err
	}
	if earned != "" && on > earned {
		return false, fault.Invalid("doneOn", "%s is after the certification was earned on %s", on, earned)
	}
	if ticked == nil {
		j.Ticks = append(j.Ticks, Tick{StepSlug: in.StepSlug, DoneOn: on})
		return true, nil
	}
	changed := ticked.DoneOn != on
	ticked.DoneOn = on
	return changed, nil
}

func (j *Journey) untickStep(in CompleteStepInput, ticked *Tick) (bool, error) {
	switch {
	case in.DoneOn != nil:
		return false, fault.Invalid("doneOn", "a date is only allowed for a step that is done")
	case j.earnedOn() != "":
		return false, conflict(fault.AlreadyEarned, "done", "the steps of an earned certification are done; remove the date on which it was earned first")
	case ticked == nil:
		return false, nil
	}
	j.Ticks = slices.DeleteFunc(j.Ticks, func(t Tick) bool { return t.StepSlug == in.StepSlug })
	return true, nil
}

// earn records when the certification was earned, and reports whether that
// changed anything.
func (j *Journey) earn(certification *catalog.Certification, on, today catalog.Date) (bool, error) {
	switch earned := j.earnedOn(); {
	case earned != "" && on == earned:
		return false, nil
	case len(j.Periods) > 1:
		return false, conflict(fault.AlreadyRenewed, "earnedOn", "a renewal is recorded; remove it first")
	}
	if err := checkDate("earnedOn", on, today); err != nil {
		return false, err
	}
	for _, t := range j.Ticks {
		if t.DoneOn > on {
			return false, fault.Invalid("earnedOn", "a step is recorded as done later, on %s", t.DoneOn)
		}
	}
	period := RecordedPeriod{StartsOn: on, DueOn: monthsLater(on, certification.Renewal.EveryMonths, dayOf(on))}
	if current := j.current(); current != nil {
		period.SEUs = current.SEUs
	}
	for _, u := range period.SEUs {
		if u.On < period.StartsOn || u.On > period.DueOn {
			return false, conflict(fault.ActivityRecorded, "earnedOn", "an activity is recorded for %s, which would be outside the period; remove it first", u.On)
		}
	}
	j.Periods = []RecordedPeriod{period}
	return true, nil
}

// undoEarn removes the record that the certification was earned, and reports
// whether there was one.
func (j *Journey) undoEarn() (bool, error) {
	switch {
	case len(j.Periods) == 0:
		return false, nil
	case len(j.Periods) > 1:
		return false, conflict(fault.AlreadyRenewed, "certification", "a renewal is recorded; remove it first")
	case len(j.Periods[0].SEUs) > 0:
		return false, conflict(fault.ActivityRecorded, "certification", "activities are recorded for the renewal; remove them first")
	}
	j.Periods = nil
	return true, nil
}

// renew records when the certification was renewed, and reports whether that
// changed anything.
//
// Units that are missing do not prevent it: the issuer decides whether it
// renews, and sources differ on what it asks for.
func (j *Journey) renew(certification *catalog.Certification, on, today catalog.Date) (bool, error) {
	if err := checkDate("renewedOn", on, today); err != nil {
		return false, err
	}
	current := j.current()
	switch {
	case current == nil:
		return false, notEarned()
	case j.lastRenewal() == on:
		return false, nil
	case on < current.StartsOn:
		return false, fault.Invalid("renewedOn", "the current period starts on %s and cannot be renewed before", current.StartsOn)
	}
	next := RecordedPeriod{StartsOn: current.DueOn}
	if on > current.DueOn {
		next.StartsOn = on
	}
	next.DueOn = monthsLater(next.StartsOn, certification.Renewal.EveryMonths, j.dueDay(next.StartsOn))
	// Activities after the renewal cannot have counted towards it.
	for _, u := range current.SEUs {
		if u.On > on {
			next.SEUs = append(next.SEUs, u)
		}
	}
	current.SEUs = slices.DeleteFunc(slices.Clone(current.SEUs), func(u RecordedSEU) bool { return u.On > on })
	current.Renewal = &RecordedAtEnd{On: on, SEUsRequired: certification.Renewal.SEUsRequired, Fee: certification.Renewal.Fee}
	j.Periods = append(j.Periods, next)
	return true, nil
}

// undoRenewal goes back to the period before the current one, and reports
// whether there was one.
func (j *Journey) undoRenewal() (bool, error) {
	if len(j.Periods) < 2 {
		return false, nil
	}
	dropped, reopened := *j.current(), &j.Periods[len(j.Periods)-2]
	for _, u := range dropped.SEUs {
		if u.On > reopened.DueOn {
			return false, conflict(fault.ActivityRecorded, "certification", "an activity is recorded for %s, after the end of the previous period; remove it first", u.On)
		}
	}
	reopened.SEUs = append(reopened.SEUs, dropped.SEUs...)
	reopened.Renewal = nil
	j.Periods = j.Periods[:len(j.Periods)-1]
	return true, nil
}

// lastRenewal returns the date of the renewal that started the current period,
// or "".
func (j *Journey) lastRenewal() catalog.Date {
	if len(j.Periods) < 2 {
		return ""
	}
	return j.Periods[len(j.Periods)-2].Renewal.On
}

// dueDay returns the day of the month on which a period that starts then is
// due: the day on which the certification was earned, or renewed after a gap. A
// short month thus shortens one period, not all that follow.
func (j *Journey) dueDay(startsOn catalog.Date) int {
	for _, p := range slices.Backward(j.Periods) {
		if p.DueOn != startsOn {
			break
		}
		startsOn = p.StartsOn
	}
	return dayOf(startsOn)
}

func notEarned() error {
	return conflict(fault.NotEarned, "certification", "this certification is not earned yet; record the date on which it was earned first")
}

// conflict says why a change is refused, and which field asked for it.
func conflict(reason fault.ConflictReason, field, format string, args ...any) error {
	conflict := fault.Conflicting(reason, format, args...)
	conflict.Field = field
	return conflict
}

func fresh(learner, certification string) Journey {
	return Journey{Meta: store.Meta{ID: recordID(learner, certification)}, LearnerID: learner, CertificationSlug: certification}
}

// recordID joins the parts of a journey's key. A learner's id may
// contain slashes; a slug has none.
func recordID(learner, certification string) string { return learner + "/" + certification }
