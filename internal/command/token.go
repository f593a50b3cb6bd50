package command

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" default:"withargs" help:"Make a token for a person; token --subject NAME is short for this."`
	Check  tokenCheckCommand  `cmd:"" help:"Say who a token is for and when it expires, or why it is refused."`
}

// tokenCreateCommand creates a token for a person.
type tokenCreateCommand struct {
	keySettings
	dataSettings
	Subject       word `required:"" placeholder:"NAME" help:"Who the token is for; the same name always stands for the same person."`
	Role          role `default:"learner" placeholder:"ROLE" help:"learner, trainer (who leads cohorts and sees how their members get on) or admin (who may do what a trainer may, and nothing else yet); default ${default}."`
	TTL           span `placeholder:"DURATION" help:"Lifetime of the token, such as 30m or 7d, at most 366d (default 8h)."`
	AcceptNewKeys bool `name:"accept-new-keys" help:"Make the key that signs tokens if there is none yet."`
}

func (c *tokenCreateCommand) check() []error {
	found := c.dataSettings.check()
	if c.TokenKey.text == "" && len(found) == 0 {
		found = append(found, checkStored(c.DataDir.value, identity.TokenKey)...)
	}
	if ttl := c.TTL.value; c.TTL.given && c.TTL.wrong == nil && (ttl < time.Second || ttl > identity.MaxTTL || ttl%time.Second != 0) {
		found = append(found, fmt.Errorf("--ttl: the lifetime of a token must be 1s to %dd in whole seconds, not %s", identity.MaxTTL/(24*time.Hour), c.TTL.text))
	}
	return found
}

func (c *tokenCreateCommand) Run(_ context.Context, streams Streams) error {
	key, err := c.signingKey()
	if err != nil {
		return err
	}
	issuer, err := c.issuer(key, time.Now)
	if err != nil {
		return err
	}
	token, expires, err := issuer.Issue(c.Subject.value, []identity.Role{c.Role.value}, false, c.TTL.value)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(streams.Err, "valid until", expires.Format(time.RFC3339)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(streams.Out, token)
	return err
}

// signingKey creates a key only on request: if the server had another one, a
// token would look right and be refused.
func (c *tokenCreateCommand) signingKey() (ed25519.PrivateKey, error) {
	if c.AcceptNewKeys {
		return c.key(c.DataDir.value)
	}
	return c.existingKey(c.DataDir.value)
}

// existingKey fails if there is no key yet.
func (s keySettings) existingKey(dataDir string) (ed25519.PrivateKey, error) {
	if s.TokenKey.value != nil {
		return s.TokenKey.value, nil
	}
	key, err := identity.StoredKey(dataDir, identity.TokenKey)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no token key in %s: name the server's directory with --data-dir or its key with --token-key, "+
			"or start the server once; token create --accept-new-keys makes a key", dataDir)
	}
	return key, err
}

// tokenCheckCommand verifies a token.
type tokenCheckCommand struct {
	keySettings
	outsideSettings
	dataSettings
	Token string `arg:"" placeholder:"TOKEN" help:"The token, as it appears after Bearer in the Authorization header."`
}

func (c *tokenCheckCommand) check() []error {
	return append(c.dataSettings.check(), c.outsideSettings.check(c.Issuer.value)...)
}

func (c *tokenCheckCommand) Run(ctx context.Context, streams Streams) error {
	key, err := c.existingKey(c.DataDir.value)
	if err != nil {
		return err
	}
	own, err := c.issuer(key, time.Now)
	if err != nil {
		return err
	}
	outside, err := c.outside(c.Issuer.value, time.Now)
	if err != nil {
		return err
	}
	known, err := (&identity.Authenticator{Own: own, Outside: outside}).Authenticate(ctx, strings.TrimSpace(c.Token))
	if err != nil {
		return refusal(err)
	}
	caller, ok := identity.From(known)
	if !ok {
		return errors.New("there is no token; a caller without one is anonymous")
	}
	kind := "person"
	if caller.Guest {
		kind = "guest"
	}
	roles := make([]string, len(caller.Roles))
	for i, r := range caller.Roles {
		roles[i] = strings.ToLower(string(r))
	}
	_, err = fmt.Fprintf(streams.Out, "good: %s %s, %s, until %s\n", kind, caller.Subject, strings.Join(roles, " and "), caller.Expires.Add(-identity.Leeway).Format(time.RFC3339))
	return err
}

// refusal gives operators the reason that clients do not see.
func refusal(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case ok && f.Code == fault.Unavailable:
		return errors.New("the issuer of the token cannot be reached")
	case ok && f.Cause != nil:
		return fmt.Errorf("refused: %w", f.Cause)
	default:
		return err
	}
}
