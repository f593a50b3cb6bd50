package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

func TestCachedTokensExpire(t *testing.T) {
	now := noon
	issuer := newIssuer(t, keyOf(1), func() time.Time { return now })
	authenticator := &identity.Authenticator{Own: issuer}
	token, expires, err := issuer.Issue("anna", []identity.Role{identity.RoleLearner}, false, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		now  time.Time
		want fault.Code
	}{
		"WhenItBegins":                {noon, ""},
		"WhenItExpires":               {expires, ""},
		"JustBeforeTheLeewayEnds":     {expires.Add(time.Minute - time.Millisecond), ""},
		"WhenTheLeewayEnds":           {expires.Add(time.Minute), fault.Unauthenticated},
		"WithAClockThatIsALittleSlow": {noon.Add(-time.Minute), ""},
		"LongBeforeItBegins":          {noon.Add(-61 * time.Second), fault.Unauthenticated},
		"AfterAClockHasBeenCorrected": {noon, ""},
	} {
		t.Run(name, func(t *testing.T) {
			now = noon
			first, err := issuer.Verify(token) // is remembered
			if err != nil {
				t.Fatal(err)
			}
			now = tt.now
			again, err := issuer.Verify(token)
			if fault.CodeOf(err) != tt.want {
				t.Fatalf("verified: %v, want %q", err, tt.want)
			}
			if err == nil && again.Subject != first.Subject {
				t.Errorf("caller = %+v, want %+v", again, first)
			}
			if _, err := authenticator.Authenticate(t.Context(), token); fault.CodeOf(err) != tt.want {
				t.Errorf("authenticated: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestOnlyExactTokensAreCached(t *testing.T) {
	issuer := newIssuer(t, keyOf(1), atNoon)
	token, _, err := issuer.Issue("anna", []identity.Role{identity.RoleLearner}, false, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := issuer.Verify(token); err != nil {
		t.Fatal(err)
	}
	signed := strings.LastIndexByte(token, '.')
	other := newIssuer(t, keyOf(2), atNoon)
	foreign, _, err := other.Issue("anna", []identity.Role{identity.RoleLearner}, false, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for name, forged := range map[string]string{
		"WithoutItsSignature":    token[:signed],
		"WithAnEmptySignature":   token[:signed+1],
		"WithAnotherSignature":   token[:signed] + foreign[strings.LastIndexByte(foreign, '.'):],
		"WithASpaceAfterIt":      token + " ",
		"OfAnIssuerOfAnotherKey": foreign,
	} {
		t.Run(name, func(t *testing.T) {
			if c, err := issuer.Verify(forged); fault.CodeOf(err) != fault.Unauthenticated {
				t.Errorf("caller = %+v, %v", c, err)
			}
		})
	}
}

// BenchmarkVerify verifies a token again that was verified before.
func BenchmarkVerify(b *testing.B) {
	issuer := newIssuer(b, keyOf(1), atNoon)
	token, _, err := issuer.Issue("anna", []identity.Role{identity.RoleLearner}, false, time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := issuer.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}
