package resolvers

import (
	"cmp"
	"context"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/nodeid"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
)

type certificateFields struct{ *Root }

func (r query) Certificate(ctx context.Context, code string) (*certificate.View, error) {
	return r.certificate(ctx, certificateCode(code))
}

// certificateCode returns the code in a certificate's id; any other text is
// returned unchanged.
func certificateCode(reference string) string {
	return cmp.Or(nodeid.Certificate.Read(reference), reference)
}

// certificate returns the certificate with the code, or nil if there is none.
func (r *Root) certificate(ctx context.Context, code string) (*certificate.View, error) {
	return orNull(r.Certificates.View(ctx, code))
}

func (r certificateFields) Course(ctx context.Context, view *certificate.View) (*catalog.Course, error) {
	return read(ctx, r.Root, func(s *catalog.Snapshot) *catalog.Course { return s.Course(view.CourseSlug()) })
}

func (r viewer) Certificates(ctx context.Context, caller *identity.Caller) ([]*certificate.View, error) {
	return r.Tracker.Certificates(ctx, caller.Subject)
}

func (r mutation) RevokeCertificate(ctx context.Context, input graph.RevokeCertificateInput) (*graph.RevokeCertificatePayload, error) {
	trainer, err := identity.Require(ctx, identity.RoleTrainer)
	if err != nil {
		return nil, err
	}
	revoked, err := r.Certificates.Revoke(ctx, certificateCode(input.Code), trainer.Subject, input.Reason)
	if err != nil {
		return nil, err
	}
	return &graph.RevokeCertificatePayload{
		Certificate: r.Certificates.Show(revoked),
	}, nil
}
