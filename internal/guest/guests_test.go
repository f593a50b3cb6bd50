package guest_test

import (
	"context"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

const visitor = "guest:0123456789abcdef0123456789abcdef"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// readings returns how many lessons the guest has read.
func readings(t *testing.T, s *recordstest.School) (n int) {
	t.Helper()
	for _, c := range s.OwnData.Engine().Collections() {
		for _, err := range c.Of(context.Background(), visitor) {
			must(t, err)
			if c.Name() == "readings" {
				n++
			}
		}
	}
	return n
}

// newVisit opens a school in which a guest has read something.
func newVisit(t *testing.T) *recordstest.School {
	t.Helper()
	s := recordstest.NewSchool(t)
	must(t, s.KnownGuests.Renew(context.Background(), visitor))
	_, err := s.Tracker.CompleteReading(context.Background(), visitor, "empiricism")
	must(t, err)
	return s
}

func TestGuestsExpire(t *testing.T) {
	ctx := context.Background()
	s := newVisit(t)
	s.Wait(records.KeepGuests)
	must(t, s.Adoptions.Sweep(ctx))
	if readings(t, s) != 1 {
		t.Fatal("a guest is deleted too early")
	}
	must(t, s.KnownGuests.Renew(ctx, visitor))
	s.Wait(time.Hour)
	must(t, s.Adoptions.Sweep(ctx))
	if at, err := s.KnownGuests.ExpiresAt(ctx, visitor); err != nil || !at.Equal(s.Now().Add(records.KeepGuests-time.Hour)) || readings(t, s) != 1 {
		t.Errorf("a guest who has come back expires at %v, %v", at, err)
	}
	s.Wait(records.KeepGuests)
	must(t, s.Adoptions.Sweep(ctx))
	if readings(t, s) != 0 {
		t.Error("an expired guest is not deleted")
	}
	s.Wait(time.Hour)
	must(t, s.OwnData.Sweep(ctx))
	if at, err := s.KnownGuests.ExpiresAt(ctx, visitor); at != nil || err != nil {
		t.Errorf("an expired guest is known until %v, %v", at, err)
	}
}

// A guest who renews their token after the sweeper has read them stays.
func TestRenewalBeatsExpiry(t *testing.T) {
	ctx := context.Background()
	s := newVisit(t)
	s.Wait(records.KeepGuests + time.Hour)
	s.Engine.Before(func(call storetest.Call) error {
		if call.Collection == "guests" && call.Operation == storetest.Replace {
			s.Engine.Before(nil)
			must(t, s.KnownGuests.Renew(ctx, visitor))
		}
		return nil
	})
	must(t, s.Adoptions.Sweep(ctx))
	if readings(t, s) != 1 {
		t.Error("a guest who has come back is deleted")
	}
	must(t, s.KnownGuests.Admit(ctx, visitor, false))
}

// Once a guest is being deleted, no token is issued for them.
func TestExpiryBeatsRenewal(t *testing.T) {
	ctx := context.Background()
	s := newVisit(t)
	s.Wait(records.KeepGuests + time.Hour)
	s.Engine.CrashAt(1, true)
	_ = s.Adoptions.Sweep(ctx)
	s.Reopen(t)
	if err := s.KnownGuests.Renew(ctx, visitor); fault.ReasonOf(err) != fault.Reason(fault.TokenExpired) {
		t.Errorf("renewing: %v", err)
	}
	if _, err := s.Adoptions.Adopt(ctx, "anna", visitor); fault.CodeOf(err) != fault.InvalidInput {
		t.Errorf("adopting: %v", err)
	}
	must(t, s.Adoptions.Sweep(ctx))
	if readings(t, s) != 0 {
		t.Error("a deletion that was interrupted is not completed")
	}
}

// An account that deletes its data keeps nothing of the guest, whose tokens stay
// refused until none can be valid.
func TestAccountDeletesWhatItAdopted(t *testing.T) {
	ctx := context.Background()
	for name, crash := range map[string]int{"Adopted": 0, "BarelyBegun": 1} {
		t.Run(name, func(t *testing.T) {
			s := newVisit(t)
			s.Engine.CrashAt(crash, true)
			_, err := s.Adoptions.Adopt(ctx, "anna", visitor)
			if (err != nil) != (crash > 0) {
				t.Fatal(err)
			}
			s.Reopen(t)
			_, err = s.OwnData.Delete(ctx, "anna")
			must(t, err)
			s.Wait(time.Hour)
			must(t, s.OwnData.Sweep(ctx))
			must(t, s.Adoptions.Sweep(ctx))
			if readings(t, s) != 0 {
				t.Error("the guest's records are left")
			}
			if err := s.KnownGuests.Admit(ctx, visitor, false); fault.ReasonOf(err) != fault.Reason(fault.Adopted) {
				t.Errorf("the guest is admitted: %v", err)
			}
			s.Wait(records.KeepGuests)
			must(t, s.Adoptions.Sweep(ctx))
			if at, err := s.KnownGuests.ExpiresAt(ctx, visitor); at != nil || err != nil {
				t.Errorf("the guest is known until %v, %v", at, err)
			}
		})
	}
}

// A guest who has deleted their data expires like others once they act again.
func TestGuestIsKnownAgainWhenTheyAct(t *testing.T) {
	ctx := context.Background()
	s := newVisit(t)
	_, err := s.OwnData.Delete(ctx, visitor)
	must(t, err)
	must(t, s.KnownGuests.Admit(ctx, visitor, true)) // the deletion itself
	s.Wait(time.Hour)
	must(t, s.OwnData.Sweep(ctx))
	for _, acts := range []bool{false, true} {
		must(t, s.KnownGuests.Admit(ctx, visitor, acts))
		if at, err := s.KnownGuests.ExpiresAt(ctx, visitor); (at != nil) != acts || err != nil {
			t.Errorf("acts = %t: expires at %v, %v", acts, at, err)
		}
	}
}
