package statement

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// placeOf orders statements by when they were stored, and then by id:
// one string, so that one range of one index finds what follows any place,
// whoever's statement is there.
func placeOf(at time.Time, id string) string {
	return placeFrom(at) + "/" + id
}

// placeFrom comes before the place of every statement that was stored at
// the time or later, and after that of all others.
func placeFrom(at time.Time) string {
	const last = 9_999_999_999_999 // in the year 2286
	return fmt.Sprintf("%013d", min(max(0, at.UnixMilli()), last))
}

// placeBehind comes after the place, and before all that follow it: places
// are of one length.
func placeBehind(place string) string { return place + "0" }

// isPlace reports whether a place is one that placeOf returns.
func isPlace(place string) bool {
	at, id, _ := strings.Cut(place, "/")
	return len(at) == len(placeFrom(time.Time{})) && strings.Trim(at, "0123456789") == "" && uuid.Validate(id) == nil && len(id) == 36
}
