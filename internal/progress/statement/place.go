package statement

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// placeOf orders statements by the time they were stored, then by their number
// among those of the same instant, and then by id: one string, so that one index
// range finds what follows any place.
func placeOf(at time.Time, number int, id string) string {
	return fmt.Sprintf("%s/%05d/%s", placeFrom(at), number, id)
}

// placeFrom precedes the place of every statement stored at the time or later,
// and follows all others.
func placeFrom(at time.Time) string {
	const last = 9_999_999_999_999 // in the year 2286
	return fmt.Sprintf("%013d", min(max(0, at.UnixMilli()), last))
}

// placeBehind follows the place, and precedes all later ones: places have a
// fixed length.
func placeBehind(place string) string { return place + "0" }

// numberIn returns the number in a place, 0 where places had none.
func numberIn(place string) int {
	_, rest, _ := strings.Cut(place, "/")
	number, _, numbered := strings.Cut(rest, "/")
	n, err := strconv.Atoi(number)
	if !numbered || err != nil {
		return 0
	}
	return n
}

// isPlace reports whether a place is one that placeOf returns, or returned when
// places had no number.
func isPlace(place string) bool {
	at, id, _ := strings.Cut(place, "/")
	if number, rest, ok := strings.Cut(id, "/"); ok {
		if len(number) < 5 || strings.Trim(number, "0123456789") != "" {
			return false
		}
		id = rest
	}
	return len(at) == len(placeFrom(time.Time{})) && strings.Trim(at, "0123456789") == "" && uuid.Validate(id) == nil && len(id) == 36
}
