package progress

// ToldStatement is a statement with the member whom it is about.
type ToldStatement struct{ *StatementView }

// Member returns whom the statement is about in the list of a cohort; nil in a
// learner's own list.
func (s ToldStatement) Member() *MemberView {
	member, _ := s.Owner().(*MemberView)
	return member
}
