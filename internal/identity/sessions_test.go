package identity_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
)

func TestGuestSessions(t *testing.T) {
	now := noon
	clock := func() time.Time { return now }
	issuer := newIssuer(t, keyOf(1), clock)
	limiter, err := identity.NewGuestLimiter(time.Minute, 2, clock)
	if err != nil {
		t.Fatal(err)
	}
	guests := &identity.GuestSessions{Issuer: issuer, Limiter: limiter, Random: rand.Reader, TTL: time.Hour}
	home := netip.MustParseAddr("192.0.2.7")

	first, err := guests.Start(home)
	if err != nil {
		t.Fatal(err)
	}
	caller, err := issuer.Verify(first.Token)
	if err != nil || !caller.Guest || !caller.Has(identity.RoleLearner) || caller.Has(identity.RoleTrainer) || caller.Subject != first.Caller.Subject {
		t.Fatalf("caller = %+v, %v", caller, err)
	}
	second, err := guests.Start(home)
	if err != nil || second.Caller.Subject == first.Caller.Subject {
		t.Fatalf("the second guest is %q, %v", second.Caller.Subject, err)
	}

	_, err = guests.Start(home)
	limited, ok := errors.AsType[*fault.Error](err)
	if !ok || limited.Code != fault.RateLimited || limited.Details[fault.RetryAfter] != 60 {
		t.Fatalf("a third at once: %v", err)
	}
	if _, err := guests.Start(netip.MustParseAddr("192.0.2.8")); err != nil {
		t.Errorf("another address: %v", err)
	}
	now = now.Add(time.Minute)
	if _, err := guests.Start(home); err != nil {
		t.Errorf("a minute later: %v", err)
	}

	now = noon.Add(50 * time.Minute)
	renewed, err := guests.Renew(caller)
	if err != nil || renewed.Caller.Subject != caller.Subject || !renewed.ExpiresAt.Equal(now.Add(time.Hour)) || !renewed.Caller.Expires.Equal(now.Add(time.Hour+identity.Leeway)) {
		t.Errorf("renewed = %+v, %v", renewed.Caller, err)
	}
	person := identity.Caller{Subject: "anna", Roles: []identity.Role{identity.RoleLearner}}
	if _, err := guests.Renew(person); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a person renews as a guest: %v", err)
	}
	var none *identity.GuestSessions
	if _, err := none.Start(home); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("without guests: %v", err)
	}
}

func TestGuestLimiterCountsNetworks(t *testing.T) {
	limiter, err := identity.NewGuestLimiter(time.Hour, 1, atNoon)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		address string
		allowed bool
	}{
		{"2001:db8:1:1::1", true},
		{"2001:db8:1:1:ffff::2", false}, // the same /64
		{"2001:db8:1:2::1", true},
		{"198.51.100.1", true},
		{"::ffff:198.51.100.1", false}, // the same address, mapped
		{"198.51.100.2", true},
	}
	for _, tt := range tests {
		if err := limiter.Allow(netip.MustParseAddr(tt.address)); (err == nil) != tt.allowed {
			t.Errorf("%s: %v, want allowed = %t", tt.address, err, tt.allowed)
		}
	}
}

func TestKeyFile(t *testing.T) {
	t.Run("EachUseHasItsOwn", func(t *testing.T) {
		dir := t.TempDir()
		keys := map[string]bool{}
		for _, use := range []identity.KeyUse{identity.TokenKey, identity.CredentialKey} {
			key, err := identity.LoadOrCreateKey(dir, use, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := identity.LoadKey(filepath.Join(dir, use.File()), use)
			if err != nil || !bytes.Equal(kept, key) {
				t.Errorf("%s: %v", use, err)
			}
			keys[string(key)] = true
		}
		if len(keys) != 2 {
			t.Error("two uses share a key")
		}
	})
	t.Run("ProcessesThatStartAtOnceShareOne", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "data")
		keys := make([][]byte, 20)
		var all sync.WaitGroup
		for i := range keys {
			all.Go(func() {
				key, err := identity.LoadOrCreateKey(dir, identity.TokenKey, rand.Reader)
				if err != nil {
					t.Error(err)
				}
				keys[i] = key
			})
		}
		all.Wait()
		for _, key := range keys {
			if !bytes.Equal(key, keys[0]) {
				t.Fatal("two keys")
			}
		}
		info, err := os.Stat(filepath.Join(dir, identity.TokenKey.File()))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	})
	t.Run("OneThatOthersCanReadIsRefused", func(t *testing.T) {
		dir := t.TempDir()
		if _, err := identity.LoadOrCreateKey(dir, identity.TokenKey, rand.Reader); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, identity.TokenKey.File()), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := identity.LoadOrCreateKey(dir, identity.TokenKey, rand.Reader); err == nil {
			t.Error("a key that everybody can read was taken")
		}
	})
	t.Run("GarbageIsRefused", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, identity.TokenKey.File()), []byte("no key"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := identity.LoadOrCreateKey(dir, identity.TokenKey, rand.Reader); err == nil {
			t.Error("garbage was taken for a key")
		}
	})
}

func TestRequire(t *testing.T) {
	tests := map[string]struct {
		caller *identity.Caller
		role   identity.Role
		code   fault.Code
	}{
		"AnonymousIsRefused":         {nil, identity.RoleLearner, fault.Unauthenticated},
		"LearnerIsALearner":          {&identity.Caller{Subject: "a", Roles: []identity.Role{identity.RoleLearner}}, identity.RoleLearner, ""},
		"LearnerIsNotATrainer":       {&identity.Caller{Subject: "a", Roles: []identity.Role{identity.RoleLearner}}, identity.RoleTrainer, fault.Forbidden},
		"AdminIsATrainer":            {&identity.Caller{Subject: "a", Roles: []identity.Role{identity.RoleAdmin}}, identity.RoleTrainer, ""},
		"UnknownRoleIncludesNothing": {&identity.Caller{Subject: "a", Roles: []identity.Role{"ROOT"}}, identity.RoleLearner, fault.Forbidden},
		"CallerWithoutSubject":       {&identity.Caller{Roles: []identity.Role{identity.RoleAdmin}}, identity.RoleLearner, fault.Unauthenticated},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if tt.caller != nil {
				ctx = identity.With(ctx, *tt.caller)
			}
			if _, err := identity.Require(ctx, tt.role); fault.CodeOf(err) != tt.code {
				t.Errorf("got %v, want %q", err, tt.code)
			}
		})
	}
}
