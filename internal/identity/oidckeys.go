package identity

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"
)

const (
	// keysFresh is how long keys are used before they are fetched again, which
	// is how withdrawn keys disappear.
	keysFresh = 10 * time.Minute
	// keysPause is the least time between two fetches, so that tokens with
	// made-up keys do not become requests to the issuer.
	keysPause = 10 * time.Second
	// firstPause is the pause after a first failure; each further failure
	// doubles it, up to lastPause.
	firstPause = time.Second
	lastPause  = time.Minute

	maxDocument = 1 << 20 // bytes of an issuer's answer
	maxKeys     = 100     // keys of one issuer; a token that names none may try each
	minRSA      = 2048    // bits; shorter keys can be broken
)

// remoteKeys are an issuer's public keys as last fetched. A token with an
// unknown key causes another fetch, so that keys rotate without a restart. The
// last keys stay in use while the issuer is down.
type remoteKeys struct {
	issuer  string
	client  *http.Client
	timeout time.Duration
	now     func() time.Time

	flight singleflight.Group

	mu       sync.Mutex
	keys     []jose.JSONWebKey // nil until first fetched
	seen     time.Time
	next     time.Time // no fetch before
	failures int       // in a row
	err      error     // of the last fetch
}

// verify returns the payload that one of the keys has signed. It fails with
// errSignature if none has, and with another error if that cannot be decided
// now.
func (r *remoteKeys) verify(ctx context.Context, signed *jose.JSONWebSignature) ([]byte, error) {
	keys := r.known(ctx)
	payload, eligible := verifyWith(keys, signed)
	if payload != nil {
		return payload, nil
	}
	if eligible && signed.Signatures[0].Header.KeyID != "" {
		return nil, errSignature // by exactly the key that it names
	}
	keys, err := r.refresh(ctx)
	if err != nil {
		return nil, err
	}
	if payload, _ := verifyWith(keys, signed); payload != nil {
		return payload, nil
	}
	return nil, errSignature
}

// haveSigned reports whether one of the keys as last seen has signed the token.
func (r *remoteKeys) haveSigned(signed *jose.JSONWebSignature) bool {
	r.mu.Lock()
	keys := r.keys
	r.mu.Unlock()
	payload, _ := verifyWith(keys, signed)
	return payload != nil
}

// verifyWith tries the keys that the token may mean, and reports whether there
// are any.
func verifyWith(keys []jose.JSONWebKey, signed *jose.JSONWebSignature) (payload []byte, eligible bool) {
	header := signed.Signatures[0].Header
	for _, key := range keys {
		if header.KeyID != "" && key.KeyID != header.KeyID || key.Algorithm != "" && key.Algorithm != header.Algorithm {
			continue
		}
		eligible = true
		if payload, err := signed.Verify(key); err == nil {
			return payload, true
		}
	}
	return nil, eligible
}

// known returns the keys as last fetched. If they are no longer fresh, it
// fetches them in the background.
func (r *remoteKeys) known(ctx context.Context) []jose.JSONWebKey {
	r.mu.Lock()
	keys, now := r.keys, r.now()
	stale := keys != nil && now.Sub(r.seen) >= keysFresh && !now.Before(r.next)
	r.mu.Unlock()
	if stale {
		r.look(ctx)
	}
	return keys
}

// refresh returns the keys after another fetch, or the last ones if they are
// recent. It fails if the last fetch failed.
func (r *remoteKeys) refresh(ctx context.Context) ([]jose.JSONWebKey, error) {
	select {
	case <-r.look(ctx):
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.keys, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the issuer's keys: %w", ctx.Err())
	}
}

// look fetches the keys, once for all who wait, unless it is too early. It
// continues when the request that caused it ends.
func (r *remoteKeys) look(ctx context.Context) <-chan singleflight.Result {
	ctx = context.WithoutCancel(ctx)
	return r.flight.DoChan("", func() (any, error) {
		if r.tooEarly() {
			return nil, nil
		}
		ctx, cancel := context.WithTimeout(ctx, r.timeout)
		defer cancel()
		keys, err := r.fetch(ctx)
		r.record(keys, err)
		return nil, nil
	})
}

func (r *remoteKeys) tooEarly() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now().Before(r.next)
}

func (r *remoteKeys) record(keys []jose.JSONWebKey, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
	now := r.now()
	if err != nil {
		r.next = now.Add(min(firstPause<<min(r.failures, 10), lastPause))
		r.failures++
		return
	}
	r.keys, r.seen, r.next, r.failures = keys, now, now.Add(keysPause), 0
}

// fetch asks the issuer for the keys' address, every time, and then for the
// keys.
func (r *remoteKeys) fetch(ctx context.Context) ([]jose.JSONWebKey, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, r.client), r.issuer)
	if err != nil {
		return nil, fmt.Errorf("discovering the OpenID Connect issuer: %w", err)
	}
	var discovered struct {
		JWKS string `json:"jwks_uri"`
	}
	if err := provider.Claims(&discovered); err != nil {
		return nil, fmt.Errorf("discovering the OpenID Connect issuer: %w", err)
	}
	if !trustworthy(discovered.JWKS) {
		return nil, errors.New("discovering the OpenID Connect issuer: its jwks_uri is not an https URL")
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, discovered.JWKS, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("asking for the issuer's keys: %w", err)
	}
	response, err := r.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking for the issuer's keys: %w", err)
	}
	defer response.Body.Close()
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		return nil, fmt.Errorf("decoding the issuer's keys: %w", err)
	}
	keys := usableKeys(set.Keys)
	if len(keys) == 0 {
		return nil, errors.New("the issuer has no key that can be used")
	}
	return keys, nil
}

// usableKeys omits keys that are not for signatures, of an unknown kind (RFC
// 7517), or too weak.
func usableKeys(encoded []json.RawMessage) []jose.JSONWebKey {
	var keys []jose.JSONWebKey
	for _, data := range encoded {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(data) != nil || !usable(key) {
			continue
		}
		if keys = append(keys, key); len(keys) == maxKeys {
			break
		}
	}
	return keys
}

func usable(key jose.JSONWebKey) bool {
	if key.Use != "" && key.Use != "sig" || !key.Valid() {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return public.N.BitLen() >= minRSA
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return true
	default:
		return false
	}
}

// bounded turns every status but 200 into an error without the body, which
// go-oidc would quote, and cuts off bodies after maxDocument bytes.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the issuer responded with %d", response.StatusCode), response.Body.Close())
	}
	response.Body = http.MaxBytesReader(nil, response.Body, maxDocument)
	return response, nil
}
