package identity

import "slices"

// Role says what a caller may do. Roles are steps of one ladder, and each
// includes those below it: a trainer practises like a learner, and an admin
// does what a trainer does. What a learner may see of their own records is a
// matter of ownership, which no role overrides.
type Role string

const (
	RoleLearner Role = "LEARNER"
	RoleTrainer Role = "TRAINER"
	RoleAdmin   Role = "ADMIN"
)

// Roles lists every Role, the lowest first.
func Roles() []Role { return []Role{RoleLearner, RoleTrainer, RoleAdmin} }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Includes reports whether whoever has r may do what other allows. A value
// outside Roles includes nothing, and nothing includes it.
func (r Role) Includes(other Role) bool {
	return r.Valid() && other.Valid() && slices.Index(Roles(), r) >= slices.Index(Roles(), other)
}

// validRoles reports whether roles grants something, and nothing unknown.
func validRoles(roles []Role) bool {
	unknown := func(r Role) bool { return !r.Valid() }
	return len(roles) > 0 && !slices.ContainsFunc(roles, unknown)
}
