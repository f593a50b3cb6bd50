package statement

import (
	"slices"
	"testing"
	"time"
)

func TestClockNeverGoesBack(t *testing.T) {
	wall := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := clock{wall: func() time.Time { return wall }}
	var places []string
	put := func(ids ...string) {
		at, first := c.reserve(len(ids))
		for i, id := range ids {
			places = append(places, placeOf(at, first+i, id))
		}
	}
	const high, low = "ffffffff-0000-5000-8000-000000000000", "00000000-0000-5000-8000-000000000000"
	put(high, low) // in the order of their causes, whatever their ids
	put(low)
	for _, step := range []time.Duration{time.Millisecond, -time.Hour, time.Millisecond, -time.Minute, 0, 2 * time.Hour} {
		wall = wall.Add(step)
		put(high, low)
	}
	if !slices.IsSorted(places) {
		t.Errorf("a place before an earlier one: %q", places)
	}
	for _, place := range append(places, placeFrom(wall)+"/"+low) {
		if !isPlace(place) {
			t.Errorf("%q is not a place", place)
		}
	}
	for _, place := range []string{"", placeFrom(wall), placeFrom(wall) + "/00000", placeFrom(wall) + "/0x000/" + low, placeFrom(wall) + "/00000/x"} {
		if isPlace(place) {
			t.Errorf("%q is a place", place)
		}
	}
}
