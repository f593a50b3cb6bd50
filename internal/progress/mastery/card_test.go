package mastery_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/progress/mastery"
)

var noonOfMonday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func after(days, hours int) time.Time {
	return noonOfMonday.Add(time.Duration(days*24+hours) * time.Hour)
}

func review(ref string, at time.Time, r mastery.Rating) mastery.CardEntry {
	return mastery.CardEntry{Ref: ref, At: at, Rating: r, Fraction: float64(r-1) / 3}
}

func cardOf(entries ...mastery.CardEntry) *mastery.Card {
	c := &mastery.Card{}
	for i := range entries {
		c.Put(entries[i].Ref, &entries[i])
	}
	return c
}

func TestCardFollowsItsReviews(t *testing.T) {
	good := mastery.FirstMemory(mastery.Good)
	tests := map[string]struct {
		reviews      []mastery.CardEntry
		memory       mastery.Memory
		reps, lapses int
		last         time.Time
		due          time.Time
	}{
		"FirstGood": {
			[]mastery.CardEntry{review("a", after(0, 0), mastery.Good)},
			good, 1, 0, after(0, 0), after(2, 0),
		},
		"FirstAgainIsNotALapse": {
			[]mastery.CardEntry{review("a", after(0, 0), mastery.Again)},
			mastery.FirstMemory(mastery.Again), 1, 0, after(0, 0), after(1, 0),
		},
		"DaysCountFromTheReviewBefore": {
			[]mastery.CardEntry{review("a", after(0, 0), mastery.Good), review("b", after(2, 5), mastery.Good), review("c", after(13, 6), mastery.Good)},
			good.Review(2, mastery.Good).Review(11, mastery.Good), 3, 0, after(13, 6), after(13+46, 6),
		},
		"LessThanADayIsTheSameDay": {
			[]mastery.CardEntry{review("a", after(0, 0), mastery.Good), review("b", after(0, 23), mastery.Good)},
			good.Review(0, mastery.Good), 2, 0, after(0, 23), after(2, 23),
		},
		"ForgottenLaterIsALapse": {
			[]mastery.CardEntry{review("a", after(0, 0), mastery.Good), review("b", after(2, 0), mastery.Again)},
			good.Review(2, mastery.Again), 2, 1, after(2, 0), after(3, 0),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := cardOf(tt.reviews...)
			if c.Memory != tt.memory || c.Reps != tt.reps || c.Lapses != tt.lapses {
				t.Errorf("memory %+v, %d reps, %d lapses; want %+v, %d, %d", c.Memory, c.Reps, c.Lapses, tt.memory, tt.reps, tt.lapses)
			}
			if !c.LastAt.Equal(tt.last) || !c.DueAt.Equal(tt.due) {
				t.Errorf("last at %s, due at %s; want %s, %s", c.LastAt, c.DueAt, tt.last, tt.due)
			}
			if c.Due(tt.due.Add(-time.Millisecond)) || !c.Due(tt.due) {
				t.Errorf("is not due from %s on", tt.due)
			}
		})
	}
}

func TestCardWithoutReviewsIsNeverDue(t *testing.T) {
	e := review("a", after(0, 0), mastery.Good)
	c := cardOf(e)
	if !c.Put("a", nil) || c.Put("a", nil) {
		t.Error("removing is not reported exactly once")
	}
	if c.DueAt != nil || c.Due(after(10000, 0)) || c.Reps != 0 {
		t.Errorf("left: %+v", c)
	}
}

// anyEntries generates entries with colliding refs and times.
func anyCardEntries() *rapid.Generator[[]mastery.CardEntry] {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) mastery.CardEntry {
		ref := fmt.Sprintf("attempt/%d", rapid.IntRange(1, 12).Draw(t, "ref"))
		return review(ref, after(0, rapid.IntRange(0, 200).Draw(t, "hours")*7), anyRating().Draw(t, "rating"))
	}), 0, 10, func(e mastery.CardEntry) string { return e.Ref })
}

func TestCardDoesNotDependOnOrderOfPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := anyCardEntries().Draw(t, "entries")
		want := cardOf(entries...)
		got := cardOf(rapid.Permutation(entries).Draw(t, "order")...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		for i := range entries {
			if got.Put(entries[i].Ref, &entries[i]) {
				t.Fatalf("putting %+v again changed something", entries[i])
			}
		}
	})
}

func TestCardDropsReplacedEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.Map(anyCardEntries(), func(e []mastery.CardEntry) []mastery.CardEntry {
			return append(e, review("replaced", after(3, 0), mastery.Hard))
		}).Draw(t, "entries")
		got := cardOf(rapid.Permutation(entries).Draw(t, "order")...)
		replacement := review("replaced", after(0, rapid.IntRange(0, 2000).Draw(t, "hours")), anyRating().Draw(t, "rating"))
		if changed, want := got.Put("replaced", &replacement), replacement != entries[len(entries)-1]; changed != want {
			t.Fatalf("changed = %v, want %v", changed, want)
		}
		want := cardOf(append(entries[:len(entries)-1:len(entries)-1], replacement)...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
