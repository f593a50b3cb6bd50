package activity_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/progress/activity"
)

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var noonOfMonday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func after(days, hours int) time.Time {
	return noonOfMonday.Add(time.Duration(days*24+hours) * time.Hour)
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// monthsWith has an answer that took a minute at each time, every second one
// right.
func monthsWith(times ...time.Time) []activity.Month {
	byMonth := map[string]*activity.Month{}
	for i, at := range times {
		name := activity.MonthOf(at)
		if byMonth[name] == nil {
			byMonth[name] = &activity.Month{Month: name}
		}
		ref := fmt.Sprintf("attempt/%d", i)
		byMonth[name].Put(ref, []activity.Entry{{Ref: ref, Quarter: activity.QuarterOf(at), Answers: 1, Right: i % 2, Seconds: 60}})
	}
	months := []activity.Month{}
	for _, m := range byMonth {
		months = append(months, *m)
	}
	return months
}

func TestQuarterOf(t *testing.T) {
	tests := map[string]struct {
		at      string
		month   string
		quarter int
	}{
		"BeginningOfTheMonth":  {"2026-03-01T00:00:00Z", "2026-03", 0},
		"EndOfAQuarter":        {"2026-03-01T00:14:59.999Z", "2026-03", 0},
		"NextQuarter":          {"2026-03-01T00:15:00Z", "2026-03", 1},
		"EndOfALongMonth":      {"2026-03-31T23:59:59Z", "2026-03", 31*96 - 1},
		"OtherZonesAreUTCHere": {"2026-04-01T01:59:00+02:00", "2026-03", 31*96 - 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			at := instant(t, tt.at)
			if month, quarter := activity.MonthOf(at), activity.QuarterOf(at); month != tt.month || quarter != tt.quarter {
				t.Errorf("%s, quarter %d; want %s, %d", month, quarter, tt.month, tt.quarter)
			}
		})
	}
}

