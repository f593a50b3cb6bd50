package adoption_test

import (
	"context"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
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
	if reason := fault.ReasonOf(s.KnownGuests.Admit(ctx, visitor, false)); reason != fault.Reason(fault.Adopted) {
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

// Both have a certificate for the same version of a course: the older one
// counts, whoever had it, and both codes find one.
func TestOlderCertificateCounts(t *testing.T) {
	ctx := context.Background()
	for name, order := range map[string][]string{"TheAccounts": {account, visitor}, "TheGuests": {visitor, account}} {
		t.Run(name, func(t *testing.T) {
			s := newSchool(t)
			var codes []string
			for _, who := range order {
				s.practise(t, who)
				must(t, s.Tracker.CatchUp(ctx, who))
				codes = append(codes, s.codes(t, who)...)
				s.Wait(time.Hour)
			}
			_, err := s.Adoptions.Adopt(ctx, account, visitor)
			must(t, err)
			s.wantSound(t, account)
			older, err := s.Certificates.View(ctx, codes[0])
			must(t, err)
			later, err := s.Certificates.View(ctx, codes[1])
			must(t, err)
			if older.OlderCode() != nil || later.OlderCode() == nil || *later.OlderCode() != codes[0] {
				t.Errorf("the older one names %v, the later one %v", older.OlderCode(), later.OlderCode())
			}
			progress, err := s.Tracker.Course(ctx, account, "basics")
			must(t, err)
			if counts, err := s.Tracker.CertificateFor(ctx, progress); err != nil || counts.Code() != codes[0] {
				t.Errorf("the certificate that counts is %v, %v", counts, err)
			}
		})
	}
}

// An attempt of the account that is open stays the one that a start resumes,
// although attempts of the guest have higher numbers; all count.
func TestAttemptsCountTogether(t *testing.T) {
	ctx := context.Background()
	s := newSchool(t)
	open := s.open(t, account, artifacts)
	for range 2 {
		s.take(t, visitor, artifacts, recordstest.None)
	}
	_, err := s.Adoptions.Adopt(ctx, account, visitor)
	must(t, err)
	resumed, err := s.Attempts.Start(ctx, account, artifacts)
	if err != nil || resumed.ID != open.ID || !resumed.Resumed {
		t.Errorf("started %s, %v, want %s", resumed.ID, err, open.ID)
	}
	_, err = s.Attempts.Submit(ctx, account, open.ID)
	must(t, err)
	if next, err := s.Attempts.Start(ctx, account, artifacts); err != nil || next.Number != 4 {
		t.Errorf("the next has the number %d, %v", next.Number, err)
	}
}
