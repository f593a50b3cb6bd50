package journey

import (
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
)

// firstDate is the earliest date that a journey accepts. Scrum was first
// presented in public in 1995, so no certification is older.
const firstDate catalog.Date = "1995-01-01"

// checkDate checks a date in the past that a learner gives. Dates in this form
// compare as strings. It fails with fault.InvalidInput naming the field.
func checkDate(field string, date, today catalog.Date) error {
	if _, err := time.Parse(time.DateOnly, string(date)); err != nil {
		return fault.Invalid(field, "a date has the form 2026-03-31")
	}
	if date < firstDate {
		return fault.Invalid(field, "%s is too early", date)
	}
	if date > today {
		return fault.Invalid(field, "%s is in the future: in your time zone, today is %s", date, today)
	}
	return nil
}

// monthsLater returns the date that many months after from, on the given day of
// the month, or on the last day of a shorter month.
func monthsLater(from catalog.Date, months, day int) catalog.Date {
	t := activity.UTC(from)
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return activity.DateIn(time.UTC, first.AddDate(0, 0, min(day, last)-1))
}

// dayOf returns the day of the month.
func dayOf(date catalog.Date) int { return activity.UTC(date).Day() }

// daysBetween returns the number of days from one date to the other; it is
// negative when to is earlier.
func daysBetween(from, to catalog.Date) int {
	const day = 24 * time.Hour // in UTC, all days have the same length
	return int(activity.UTC(to).Sub(activity.UTC(from)) / day)
}
