package cohort

import (
	"github.com/scrumkb/scrumkb/internal/progress/statement"
)

// Statement is a statement with the member whom it is about.
type Statement struct{ *statement.View }

// Member returns whom the statement is about in the list of a cohort; nil in a
// learner's own list.
func (s Statement) Member() *Member {
	member, _ := s.Owner().(*Member)
	return member
}
