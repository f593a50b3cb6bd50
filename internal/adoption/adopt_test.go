package adoption_test

import (
	"context"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
)

func TestEverythingGoesIntoAnEmptyAccount(t *testing.T) {
	s := newSchool(t)
	ctx := context.Background()
	s.practise(t, visitor)
	must(t, s.KnownGuests.Renew(ctx, visitor))
	before := s.count(t, visitor)
	certificates, err := s.Tracker.Certificates(ctx, visitor)
	must(t, err)

	s.Wait(time.Hour)
	at, err := s.Adoptions.Adopt(ctx, account, visitor)
	must(t, err)
	if !at.Equal(s.Now()) {
		t.Errorf("adopted at %s", at)
	}
	s.wantSound(t, account)
	before["notices"] = 1
	wantSame(t, "the account's records", before, s.count(t, account))
	wantSame(t, "the guest's records", map[string]int{}, s.count(t, visitor))
	taken, err := s.Tracker.Certificates(ctx, account)
	must(t, err)
	if len(taken) != 1 || taken[0].Code() != certificates[0].Code() {
		t.Errorf("certificates %v, want the one with the code %s", taken, certificates[0].Code())
	}
	if reason := fault.ReasonOf(s.KnownGuests.Admit(ctx, visitor)); reason != fault.Reason(fault.Adopted) {
		t.Errorf("the guest is refused for %q", reason)
	}

	s.Wait(time.Hour)
	s.Engine.Reset()
	again, err := s.Adoptions.Adopt(ctx, account, visitor)
	must(t, err)
	if !again.Equal(at) || s.Engine.Writes() != 0 {
		t.Errorf("again: adopted at %s with %d writes", again, s.Engine.Writes())
	}
}
