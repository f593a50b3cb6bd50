package recordstest

import (
	"context"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/nodeid"
)

// MakeCohort creates a cohort and returns its id and its invitation code.
func (s *School) MakeCohort(t testing.TB, trainer, name string) (id, code string) {
	t.Helper()
	v, err := s.Cohorts.Create(context.Background(), trainer, cohort.Draft{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return nodeid.Cohort.Read(v.ID()), *v.InvitationCode()
}

// JoinCohort lets a learner join under "Name of" and their id.
func (s *School) JoinCohort(t testing.TB, learner, code string) *cohort.MembershipView {
	t.Helper()
	m, err := s.Cohorts.Join(context.Background(), learner, code, "Name of "+learner)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Names returns the names of a cohort's members, as its trainer sees them.
func (s *School) Names(t testing.TB, trainer, id string) []string {
	t.Helper()
	v, err := s.Cohorts.Get(context.Background(), trainer, id)
	if err != nil {
		t.Fatal(err)
	}
	hundred := 100
	page, err := v.Members(context.Background(), catalog.PageRequest{First: &hundred})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, m := range page.Items {
		names = append(names, strings.TrimPrefix(m.Name(), "Name of "))
	}
	return names
}
