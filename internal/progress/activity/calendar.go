package activity

import (
	"maps"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Day is what a learner did on one day of their time zone.
type Day struct {
	Date    catalog.Date
	Learned bool // something was answered or read
	Minutes int  // spent on it, the last one begun counted as a whole
	Answers int
	Right   int // answers that were wholly right
}

// Accuracy is the part of the answers that were wholly right, in percent as
// shown, see [quiz.Percent.Shown]; nil without answers.
func (d Day) Accuracy() *float64 {
	if d.Answers == 0 {
		return nil
	}
	percent := quiz.PercentOf(d.Right, d.Answers).Shown()
	return &percent
}

// Calendar puts the days of a time zone together, from the first date to the
// last, each once and in order, with or without learning. months have to hold
// those of UTC that the days are in: see MonthsOf.
func Calendar(months []Month, zone *time.Location, from, to catalog.Date) []*Day {
	sums := byDate(months, zone)
	days := []*Day{}
	for day := UTC(from); !day.After(UTC(to)); day = day.AddDate(0, 0, 1) {
		if !hasDay(zone, day) {
			continue
		}
		date := DateIn(time.UTC, day)
		sum := sums[date]
		days = append(days, &Day{
			Date: date, Learned: sum.learned, Minutes: (sum.seconds + 59) / 60, Answers: sum.answers, Right: sum.right,
		})
	}
	return days
}

// MonthsOf returns the months of UTC, as YYYY-MM, in which days from the one
// date to the other may be in any time zone: from the first to before the end.
func MonthsOf(from, to catalog.Date) (first, end string) {
	last := UTC(to).AddDate(0, 0, 1)
	return MonthOf(UTC(from).AddDate(0, 0, -1)), MonthOf(time.Date(last.Year(), last.Month()+1, 1, 0, 0, 0, 0, time.UTC))
}

// Streak says on how many days in a row a learner has learned.
type Streak struct {
	Current   int           // days up to today, or up to yesterday as long as today is not over
	Longest   int           // days
	LastDay   *catalog.Date // the latest with learning; nil when there is none
	TodayDone bool          // today has learning
}

// StreakOf counts in the days of a time zone, of which the last is that of now.
// months have to be all that there are.
func StreakOf(months []Month, zone *time.Location, now time.Time) Streak {
	today := DateIn(zone, now)
	var s Streak
	run := 0
	var expected catalog.Date // the day that would continue the run
	for _, date := range slices.Sorted(maps.Keys(byDate(months, zone))) {
		if date > today {
			break // clocks of servers differ a little
		}
		if date != expected {
			run = 0
		}
		run++
		s.Longest = max(s.Longest, run)
		s.LastDay = &date
		expected = dateAfter(date, zone)
	}
	if s.LastDay == nil {
		return s
	}
	s.TodayDone = *s.LastDay == today
	if s.TodayDone || expected == today {
		s.Current = run
	}
	return s
}

// sum is what happened on a day.
type sum struct {
	learned                 bool
	answers, right, seconds int
}

// byDate sums up the days with learning. A quarter of an hour belongs
// to the day of its beginning, since days begin with one.
func byDate(months []Month, zone *time.Location) map[catalog.Date]sum {
	sums := map[catalog.Date]sum{}
	for i := range months {
		beginning, err := time.Parse(monthLayout, months[i].Month)
		if err != nil {
			continue // no month is written so
		}
		for _, e := range months[i].Entries {
			date := DateIn(zone, beginning.Add(time.Duration(e.Quarter)*quarter))
			sum := sums[date]
			sum.learned = true
			sum.answers += e.Answers
			sum.right += e.Right
			sum.seconds += e.Seconds
			sums[date] = sum
		}
	}
	return sums
}

// DateIn returns the date that a time zone has at an instant.
func DateIn(zone *time.Location, at time.Time) catalog.Date {
	return catalog.Date(at.In(zone).Format(time.DateOnly))
}

// dateAfter returns the next date of a time zone.
func dateAfter(date catalog.Date, zone *time.Location) catalog.Date {
	day := UTC(date).AddDate(0, 0, 1)
	if !hasDay(zone, day) {
		day = day.AddDate(0, 0, 1)
	}
	return DateIn(time.UTC, day)
}

// hasDay reports whether a time zone has the date that day is in UTC. Zones
// that moved across the date line have left one out: in Apia, 31 December 2011
// came after the 29th.
func hasDay(zone *time.Location, day time.Time) bool {
	return time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, zone).Day() == day.Day()
}

// UTC returns the beginning of a date in UTC.
func UTC(date catalog.Date) time.Time {
	day, err := time.Parse(time.DateOnly, string(date))
	if err != nil {
		return time.Time{} // what reaches this package is a date
	}
	return day
}