func TestSecondsOf(t *testing.T) {
	start := after(0, 0)
	second := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
	tests := map[string]struct {
		answered []time.Time
		want     []int
	}{
		"None":                  {nil, []int{}},
		"SincePreviousAnswer":   {[]time.Time{second(10), second(70), second(71)}, []int{10, 60, 1}},
		"AnyOrder":              {[]time.Time{second(71), second(10), second(70)}, []int{1, 10, 60}},
		"AtMostFiveMinutes":     {[]time.Time{second(301), second(600), second(900)}, []int{300, 299, 300}},
		"AtTheSameTime":         {[]time.Time{second(20), second(20)}, []int{20, 0}},
		"FractionsAreTruncated": {[]time.Time{start.Add(1999 * time.Millisecond)}, []int{1}},
		"NeverBeforeTheStart":   {[]time.Time{second(-5)}, []int{0}},
		"ADayLaterIsAnInterval": {[]time.Time{second(86400), second(86410)}, []int{300, 10}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, activity.SecondsOf(start, tt.answered)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCalendar(t *testing.T) {
	tests := map[string]struct {
		zone     string
		times    []string
		from, to catalog.Date
		want     map[catalog.Date]int // answers on the days that have some
		days     int
	}{
		"UTC": {"UTC", []string{"2026-02-28T23:59:00Z", "2026-03-01T00:00:00Z", "2026-03-01T10:00:00Z"}, "2026-02-28", "2026-03-02",
			map[catalog.Date]int{"2026-02-28": 1, "2026-03-01": 2}, 3},
		"KathmanduIs5:45Ahead": {"Asia/Kathmandu", []string{"2026-03-01T18:14:59Z", "2026-03-01T18:15:00Z"}, "2026-03-01", "2026-03-02",
			map[catalog.Date]int{"2026-03-01": 1, "2026-03-02": 1}, 2},
		"KiritimatiIs14Ahead": {"Pacific/Kiritimati", []string{"2026-02-28T09:59:00Z", "2026-02-28T10:00:00Z"}, "2026-02-28", "2026-03-01",
			map[catalog.Date]int{"2026-02-28": 1, "2026-03-01": 1}, 2},
		"PagoPagoIs11Behind": {"Pacific/Pago_Pago", []string{"2026-03-01T10:59:00Z", "2026-03-01T11:00:00Z"}, "2026-02-28", "2026-03-01",
			map[catalog.Date]int{"2026-02-28": 1, "2026-03-01": 1}, 2},
		"A23HourDay": {"Europe/Berlin", []string{"2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T21:59:00Z", "2026-03-29T22:00:00Z"}, "2026-03-28", "2026-03-30",
			map[catalog.Date]int{"2026-03-29": 3, "2026-03-30": 1}, 3},
		"A25HourDay": {"Europe/Berlin", []string{"2026-10-24T22:00:00Z", "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z"}, "2026-10-24", "2026-10-26",
			map[catalog.Date]int{"2026-10-25": 2, "2026-10-26": 1}, 3},
		"ApiaSkippedADay": {"Pacific/Apia", []string{"2011-12-30T09:59:00Z", "2011-12-30T10:00:00Z"}, "2011-12-29", "2011-12-31",
			map[catalog.Date]int{"2011-12-29": 1, "2011-12-31": 1}, 2},
		"OnlyRequestedDays": {"UTC", []string{"2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z"}, "2026-03-02", "2026-03-02",
			map[catalog.Date]int{}, 1},
		"NoDays": {"UTC", []string{"2026-03-01T10:00:00Z"}, "2026-03-02", "2026-03-01", map[catalog.Date]int{}, 0},
		"AYear":  {"America/New_York", nil, "2027-03-01", "2028-02-29", map[catalog.Date]int{}, 366},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			times := []time.Time{}
			for _, s := range tt.times {
				times = append(times, instant(t, s))
			}
			days := activity.Calendar(monthsWith(times...), zoneOf(t, tt.zone), tt.from, tt.to)
			got := map[catalog.Date]int{}
			for _, d := range days {
				if d.Learned != (d.Answers > 0) || d.Minutes != d.Answers {
					t.Errorf("%+v", d)
				}
				if d.Learned {
					got[d.Date] = d.Answers
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if len(days) != tt.days || !slices.IsSortedFunc(days, func(a, b *activity.Day) int { return cmpDates(a.Date, b.Date) }) {
				t.Errorf("%d days, want %d in order", len(days), tt.days)
			}
			first, end := activity.MonthsOf(tt.from, tt.to)
			needed := slices.DeleteFunc(times, func(at time.Time) bool { return activity.MonthOf(at) < first || activity.MonthOf(at) >= end })
			answers := 0
			for _, d := range activity.Calendar(monthsWith(needed...), zoneOf(t, tt.zone), tt.from, tt.to) {
				answers += d.Answers
			}
			for _, n := range tt.want {
				answers -= n
			}
			if answers != 0 {
				t.Errorf("the months from %s to before %s are not enough", first, end)
			}
		})
	}
}

func cmpDates(a, b catalog.Date) int {
	if a < b {
		return -1
	}
	return 1 // a duplicate is out of order, too
}

func TestActivityDay(t *testing.T) {
	percent := func(p float64) *float64 { return &p }
	tests := map[string]struct {
		entries  []activity.Entry
		minutes  int
		accuracy *float64
	}{
		"Nothing":                 {nil, 0, nil},
		"ReadingHasNoAccuracy":    {[]activity.Entry{{Ref: "r", Quarter: 40, Seconds: 240}}, 4, nil},
		"MinutesRoundUp":          {[]activity.Entry{{Ref: "a", Quarter: 40, Answers: 1, Seconds: 1}}, 1, percent(0)},
		"SecondsAreAddedFirst":    {[]activity.Entry{{Ref: "a", Quarter: 40, Answers: 1, Right: 1, Seconds: 30}, {Ref: "b", Quarter: 41, Answers: 1, Seconds: 30}}, 1, percent(50)},
		"AccuracyIsTruncated":     {[]activity.Entry{{Ref: "a", Quarter: 40, Answers: 3, Right: 2, Seconds: 61}}, 2, percent(66.66)},
		"AccuracyOfAllRightIs100": {[]activity.Entry{{Ref: "a", Quarter: 40, Answers: 3, Right: 3, Seconds: 60}}, 1, percent(100)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			month := activity.Month{Month: "2026-03"}
			month.Put("", tt.entries)
			day := activity.Calendar([]activity.Month{month}, time.UTC, "2026-03-01", "2026-03-01")[0]
			if day.Minutes != tt.minutes || day.Learned != (len(tt.entries) > 0) {
				t.Errorf("%+v, want %d minutes", day, tt.minutes)
			}
			if diff := cmp.Diff(tt.accuracy, day.Accuracy()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStreak(t *testing.T) {
	date := func(d catalog.Date) *catalog.Date { return &d }
	tests := map[string]struct {
		zone  string
		times []string
		now   string
		want  activity.Streak
	}{
		"Nothing":   {"UTC", nil, "2026-03-05T12:00:00Z", activity.Streak{}},
		"TodayOnly": {"UTC", []string{"2026-03-05T08:00:00Z"}, "2026-03-05T12:00:00Z", activity.Streak{Current: 1, Longest: 1, LastDay: date("2026-03-05"), TodayDone: true}},
		"SurvivesUntilTheEndOfToday": {"UTC", []string{"2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z"}, "2026-03-05T23:59:59Z",
			activity.Streak{Current: 2, Longest: 2, LastDay: date("2026-03-04")}},
		"EndsWithASkippedDay": {"UTC", []string{"2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z"}, "2026-03-06T00:00:00Z",
			activity.Streak{Current: 0, Longest: 2, LastDay: date("2026-03-04")}},
		"SeveralTimesADayCountOnce": {"UTC", []string{"2026-03-05T08:00:00Z", "2026-03-05T09:00:00Z", "2026-03-05T08:01:00Z"}, "2026-03-05T12:00:00Z",
			activity.Streak{Current: 1, Longest: 1, LastDay: date("2026-03-05"), TodayDone: true}},
		"LongestMayBePast": {"UTC", []string{"2026-01-30T08:00:00Z", "2026-01-31T08:00:00Z", "2026-02-01T08:00:00Z", "2026-03-05T08:00:00Z"}, "2026-03-05T12:00:00Z",
			activity.Streak{Current: 1, Longest: 3, LastDay: date("2026-03-05"), TodayDone: true}},
		"NightSpansTwoDays": {"Asia/Kathmandu", []string{"2026-03-01T18:14:00Z", "2026-03-01T18:15:00Z"}, "2026-03-01T18:16:00Z",
			activity.Streak{Current: 2, Longest: 2, LastDay: date("2026-03-02"), TodayDone: true}},
		"OneDayInUTCOnly": {"America/New_York", []string{"2026-03-02T04:59:00Z", "2026-03-02T05:00:00Z"}, "2026-03-02T06:00:00Z",
			activity.Streak{Current: 2, Longest: 2, LastDay: date("2026-03-02"), TodayDone: true}},
		"AcrossTheShortDay": {"Europe/Berlin", []string{"2026-03-28T22:30:00Z", "2026-03-29T21:30:00Z", "2026-03-29T22:30:00Z"}, "2026-03-30T10:00:00Z",
			activity.Streak{Current: 3, Longest: 3, LastDay: date("2026-03-30"), TodayDone: true}},
		"AcrossApiasSkippedDay": {"Pacific/Apia", []string{"2011-12-30T09:00:00Z", "2011-12-30T12:00:00Z"}, "2011-12-30T13:00:00Z",
			activity.Streak{Current: 2, Longest: 2, LastDay: date("2011-12-31"), TodayDone: true}},
		"YesterdayAcrossApiasSkippedDay": {"Pacific/Apia", []string{"2011-12-30T09:00:00Z"}, "2011-12-30T13:00:00Z",
			activity.Streak{Current: 1, Longest: 1, LastDay: date("2011-12-29")}},
		"FutureDoesNotCount": {"UTC", []string{"2026-03-05T08:00:00Z", "2026-03-06T00:00:00Z"}, "2026-03-05T23:59:59Z",
			activity.Streak{Current: 1, Longest: 1, LastDay: date("2026-03-05"), TodayDone: true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			times := []time.Time{}
			for _, s := range tt.times {
				times = append(times, instant(t, s))
			}
			got := activity.StreakOf(monthsWith(times...), zoneOf(t, tt.zone), instant(t, tt.now))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func anyActivity() *rapid.Generator[map[string][]activity.Entry] {
	return rapid.Custom(func(t *rapid.T) map[string][]activity.Entry {
		bySource := map[string][]activity.Entry{}
		for n := range rapid.IntRange(0, 6).Draw(t, "sources") {
			ref := fmt.Sprintf("attempt/%d", n)
			for _, quarter := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 0, 4, rapid.ID).Draw(t, "quarters") {
				answers := rapid.IntRange(0, 9).Draw(t, "answers")
				bySource[ref] = append(bySource[ref], activity.Entry{Ref: ref, Quarter: quarter, Answers: answers, Right: answers / 2, Seconds: 10 * answers})
			}
		}
		return bySource
	})
}

func TestMonthDoesNotDependOnOrderOfPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bySource := anyActivity().Draw(t, "activity")
		refs := rapid.Permutation(sortedKeys(bySource)).Draw(t, "order")
		var want, got activity.Month
		for _, ref := range sortedKeys(bySource) {
			want.Put(ref, bySource[ref])
		}
		for _, ref := range refs {
			got.Put(ref, []activity.Entry{{Ref: ref, Quarter: 77}}) // will be replaced
		}
		for _, ref := range refs {
			got.Put(ref, bySource[ref])
			if got.Put(ref, bySource[ref]) {
				t.Fatalf("putting %s again changed something", ref)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEveryAnswerIsOnOneDay(t *testing.T) {
	zones := []string{"UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "Europe/Berlin", "Pacific/Apia"}
	rapid.Check(t, func(rt *rapid.T) {
		zone := zoneOf(t, rapid.SampledFrom(zones).Draw(rt, "zone"))
		times := []time.Time{}
		for _, hour := range rapid.SliceOf(rapid.IntRange(0, 24*365)).Draw(rt, "hours") {
			times = append(times, time.Date(2011, 6, 1, hour, 7, 0, 0, time.UTC))
		}
		months := monthsWith(times...)
		answers := 0
		for _, d := range activity.Calendar(months, zone, "2011-05-30", "2012-06-02") {
			answers += d.Answers
		}
		if answers != len(times) {
			rt.Fatalf("%d answers in the calendar, want %d", answers, len(times))
		}
		streak := activity.StreakOf(months, zone, time.Date(2012, 6, 2, 0, 0, 0, 0, time.UTC))
		if streak.Current > streak.Longest || streak.Longest > len(times) || (streak.LastDay == nil) != (len(times) == 0) {
			rt.Fatalf("%+v of %d answers", streak, len(times))
		}
	})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
