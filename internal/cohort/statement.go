package cohort

import (
	"github.com/scrumkb/scrumkb/internal/progress/statement"
)

// Statement is an xAPI statement with the member it is about.
type Statement struct{ *statement.View }

// Member returns the member whom the statement is about in a cohort's list; nil
// in a learner's own list.
func (s Statement) Member() *Member {
	member, _ := s.Owner().(*Member)
	return member
}
