package cohort

import (
	"context"
	"errors"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/typed"
)

// Membership lets the trainers of a cohort see a learner's progress. It is
// deleted when the learner leaves or a trainer removes them.
type Membership struct {
	store.Meta `bson:",inline"` // _id is <learner>/<cohort>

	LearnerID string    `bson:"learner_id"`
	CohortID  string    `bson:"cohort_id"`
	MemberID  string    `bson:"member_id"` // a UUID by which trainers know the member; it reveals nothing else
	Name      string    `bson:"name"`      // as the learner gave it, for the trainers
	JoinedAt  time.Time `bson:"joined_at"`
}

func membershipID(learner, cohort string) string { return learner + "/" + cohort }

// maxMemberships limits the cohorts that a learner is in.
const maxMemberships = 100

// Join lets the trainers of the cohort with the code see the learner's
// progress under the name. Joining again changes the name.
//
// It fails with fault.InvalidInput naming the name, with fault.NotFound for a
// code that does not work, whatever the reason, and with fault.Conflict if the
// cohort has MaxMembers or the learner is in 100 cohorts.
func (s *Cohorts) Join(ctx context.Context, learner, code, name string) (*MembershipView, error) {
	name, err := typed.Line("name", name, profile.MaxName)
	if err != nil {
		return nil, err
	}
	c, err := s.invited(ctx, code)
	if err != nil {
		return nil, err
	}
	var joined bool
	fresh := func() Membership {
		return Membership{
			Meta:      store.Meta{ID: membershipID(learner, c.ID)},
			LearnerID: learner, CohortID: c.ID, MemberID: s.config.NewID(), Name: name, JoinedAt: s.now(),
		}
	}
	m, err := store.Amend(ctx, s.memberships, membershipID(learner, c.ID), func(m *Membership) (bool, error) {
		joined = m.Rev == 0
		renamed := m.Name != name
		m.Name = name
		return joined || renamed, nil
	}, store.OrNew(fresh))
	if err == nil && joined {
		err = s.admit(ctx, &m)
	}
	if err != nil {
		return nil, err
	}
	return &MembershipView{membership: m, cohort: c}, nil
}

// invited returns the open cohort with the code.
func (s *Cohorts) invited(ctx context.Context, typed string) (Cohort, error) {
	refused := fault.New(fault.NotFound, "no cohort can be joined with this code; ask your trainer for the current one")
	code, ok := readInvitation(typed)
	if !ok {
		return Cohort{}, refused
	}
	found, _, err := s.cohorts.Find(ctx, store.Query{Where: store.Where{"invitation": code}, Limit: 1})
	if err != nil {
		return Cohort{}, err
	}
	if len(found) == 0 || found[0].ArchivedAt != nil {
		return Cohort{}, refused
	}
	return found[0], nil
}

// admit removes a membership that exceeds a limit. Because it counts after the
// membership is stored, the limits hold however many join at once.
func (s *Cohorts) admit(ctx context.Context, m *Membership) error {
	members, err := s.memberships.Count(ctx, store.Query{Where: store.Where{"cohort_id": m.CohortID}})
	if err != nil {
		return err
	}
	cohorts, err := s.memberships.Count(ctx, store.Query{Where: store.Where{"learner_id": m.LearnerID}})
	if err != nil {
		return err
	}
	var refused error
	switch {
	case members > MaxMembers:
		refused = fault.Conflicting(fault.CohortFull, "the cohort is full; it has %d members", MaxMembers)
	case cohorts > maxMemberships:
		refused = fault.Conflicting(fault.LimitReached, "you are already in %d cohorts; leave one first", maxMemberships)
	default:
		return nil
	}
	if _, err := s.memberships.DeleteWhere(ctx, store.Where{"_id": m.ID}); err != nil {
		return err
	}
	return refused
}

// Leave ends the learner's membership: the cohort's trainers no longer see the
// learner's progress. It has no effect for learners who are not members.
func (s *Cohorts) Leave(ctx context.Context, learner, cohort string) error {
	if cohort == "" {
		return nil
	}
	_, err := s.memberships.DeleteWhere(ctx, store.Where{"_id": membershipID(learner, cohort)})
	return err
}

// RemoveMember ends the membership of a member of the trainer's cohort. It has
// no effect for others.
func (s *Cohorts) RemoveMember(ctx context.Context, trainer, cohort, member string) (*View, error) {
	c, err := s.load(ctx, trainer, cohort)
	if err != nil {
		return nil, err
	}
	m, err := s.member(ctx, member)
	if err != nil {
		return nil, err
	}
	if m != nil && m.CohortID == c.ID {
		if err := s.Leave(ctx, m.LearnerID, c.ID); err != nil {
			return nil, err
		}
	}
	return s.view(c), nil
}

// member returns the membership with a member id, or nil.
func (s *Cohorts) member(ctx context.Context, id string) (*Membership, error) {
	if id == "" {
		return nil, nil
	}
	found, _, err := s.memberships.Find(ctx, store.Query{Where: store.Where{"member_id": id}, Limit: 1})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Member returns a member of one of the trainer's cohorts, or nil.
func (s *Cohorts) Member(ctx context.Context, trainer, id string) (*Member, error) {
	m, err := s.member(ctx, id)
	if m == nil || err != nil {
		return nil, err
	}
	c, err := s.load(ctx, trainer, m.CohortID)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &Member{cohort: s.view(c), membership: *m}, nil
}

// Memberships returns the learner's memberships, latest first. It takes one
// read, plus one for each.
func (s *Cohorts) Memberships(ctx context.Context, learner string) ([]*MembershipView, error) {
	found, _, err := s.memberships.Find(ctx, store.Query{
		Where: store.Where{"learner_id": learner}, Sort: "-joined_at", Limit: maxMemberships,
	})
	if err != nil {
		return nil, err
	}
	views := make([]*MembershipView, 0, len(found))
	for _, m := range found {
		c, err := s.cohorts.Get(ctx, m.CohortID)
		if errors.Is(err, store.ErrNotFound) {
			continue // is being dissolved
		}
		if err != nil {
			return nil, err
		}
		views = append(views, &MembershipView{membership: m, cohort: c})
	}
	return views, nil
}

// Membership returns the learner's own membership with a member id, or nil.
func (s *Cohorts) Membership(ctx context.Context, learner, id string) (*MembershipView, error) {
	m, err := s.member(ctx, id)
	if m == nil || err != nil || m.LearnerID != learner {
		return nil, err
	}
	c, err := s.cohorts.Get(ctx, m.CohortID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &MembershipView{membership: *m, cohort: c}, nil
}
