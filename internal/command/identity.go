package command

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/scrumkb/scrumkb/internal/identity"
)

// keySettings configure the key for the server's own tokens.
type keySettings struct {
	TokenKey setting[ed25519.PrivateKey, tokenKeyFile] `name:"token-key" env:"SCRUMKB_TOKEN_KEY" placeholder:"FILE" help:"Ed25519 private key (PEM) that signs the server's own tokens; without it, one is made in the data directory. Servers that share a database need the same."`
	Issuer   word                                      `name:"token-issuer" env:"SCRUMKB_TOKEN_ISSUER" default:"scrumkb" placeholder:"NAME" help:"Issuer and audience of those tokens (default ${default})."`
}

type tokenKeyFile struct{}

func (tokenKeyFile) read(path string) (ed25519.PrivateKey, error) {
	return identity.LoadKey(path, identity.TokenKey)
}

// checkStored fails if the data directory has a key that cannot be used.
func checkStored(dir string, use identity.KeyUse) []error {
	if _, err := identity.StoredKey(dir, use); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return []error{err}
	}
	return nil
}

// key is the configured one, or else that of the data directory.
func (s keySettings) key(dataDir string) (ed25519.PrivateKey, error) {
	if s.TokenKey.value != nil {
		return s.TokenKey.value, nil
	}
	return identity.LoadOrCreateKey(dataDir, identity.TokenKey, rand.Reader)
}

func (s keySettings) issuer(key ed25519.PrivateKey, now func() time.Time) (*identity.Issuer, error) {
	return identity.NewIssuer(identity.IssuerConfig{
		Key: key, Issuer: s.Issuer.value, Audience: s.Issuer.value, TTL: personTTL, Now: now,
	})
}

const (
	// personTTL is a working day: tokens cannot be revoked.
	personTTL = 8 * time.Hour
	// guestTTL lets a visitor come back after a holiday; the token is all they
	// have, and clients renew it whenever they use it.
	guestTTL = 30 * 24 * time.Hour
	// One address may be a whole class behind a router.
	guestBurst = 30
	guestEvery = 10 * time.Second
)

// outsideSettings configure a trusted external issuer.
type outsideSettings struct {
	OIDCIssuer   word    `name:"oidc-issuer" env:"SCRUMKB_OIDC_ISSUER" placeholder:"URL" help:"Also accept tokens of this OpenID Connect issuer."`
	OIDCAudience word    `name:"oidc-audience" env:"SCRUMKB_OIDC_AUDIENCE" placeholder:"NAME" help:"What those tokens must be for, often a client id."`
	OIDCClaim    word    `name:"oidc-roles-claim" env:"SCRUMKB_OIDC_ROLES_CLAIM" placeholder:"CLAIM" help:"The claim with the caller's roles, such as realm_access.roles; without it everybody is a learner."`
	OIDCRoles    roleMap `name:"oidc-role" env:"SCRUMKB_OIDC_ROLES" placeholder:"VALUE=ROLE" help:"What a value of that claim means: learner, trainer or admin; separate several with commas."`
}

// outside returns the external issuer, or nil if there is none. own is the
// issuer of the server's own tokens.
func (s outsideSettings) outside(own string, now func() time.Time) (*identity.OIDC, error) {
	switch {
	case s.OIDCIssuer.value == own:
		return nil, fmt.Errorf("--oidc-issuer and --token-issuer must differ; both are %q", own)
	case s.OIDCIssuer.value == "" && (s.OIDCAudience.given || s.OIDCClaim.given || s.OIDCRoles.given):
		return nil, errors.New("--oidc-audience, --oidc-roles-claim and --oidc-role need an --oidc-issuer")
	case s.OIDCIssuer.value == "":
		return nil, nil
	case s.OIDCRoles.wrong != nil:
		return nil, nil //nolint:nilerr // reported together with all other mistakes
	}
	outside, err := identity.NewOIDC(identity.OIDCConfig{
		Issuer: s.OIDCIssuer.value, Audience: s.OIDCAudience.value, RolesClaim: s.OIDCClaim.value, Roles: s.OIDCRoles.value, Now: now,
	})
	if err != nil {
		return nil, fmt.Errorf("--oidc-issuer: %w", err)
	}
	return outside, nil
}

func (s outsideSettings) check(own string) []error {
	if _, err := s.outside(own, time.Now); err != nil {
		return []error{err}
	}
	return nil
}

// callerSettings configure whose tokens to accept.
type callerSettings struct {
	keySettings
	outsideSettings
	Guests toggle `env:"SCRUMKB_GUESTS" default:"true" negatable:"" help:"Let visitors practise without an account (default yes)."`
}

func (s callerSettings) guests(own *identity.Issuer, now func() time.Time) (*identity.GuestSessions, error) {
	if !s.Guests.value {
		return nil, nil
	}
	limiter, err := identity.NewGuestLimiter(guestEvery, guestBurst, now)
	if err != nil {
		return nil, err
	}
	return &identity.GuestSessions{Issuer: own, Limiter: limiter, Random: rand.Reader, TTL: guestTTL}, nil
}
