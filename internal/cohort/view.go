package cohort

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/store"
)

// View is a cohort as its trainers may see it. Members' records are read on
// demand, once.
type View struct {
	cohorts   *Cohorts
	cohort    Cohort
	members   once[[]*Member]
	standings standings
}

func (s *Cohorts) view(c Cohort) *View {
	return &View{cohorts: s, cohort: c, standings: standings{read: s.config.Tracker.Overviews}}
}

// ID returns the cohort's global id.
func (v *View) ID() string { return nodeid.Cohort.Write(v.cohort.ID) }

// Name returns the cohort's name.
func (v *View) Name() string { return v.cohort.Name }

// InvitationCode returns the code that learners join with, or nil when the
// cohort is archived.
func (v *View) InvitationCode() *string {
	if v.cohort.ArchivedAt != nil {
		return nil
	}
	return &v.cohort.Invitation
}

// TrainerIDs returns the subjects of the trainers.
func (v *View) TrainerIDs() []string { return v.cohort.Trainers }

// CreatedAt is when the cohort was created.
func (v *View) CreatedAt() time.Time { return v.cohort.CreatedAt }

// ArchivedAt is when the cohort was archived, or nil.
func (v *View) ArchivedAt() *time.Time { return v.cohort.ArchivedAt }

// all returns the members in the order in which they joined.
func (v *View) all(ctx context.Context) ([]*Member, error) {
	return v.members.do(func() ([]*Member, error) {
		found, _, err := v.cohorts.memberships.Find(ctx, store.Query{
			Where: store.Where{"cohort_id": v.cohort.ID}, Sort: "member_id",
		})
		if err != nil {
			return nil, err
		}
		members := make([]*Member, 0, len(found))
		for _, m := range found {
			members = append(members, &Member{cohort: v, membership: m})
		}
		for _, m := range members {
			m.listed = members
		}
		return members, nil
	})
}

// Members returns a page of the members in the order in which they joined.
func (v *View) Members(ctx context.Context, r catalog.PageRequest) (catalog.Page[*Member], error) {
	members, err := v.all(ctx)
	if err != nil {
		return catalog.Page[*Member]{}, err
	}
	key := func(m *Member) string { return m.membership.MemberID }
	place := func(id string) int {
		before, _ := slices.BinarySearchFunc(members, id, func(m *Member, id string) int { return strings.Compare(key(m), id) })
		return before
	}
	page, err := catalog.Paginate("members of "+v.cohort.ID, members, key, place, r)
	if err != nil {
		return page, err
	}
	listed := make([]*Member, 0, len(page.Items))
	for _, m := range page.Items {
		listed = append(listed, &Member{cohort: v, membership: m.membership})
	}
	for _, m := range listed {
		m.listed = listed
	}
	page.Items = listed
	return page, nil
}

// Statements returns a page of the statements about the members since each of
// them joined.
func (v *View) Statements(ctx context.Context, r statement.Request) (statement.Page, error) {
	members, err := v.all(ctx)
	if err != nil {
		return statement.Page{}, err
	}
	sources := make([]statement.Source, 0, len(members))
	for _, m := range members {
		sources = append(sources, statement.Source{Learner: m.membership.LearnerID, From: m.membership.JoinedAt, Owner: m})
	}
	return v.cohorts.config.Statements.Merge(ctx, "cohort "+v.cohort.ID, sources, r)
}

// Member is a member as the trainers of the cohort may see them.
type Member struct {
	cohort     *View
	membership Membership
	listed     []*Member // whose records are read together with this member's
}

// ID returns the member's global id, which does not reveal who they are
// elsewhere.
func (v *Member) ID() string { return nodeid.Member.Write(v.membership.MemberID) }

// Name returns the name that the learner gave here.
func (v *Member) Name() string { return v.membership.Name }

// JoinedAt is when the learner joined.
func (v *Member) JoinedAt() time.Time { return v.membership.JoinedAt }

// MembershipView is a membership as the learner may see it.
type MembershipView struct {
	membership Membership
	cohort     Cohort
}

// ID returns the membership's global id.
func (v *MembershipView) ID() string { return nodeid.Membership.Write(v.membership.MemberID) }

// CohortID returns the cohort's global id.
func (v *MembershipView) CohortID() string { return nodeid.Cohort.Write(v.cohort.ID) }

// CohortName returns the cohort's name.
func (v *MembershipView) CohortName() string { return v.cohort.Name }

// Name returns the name that the learner gave there.
func (v *MembershipView) Name() string { return v.membership.Name }

// JoinedAt is when the learner joined.
func (v *MembershipView) JoinedAt() time.Time { return v.membership.JoinedAt }

// ArchivedAt is when the cohort was archived, or nil.
func (v *MembershipView) ArchivedAt() *time.Time { return v.cohort.ArchivedAt }
