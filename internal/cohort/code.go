package cohort

import (
	"io"

	"github.com/scrumkb/scrumkb/internal/typed"
)

// invitation is the code with which learners join a cohort. It has 60 random
// bits: with ten thousand open cohorts and ten thousand guesses a second,
// finding one takes about four hundred years. So guesses need no limit.
var invitation = typed.Code{Length: 12, Group: 4}

// newInvitation draws a code, grouped as it is stored and shown:
// K7QF-2M9X-RT4D.
func newInvitation(random io.Reader) (string, error) {
	code, err := invitation.Draw(random)
	if err != nil {
		return "", err
	}
	return invitation.Show(code), nil
}

// readInvitation returns a typed code in the form of newInvitation, or false
// if it cannot be a code.
func readInvitation(text string) (string, bool) {
	code, ok := invitation.Read(text)
	return invitation.Show(code), ok
}
