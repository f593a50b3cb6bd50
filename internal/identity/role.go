package identity

import "slices"

// Role says what a caller may do. Each role includes those below it: a trainer
// practises like a learner, and an admin may do what a trainer may. Access to
// one's own learning records is a matter of ownership, which no role overrides.
type Role string

const (
	RoleLearner Role = "LEARNER"
	RoleTrainer Role = "TRAINER"
	RoleAdmin   Role = "ADMIN"
)

// Roles lists all roles, lowest first.
func Roles() []Role { return []Role{RoleLearner, RoleTrainer, RoleAdmin} }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Includes reports whether r may do what other may. Unknown roles include
// nothing, and nothing includes them.
func (r Role) Includes(other Role) bool {
	return r.Valid() && other.Valid() && slices.Index(Roles(), r) >= slices.Index(Roles(), other)
}

// validRoles reports whether roles is not empty and all are known.
func validRoles(roles []Role) bool {
	unknown := func(r Role) bool { return !r.Valid() }
	return len(roles) > 0 && !slices.ContainsFunc(roles, unknown)
}
