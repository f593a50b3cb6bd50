package progress

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/credential"
)

// CertificateView is a certificate as everybody may see it who knows its code,
// at one instant. It tells nothing of the learner but the name.
type CertificateView struct {
	certificate Certificate
	status      CertificateStatus
	issuer      *credential.Issuer
}

// View returns the certificate with the code; see ByCode for how it fails.
func (s *Certificates) View(ctx context.Context, code string) (*CertificateView, error) {
	certificate, err := s.ByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	return s.Show(certificate), nil
}

// Views returns the learner's certificates, newest first.
func (s *Certificates) Views(ctx context.Context, learner string) ([]*CertificateView, error) {
	certificates, err := s.Of(ctx, learner)
	if err != nil {
		return nil, err
	}
	views := make([]*CertificateView, 0, len(certificates))
	for _, c := range certificates {
		views = append(views, s.Show(c))
	}
	return views, nil
}

// Show returns a certificate as everybody may see it now.
func (s *Certificates) Show(c Certificate) *CertificateView {
	return &CertificateView{certificate: c, status: c.Status(s.now()), issuer: s.config.Issuer}
}
