package progress

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
	"github.com/scrumkb/scrumkb/internal/store"
)

// maxCalendarDays is a year, even from leap day to leap day.
const maxCalendarDays = 366

// Activity returns what the learner did on each day of the time zone, from the
// first date to the last: to defaults to today, and from to the start of the
// year that ends with to. It fails with fault.InvalidInput, naming the
// argument, for more than 366 days.
func (t *Tracker) Activity(ctx context.Context, learner string, zone *time.Location, from, to *catalog.Date) ([]*activity.Day, error) {
	first, last, err := t.calendarDates(zone, from, to)
	if err != nil {
		return nil, err
	}
	if err := t.CatchUp(ctx, learner); err != nil {
		return nil, err
	}
	query := ofLearner(learner)
	firstMonth, endMonth := activity.MonthsOf(first, last)
	query.Range = &store.Range{Field: "month", From: firstMonth, To: endMonth}
	months, err := t.activityMonths(ctx, query)
	if err != nil {
		return nil, err
	}
	return activity.Calendar(months, zone, first, last), nil
}

func (t *Tracker) calendarDates(zone *time.Location, from, to *catalog.Date) (first, last catalog.Date, err error) {
	last = activity.DateIn(zone, t.now())
	if to != nil {
		last = *to
	}
	first = activity.DateIn(time.UTC, activity.UTC(last).AddDate(-1, 0, 1))
	if from != nil {
		first = *from
	}
	days := activity.UTC(last).Sub(activity.UTC(first)).Hours()/24 + 1
	switch {
	case days < 1:
		return "", "", fault.Invalid("from", "%s is after %s", first, last)
	case days > maxCalendarDays:
		return "", "", fault.Invalid("from", "%s to %s is more than %d days", first, last, maxCalendarDays)
	}
	return first, last, nil
}

// Streak returns the learner's streak in days of the time zone.
func (t *Tracker) Streak(ctx context.Context, learner string, zone *time.Location) (activity.Streak, error) {
	if err := t.CatchUp(ctx, learner); err != nil {
		return activity.Streak{}, err
	}
	months, err := t.activityMonths(ctx, ofLearner(learner))
	if err != nil {
		return activity.Streak{}, err
	}
	return activity.StreakOf(months, zone, t.now()), nil
}

func (t *Tracker) activityMonths(ctx context.Context, query store.Query) ([]activity.Month, error) {
	var months []activity.Month
	for month, err := range t.months.Each(ctx, query) {
		if err != nil {
			return nil, err
		}
		months = append(months, month)
	}
	return months, nil
}
