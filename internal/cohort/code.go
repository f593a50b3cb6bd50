package cohort

import (
	"io"

	"github.com/scrumkb/scrumkb/internal/typed"
)

// invitation is the code with which learners join a cohort. It has 60 bits of
// chance: with ten thousand open cohorts and ten thousand guesses a second, one
// is found in some four hundred years. So guesses need not be counted.
var invitation = typed.Code{Length: 12, Group: 4}

// newInvitation draws a code in groups, as it is stored and shown:
// K7QF-2M9X-RT4D.
func newInvitation(random io.Reader) (string, error) {
	code, err := invitation.Draw(random)
	if err != nil {
		return "", err
	}
	return invitation.Show(code), nil
}

// readInvitation returns the code that somebody typed as newInvitation writes
// it, or false for what cannot be a code.
func readInvitation(text string) (string, bool) {
	code, ok := invitation.Read(text)
	return invitation.Show(code), ok
}
