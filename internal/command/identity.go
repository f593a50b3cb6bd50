package command

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/identity"
)

// keySettings say with which key the server signs its own tokens.
type keySettings struct {
	TokenKey string `name:"token-key" env:"SCRUMKB_TOKEN_KEY" placeholder:"FILE" help:"Ed25519 private key (PEM) that signs the server's own tokens; without it, one is made in the data directory. Servers that share a database need the same."`
	Issuer   string `name:"token-issuer" env:"SCRUMKB_TOKEN_ISSUER" default:"scrumkb" placeholder:"NAME" help:"Issuer and audience of those tokens (default ${default})."`
}

// loadKey returns the key for a use: the operator's when they named a file,
// else that of the data directory.
func loadKey(file, dataDir string, use identity.KeyUse) (ed25519.PrivateKey, error) {
	if file != "" {
		return identity.LoadKey(file, use)
	}
	return identity.LoadOrCreateKey(dataDir, use, rand.Reader)
}

func (s keySettings) issuer(dataDir string) (*identity.Issuer, error) {
	key, err := loadKey(s.TokenKey, dataDir, identity.TokenKey)
	if err != nil {
		return nil, err
	}
	return identity.NewIssuer(identity.IssuerConfig{
		Key: key, Issuer: s.Issuer, Audience: s.Issuer, TTL: personTTL, Now: time.Now,
	})
}

const (
	// personTTL is a working day: nothing can take a token back.
	personTTL = 8 * time.Hour
	// guestTTL lets a visitor come back after a holiday; their token is all
	// that they have, and a client renews it whenever it is used.
	guestTTL = 30 * 24 * time.Hour
	// One address may be a whole class behind a router.
	guestBurst = 30
	guestEvery = 10 * time.Second
)

// callerSettings say whom to believe.
type callerSettings struct {
	keySettings
	Guests       bool              `env:"SCRUMKB_GUESTS" default:"true" negatable:"" help:"Let visitors practise without an account (default yes)."`
	OIDCIssuer   string            `name:"oidc-issuer" env:"SCRUMKB_OIDC_ISSUER" placeholder:"URL" help:"Also accept tokens of this OpenID Connect issuer."`
	OIDCAudience string            `name:"oidc-audience" env:"SCRUMKB_OIDC_AUDIENCE" placeholder:"NAME" help:"What those tokens must be for, often a client id."`
	OIDCClaim    string            `name:"oidc-roles-claim" env:"SCRUMKB_OIDC_ROLES_CLAIM" placeholder:"CLAIM" help:"The claim with the caller's roles, such as realm_access.roles; without it everybody is a learner."`
	OIDCRoles    map[string]string `name:"oidc-role" env:"SCRUMKB_OIDC_ROLES" mapsep:"," placeholder:"VALUE=ROLE" help:"What a value of that claim means: learner, trainer or admin; several with commas."`
}

// outside returns the outside issuer, nil when there is none.
func (s callerSettings) outside() (*identity.OIDC, error) {
	switch {
	case s.OIDCIssuer == s.Issuer:
		return nil, fmt.Errorf("--oidc-issuer and --token-issuer are both %q: nobody could tell whose a token is", s.Issuer)
	case s.OIDCIssuer == "" && (s.OIDCAudience != "" || s.OIDCClaim != "" || len(s.OIDCRoles) > 0):
		return nil, errors.New("--oidc-audience, --oidc-roles-claim and --oidc-role need an --oidc-issuer")
	case s.OIDCIssuer == "":
		return nil, nil
	}
	roles := map[string]identity.Role{}
	for value, name := range s.OIDCRoles {
		role, err := roleNamed(name)
		if err != nil {
			return nil, fmt.Errorf("--oidc-role %s=%s: %w", value, name, err)
		}
		roles[value] = role
	}
	return identity.NewOIDC(identity.OIDCConfig{
		Issuer: s.OIDCIssuer, Audience: s.OIDCAudience, RolesClaim: s.OIDCClaim, Roles: roles, Now: time.Now,
	})
}

func (s callerSettings) guests(own *identity.Issuer) (*identity.GuestSessions, error) {
	if !s.Guests {
		return nil, nil
	}
	limiter, err := identity.NewGuestLimiter(guestEvery, guestBurst, time.Now)
	if err != nil {
		return nil, err
	}
	return &identity.GuestSessions{Issuer: own, Limiter: limiter, Random: rand.Reader, TTL: guestTTL}, nil
}

func roleNamed(name string) (identity.Role, error) {
	role := identity.Role(strings.ToUpper(name))
	if !role.Valid() {
		return "", fmt.Errorf("there is no role %q, only learner, trainer and admin", name)
	}
	return role, nil
}

// tokenCommand makes a token for a person.
type tokenCommand struct {
	keySettings
	DataDir string        `name:"data-dir" env:"SCRUMKB_DATA_DIR" default:"scrumkb-data" placeholder:"DIR" help:"Where the server keeps its token key (default ${default})."`
	Subject string        `required:"" placeholder:"NAME" help:"Who the token is for; the same name always stands for the same person."`
	Role    string        `default:"learner" placeholder:"ROLE" help:"learner, trainer or admin (default ${default})."`
	TTL     time.Duration `default:"0s" placeholder:"DURATION" help:"How long the token is good, such as 30m (default 8h)."`
}

func (c *tokenCommand) Run(_ context.Context, streams Streams) error {
	role, err := roleNamed(c.Role)
	if err != nil {
		return err
	}
	issuer, err := c.issuer(c.DataDir)
	if err != nil {
		return err
	}
	token, expires, err := issuer.Issue(c.Subject, []identity.Role{role}, false, c.TTL)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(streams.Err, "valid until", expires.Format(time.RFC3339)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(streams.Out, token)
	return err
}
