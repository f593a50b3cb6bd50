package command

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/store"
)

// certificateSettings say in whose name certificates are issued.
type certificateSettings struct {
	PublicURL         string `name:"public-url" env:"SCRUMKB_PUBLIC_URL" placeholder:"URL" help:"Where learners and verifiers reach the server, such as https://learn.example.org; the links of certificates begin with it. Without it, the address that the server announces."`
	CertificateIssuer string `name:"certificate-issuer" env:"SCRUMKB_CERTIFICATE_ISSUER" default:"scrumkb" placeholder:"NAME" help:"The organisation that certificates name as their issuer (default ${default})."`
	CredentialKey     string `name:"credential-key" env:"SCRUMKB_CREDENTIAL_KEY" placeholder:"FILE" help:"Ed25519 private key (PEM) that signs certificates; without it, one is made in the data directory. Servers that share a database need the same, and with a new one no older credential verifies."`
}

// certified is what certificates consist of.
type certified struct {
	issuer       *credential.Issuer
	certificates *progress.Certificates
}

// certify makes the engine ready to keep certificates. address is where the
// server listens.
func (s certificateSettings) certify(ctx context.Context, engine store.Engine, dataDir string, address net.Addr) (certified, error) {
	base := s.PublicURL
	if base == "" {
		base = "http://" + reachable(address)
	}
	base, err := credential.ParseURL(base)
	if err != nil {
		return certified{}, fmt.Errorf("--public-url: %w", err)
	}
	key, err := loadKey(s.CredentialKey, dataDir, identity.CredentialKey)
	if err != nil {
		return certified{}, err
	}
	issuer, err := credential.NewIssuer(credential.IssuerConfig{Key: key, Name: s.CertificateIssuer, URL: base})
	if err != nil {
		return certified{}, fmt.Errorf("--certificate-issuer: %w", err)
	}
	kept, err := progress.OpenCertificates(ctx, engine, progress.CertificatesConfig{Issuer: issuer, Now: time.Now, Random: rand.Reader})
	return certified{issuer, kept}, err
}
