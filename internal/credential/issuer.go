package credential

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Paths below an issuer's URL that its server must answer.
const (
	KeySetPath      = "/.well-known/jwks.json" // the public key as a JSON Web Key Set
	KeysPath        = "/keys/"                 // followed by a key's thumbprint: that key alone
	ProfilePath     = "/issuer"                // the issuer's Open Badges profile
	CertificatePath = "/certificates/"         // followed by a code, with a suffix or without one: a page for people
)

// Suffixes of a certificate's path.
const (
	PictureSuffix    = ".svg"
	CredentialSuffix = ".jwt"
	RevocationSuffix = ".revocation"
)

// IssuerConfig describes the issuer. Everything is required.
type IssuerConfig struct {
	Key  ed25519.PrivateKey
	Name string // the organisation's name
	URL  string // the server's public URL; see ParseURL
}

// Issuer signs credentials and renders pictures for one organisation.
type Issuer struct {
	name       string
	url        string // without a trailing slash
	thumbprint string
	signer     jose.Signer
	key        []byte // JWK
	keySet     []byte // JWKS
}

// ParseURL checks the public URL of a server, such as
// https://learn.example.org, and returns it without a trailing slash. It may
// have a path, but neither a query nor credentials.
func ParseURL(address string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return "", fmt.Errorf("%q is not an address such as https://learn.example.org", address)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", fmt.Errorf("%q must end with its path, and hold no password", address)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// NewIssuer fails if a part of c is missing or invalid.
//
// Open Badges requires a key's id to be a URI that returns the key, so it is
// the key's URL, which ends with its thumbprint (RFC 7638). The key set lists
// it under the same id.
func NewIssuer(c IssuerConfig) (*Issuer, error) {
	base, err := ParseURL(c.URL)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the issuer's URL: %w", err)
	case len(c.Key) != ed25519.PrivateKeySize:
		return nil, errors.New("the credential key is not an Ed25519 private key")
	case strings.TrimSpace(c.Name) == "":
		return nil, errors.New("an issuer of certificates needs a name")
	}
	public := jose.JSONWebKey{Key: c.Key.Public(), Algorithm: string(jose.EdDSA), Use: "sig"}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("computing the credential key's thumbprint: %w", err)
	}
	i := &Issuer{name: c.Name, url: base, thumbprint: base64.RawURLEncoding.EncodeToString(thumbprint)}
	public.KeyID = base + KeysPath + i.thumbprint
	if i.key, err = json.Marshal(public); err != nil {
		return nil, fmt.Errorf("encoding the credential key: %w", err)
	}
	if i.keySet, err = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}}); err != nil {
		return nil, fmt.Errorf("encoding the credential key: %w", err)
	}
	i.signer, err = jose.NewSigner(
		jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: c.Key, KeyID: public.KeyID}},
		(&jose.SignerOptions{}).WithType("JWT"),
	)
	if err != nil {
		return nil, fmt.Errorf("preparing the credential key: %w", err)
	}
	return i, nil
}

// KeySet returns the public key as a JSON Web Key Set (RFC 7517).
func (i *Issuer) KeySet() []byte { return append([]byte(nil), i.keySet...) }

// Key returns the public key with this thumbprint as a JSON Web Key, or false
// if there is none.
func (i *Issuer) Key(thumbprint string) ([]byte, bool) {
	if thumbprint != i.thumbprint {
		return nil, false
	}
	return append([]byte(nil), i.key...), true
}

// Profile returns the issuer's Open Badges profile, as JSON-LD.
func (i *Issuer) Profile() ([]byte, error) {
	return json.Marshal(struct {
		Context []string `json:"@context"`
		profile
	}{contexts(), i.profile()})
}

// VerifyURL returns the URL of a certificate's page.
func (i *Issuer) VerifyURL(code string) string { return i.url + CertificatePath + code }

// PictureURL returns the URL of a certificate's picture.
func (i *Issuer) PictureURL(code string) string { return i.VerifyURL(code) + PictureSuffix }

// CredentialURL returns the URL of a certificate's signed credential.
func (i *Issuer) CredentialURL(code string) string { return i.VerifyURL(code) + CredentialSuffix }

func (i *Issuer) revocationURL(code string) string { return i.VerifyURL(code) + RevocationSuffix }

func (i *Issuer) achievementURL(a Award) string {
	return i.url + "/achievements/" + a.CourseSlug + "/" + strconv.Itoa(a.CourseVersion)
}
