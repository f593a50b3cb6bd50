package progress_test

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
)

// school is a school and its tracker.
type school struct {
	*recordstest.School
	*progress.Tracker
}

func newSchool(t testing.TB) *school {
	t.Helper()
	s := recordstest.NewSchool(t)
	return &school{School: s, Tracker: s.Tracker}
}

// reopen discards everything except the database.
func (s *school) reopen(t testing.TB) {
	t.Helper()
	s.Reopen(t)
	s.Tracker = s.Records.Tracker
}
