package command

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/identity"
)

// certificateSettings configure the issuer of certificates.
type certificateSettings struct {
	publicSettings
	CertificateIssuer word                                           `name:"certificate-issuer" env:"SCRUMKB_CERTIFICATE_ISSUER" default:"scrumkb" placeholder:"NAME" help:"The organisation that certificates name as their issuer (default ${default})."`
	CredentialKey     setting[ed25519.PrivateKey, credentialKeyFile] `name:"credential-key" env:"SCRUMKB_CREDENTIAL_KEY" placeholder:"FILE" help:"Ed25519 private key (PEM) that signs certificates; without it, one is made in the data directory. Servers that share a database need the same key; replacing it invalidates all earlier credentials."`
}

type credentialKeyFile struct{}

func (credentialKeyFile) read(path string) (ed25519.PrivateKey, error) {
	return identity.LoadKey(path, identity.CredentialKey)
}

// certificateIssuer returns the issuer of certificates. address is where the
// server listens.
func (s certificateSettings) certificateIssuer(dataDir string, address net.Addr) (*credential.Issuer, error) {
	base, err := credential.ParseURL(cmp.Or(s.PublicURL.value, "http://"+reachable(address)))
	if err != nil {
		return nil, fmt.Errorf("--public-url: %w", err)
	}
	key := s.CredentialKey.value
	if key == nil {
		if key, err = identity.LoadOrCreateKey(dataDir, identity.CredentialKey, rand.Reader); err != nil {
			return nil, err
		}
	}
	issuer, err := credential.NewIssuer(credential.IssuerConfig{Key: key, Name: s.CertificateIssuer.value, URL: base})
	if err != nil {
		return nil, fmt.Errorf("--certificate-issuer: %w", err)
	}
	return issuer, nil
}
