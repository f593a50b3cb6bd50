package cohort

import (
	"fmt"
	"io"
	"strings"
)

const (
	// alphabet has no two characters that look alike (Crockford's base32).
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

	// codeLength makes 60 bits of chance: with ten thousand open cohorts and
	// ten thousand guesses a second, one is found in some four hundred years. So
	// guesses need not be counted.
	codeLength = 12
	codeGroup  = 4
)

// newInvitation draws a code, such as K7QF-2M9X-RT4D.
func newInvitation(random io.Reader) (string, error) {
	var chance [codeLength]byte
	if _, err := io.ReadFull(random, chance[:]); err != nil {
		return "", fmt.Errorf("drawing an invitation code: %w", err)
	}
	var code strings.Builder
	for i, b := range chance {
		if i > 0 && i%codeGroup == 0 {
			code.WriteByte('-')
		}
		code.WriteByte(alphabet[int(b)%len(alphabet)])
	}
	return code.String(), nil
}

// readInvitation returns the code that somebody typed as newInvitation writes
// it: case, spaces and hyphens do not matter, and neither does taking O for 0
// or I and L for 1. It reports false for what cannot be a code.
func readInvitation(typed string) (string, bool) {
	const longest = 64
	if len(typed) > longest {
		return "", false
	}
	var code strings.Builder
	n := 0
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(alphabet, r) {
			return "", false
		}
		if n > 0 && n%codeGroup == 0 {
			code.WriteByte('-')
		}
		code.WriteRune(r)
		n++
	}
	return code.String(), n == codeLength
}
