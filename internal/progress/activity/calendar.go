package activity

import (
	"maps"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Day is a learner's activity on one day of their time zone.
type Day struct {
	Date    catalog.Date
	Learned bool // something was answered or read
	Minutes int  // rounded up
	Answers int
	Right   int // answers that were fully right
}

// Accuracy is the percentage of answers that were fully right, see
// [quiz.Percent.Shown]; nil without answers.
func (d Day) Accuracy() *float64 {
	if d.Answers == 0 {
		return nil
	}
	percent := quiz.PercentOf(d.Right, d.Answers).Shown()
	return &percent
}

// Calendar returns the days of a time zone from the first date to the last,
// each once and in order, with or without activity. months must include the UTC
// months that overlap these days; see MonthsOf.
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

// MonthsOf returns the UTC months, as YYYY-MM, that overlap the days between
// two dates in any time zone: the first, and the end, exclusive.
func MonthsOf(from, to catalog.Date) (first, end string) {
	last := UTC(to).AddDate(0, 0, 1)
	return MonthOf(UTC(from).AddDate(0, 0, -1)), MonthOf(time.Date(last.Year(), last.Month()+1, 1, 0, 0, 0, 0, time.UTC))
}

// Streak is a number of consecutive days of learning.
type Streak struct {
	Current   int           // days up to today or, as long as nothing was learned today, up to yesterday
	Longest   int           // days
	LastDay   *catalog.Date // the latest day of learning; nil if there is none
	TodayDone bool          // whether there was learning today
}

// StreakOf counts days of a time zone up to now. months must be complete.
func StreakOf(months []Month, zone *time.Location, now time.Time) Streak {
	today := DateIn(zone, now)
	var s Streak
	run := 0
	var expected catalog.Date // the day that would continue the run
	for _, date := range slices.Sorted(maps.Keys(byDate(months, zone))) {
		if date > today {
			break // servers' clocks differ slightly
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

// sum is the activity on a day.
type sum struct {
	learned                 bool
	answers, right, seconds int
}

// byDate sums up the days with activity. A quarter of an hour belongs to the
// day in which it begins, since days begin with one.
func byDate(months []Month, zone *time.Location) map[catalog.Date]sum {
	sums := map[catalog.Date]sum{}
	for i := range months {
		beginning, err := time.Parse(monthLayout, months[i].Month)
		if err != nil {
			continue // no month is written like this
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

// DateIn returns the date in a time zone at an instant.
func DateIn(zone *time.Location, at time.Time) catalog.Date {
	return catalog.Date(at.In(zone).Format(time.DateOnly))
}

// dateAfter returns the next date in a time zone.
func dateAfter(date catalog.Date, zone *time.Location) catalog.Date {
	day := UTC(date).AddDate(0, 0, 1)
	if !hasDay(zone, day) {
		day = day.AddDate(0, 0, 1)
	}
	return DateIn(time.UTC, day)
}

// hasDay reports whether a date exists in a time zone. Zones that moved across
// the date line have skipped one: in Apia, 31 December 2011 followed the 29th.
func hasDay(zone *time.Location, day time.Time) bool {
	return time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, zone).Day() == day.Day()
}

// UTC returns the beginning of a date in UTC.
func UTC(date catalog.Date) time.Time {
	day, err := time.Parse(time.DateOnly, string(date))
	if err != nil {
		return time.Time{} // this package only gets valid dates
	}
	return day
}
