package demo

import (
	"cmp"
	"slices"
	"time"
)

// sitting is a time at which a learner sits down to learn.
type sitting struct {
	at      time.Time
	learner *learner
}

const (
	// arrivalDays is how many days after the beginning everybody has joined.
	arrivalDays = 4
	// lately is how recently every active learner has learned: trainers worry
	// after two weeks.
	lately = 4
)

// timetable returns who learns when, in chronological order: at hours when
// people are awake where they live, and never before their class has begun.
func (w *World) timetable(class []*learner) []sitting {
	var all []sitting
	for _, l := range class {
		last := int(l.habit.until * w.end.Sub(w.begin).Hours() / 24)
		arrives := w.between(1, arrivalDays)
		for day := arrives; day <= last; day++ {
			firm := day == arrives || day == last-w.between(1, lately)
			if !w.happens(l.habit.days) && !firm {
				continue
			}
			date := w.begin.AddDate(0, 0, day).In(l.location)
			at := time.Date(date.Year(), date.Month(), date.Day(), w.between(7, 21), w.between(0, 59), w.between(0, 59), 0, l.location)
			all = append(all, sitting{at.UTC(), l})
		}
	}
	slices.SortFunc(all, func(a, b sitting) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.learner.subject, b.learner.subject))
	})
	return all
}
