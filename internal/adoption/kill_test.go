package adoption_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

// killsForPeople is how often the process dies unless SCRUMKB_KILLS says how
// often.
const killsForPeople = 5

func wantedKills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SCRUMKB_KILLS")
	if text == "" {
		return killsForPeople
	}
	wanted, err := strconv.Atoi(text)
	must(t, err)
	return wanted
}

// newClass opens a school in which account and guest have done something.
func newClass(t *testing.T) *school {
	t.Helper()
	s := newSchool(t)
	s.take(t, account, artifacts, recordstest.None)
	must(t, s.KnownGuests.Renew(context.Background(), visitor))
	s.Wait(time.Hour)
	s.practise(t, visitor)
	s.open(t, visitor, practice)
	s.Wait(time.Hour)
	return s
}

// TestKilledAdoptionIsCompleted lets the process die before and after its
// writes, and then has the sweeper of another complete what was begun.
func TestKilledAdoptionIsCompleted(t *testing.T) {
	whole := newClass(t)
	whole.Engine.Reset()
	_, err := whole.Adoptions.Adopt(context.Background(), account, visitor)
	must(t, err)
	deaths := 2 * whole.Engine.Writes()
	want, codes := whole.count(t, account), whole.codes(t, account)
	if deaths < 40 || want["attempts"] != 4 || len(codes) != 1 {
		t.Fatalf("%d writes make %v and the certificates %v", deaths/2, want, codes)
	}
	step := max(1, deaths/wantedKills(t))
	for death := step / 2; death < deaths; death += step {
		write, after := 1+death/2, death%2 == 1
		t.Run(fmt.Sprintf("%d,%t", write, after), func(t *testing.T) {
			s := newClass(t)
			s.Engine.CrashAt(write, after)
			if _, err := s.Adoptions.Adopt(context.Background(), account, visitor); !errors.Is(err, storetest.ErrCrashed) {
				t.Fatalf("the process lives on: %v", err)
			}
			s.Reopen(t)
			begun := s.KnownGuests.Admit(context.Background(), visitor, false) != nil
			s.Wait(time.Minute)
			must(t, s.Adoptions.Sweep(context.Background()))
			if !begun {
				wantSame(t, "the attempts of a guest whose adoption did not begin", 3, s.count(t, visitor)["attempts"])
				return
			}
			s.Wait(time.Hour)
			must(t, s.OwnData.Sweep(context.Background()))
			s.wantSound(t, account)
			wantSame(t, "the account's records", want, s.count(t, account))
			wantSame(t, "the account's certificates", codes, s.codes(t, account))
			wantSame(t, "the guest's records", map[string]int{}, s.count(t, visitor))
		})
	}
}
