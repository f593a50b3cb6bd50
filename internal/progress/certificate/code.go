package certificate

import (
	"fmt"
	"io"
	"strings"
)

// A certificate's code is its address and its secret: 28 characters of
// Crockford's base 32, which has no letters that look like digits. Its 140 bits
// are more than anybody can try. It is shown in groups of four, and read with
// or without them, in capitals or not, with O for 0 and I or L for 1.
const (
	codeLength = 28
	codeGroup  = 4
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// drawCode returns a new code, without groups.
func drawCode(random io.Reader) (string, error) {
	code := make([]byte, codeLength)
	if _, err := io.ReadFull(random, code); err != nil {
		return "", fmt.Errorf("drawing the code of a certificate: %w", err)
	}
	for i, b := range code {
		code[i] = crockford[b%32] // 256 is a multiple of 32, so that all are as likely
	}
	return string(code), nil
}

// readCode returns what somebody typed as it is stored, or false
// when it cannot be a code.
func readCode(typed string) (string, bool) {
	// A code takes 34 characters with hyphens; some more for spaces.
	if len(typed) > 4*codeLength {
		return "", false
	}
	code := make([]byte, 0, codeLength)
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case '-', ' ':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(crockford, r) {
			return "", false
		}
		code = append(code, byte(r))
	}
	return string(code), len(code) == codeLength
}

// showCode returns a stored code in groups.
func showCode(code string) string {
	var b strings.Builder
	for i := range len(code) {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(code[i])
	}
	return b.String()
}
