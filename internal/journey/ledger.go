package journey

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/typed"
)

const (
	// quartersPerHour is the precision in which units are counted.
	quartersPerHour = 4
	// maxSEUHours limits one activity to two weeks of full days. Anything
	// longer is several activities.
	maxSEUHours = 80
	// maxSEUTitle limits an activity's title, in characters.
	maxSEUTitle = 200
	// maxSEUs limits the activities of a journey, so that its document stays
	// small: one a week for 40 years.
	maxSEUs = 2000
	// maxSEUKey is enough for a UUID or a hash in hex.
	maxSEUKey = 64
)

// LogSEUInput is a learning activity that counts towards the next renewal.
type LogSEUInput struct {
	CertificationSlug string
	Activity          SEUActivity
	Title             string
	Hours             float64 // a multiple of a quarter
	On                catalog.Date
	IdempotencyKey    string // optional
}

// entry validates what does not depend on the journey.
func (in LogSEUInput) entry(today catalog.Date) (RecordedSEU, error) {
	if !in.Activity.known() {
		return RecordedSEU{}, fault.Invalid("activity", "there is no such kind of activity")
	}
	title, err := typed.Line("title", in.Title, maxSEUTitle)
	if err != nil {
		return RecordedSEU{}, err
	}
	quarters := in.Hours * quartersPerHour
	if !(in.Hours > 0 && in.Hours <= maxSEUHours) || quarters != math.Trunc(quarters) {
		return RecordedSEU{}, fault.Invalid("hours", "the hours must be a multiple of 0.25, from 0.25 to %d", maxSEUHours)
	}
	if err := checkDate("date", in.On, today); err != nil {
		return RecordedSEU{}, err
	}
	if len(in.IdempotencyKey) > maxSEUKey || !utf8.ValidString(in.IdempotencyKey) {
		return RecordedSEU{}, fault.Invalid("idempotencyKey", "the idempotency key must be text of at most %d bytes", maxSEUKey)
	}
	return RecordedSEU{Key: in.IdempotencyKey, Activity: in.Activity, Title: title, Quarters: int(quarters), On: in.On}, nil
}

// logSEU records an activity in the current period. It returns its number and
// whether it is new.
func (j *Journey) logSEU(in LogSEUInput, today catalog.Date) (number int, added bool, err error) {
	entry, err := in.entry(today)
	if err != nil {
		return 0, false, err
	}
	if done := j.seuWithKey(entry.Key); done != nil {
		entry.Number = done.Number
		if entry != *done {
			return 0, false, conflict(fault.KeyReused, "idempotencyKey", "the idempotency key was used for another activity")
		}
		return done.Number, false, nil
	}
	current := j.current()
	if current == nil {
		return 0, false, notEarned()
	}
	if from := j.seusFrom(len(j.Periods) - 1); entry.On < from {
		return 0, false, fault.Invalid("date", "activities count towards the next renewal from %s", from)
	}
	if entry.On > current.DueOn {
		return 0, false, fault.Invalid("date", "the period ended on %s; record its renewal first", current.DueOn)
	}
	count := 0
	for _, p := range j.Periods {
		count += len(p.SEUs)
		if slices.ContainsFunc(p.SEUs, entry.repeats) {
			return 0, false, conflict(fault.Duplicate, "title", "this activity is already recorded")
		}
	}
	if count >= maxSEUs {
		return 0, false, fault.Conflicting(fault.LimitReached, "at most %d activities can be recorded", maxSEUs)
	}
	j.LastSEU++
	entry.Number = j.LastSEU
	current.SEUs = append(current.SEUs, entry)
	return entry.Number, true, nil
}

// repeats reports whether two entries are the same activity.
func (u RecordedSEU) repeats(other RecordedSEU) bool {
	return u.Activity == other.Activity && u.On == other.On && typed.Fold(u.Title) == typed.Fold(other.Title)
}

// seuWithKey returns the entry that was logged with an idempotency key, or
// nil.
func (j *Journey) seuWithKey(key string) *RecordedSEU {
	if key == "" {
		return nil
	}
	for _, p := range j.Periods {
		for i := range p.SEUs {
			if p.SEUs[i].Key == key {
				return &p.SEUs[i]
			}
		}
	}
	return nil
}

// seusFrom returns the first day whose activities count towards the renewal of
// the period with this index: the day of the previous renewal, or the first day
// of the first period. Learners who renew early go on learning before the next
// period starts; those hours would otherwise count nowhere, and some sources
// accept hours from half a year before a period.
func (j *Journey) seusFrom(period int) catalog.Date {
	if period == 0 {
		return j.Periods[0].StartsOn
	}
	return j.Periods[period-1].Renewal.On
}

// removeSEU removes an entry of the current period and reports whether it was
// there. Removing an entry twice is not an error.
func (j *Journey) removeSEU(number int) (bool, error) {
	if number < 1 || number > j.LastSEU {
		return false, noSEU()
	}
	for i := range j.Periods {
		p := &j.Periods[i]
		at := slices.IndexFunc(p.SEUs, func(u RecordedSEU) bool { return u.Number == number })
		switch {
		case at < 0:
		case p.Renewal != nil:
			return false, conflict(fault.AlreadyRenewed, "id", "the activity counted towards the renewal of %s", p.Renewal.On)
		default:
			p.SEUs = slices.Delete(slices.Clone(p.SEUs), at, at+1)
			return true, nil
		}
	}
	return false, nil
}

func noSEU() error {
	missing := fault.New(fault.NotFound, "there is no such activity")
	missing.Field = "id"
	return missing
}
