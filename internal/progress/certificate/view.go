package certificate

import (
	"context"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/nodeid"
)

// View is a certificate at one instant, as anyone who knows its code may see
// it. It reveals nothing about the learner but the name.
type View struct {
	certificate Certificate
	status      Status
	issuer      *credential.Issuer
}

// View returns the certificate with the code; it fails as ByCode does.
func (s *Certificates) View(ctx context.Context, code string) (*View, error) {
	certificate, err := s.ByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	return s.Show(certificate), nil
}

// Views returns the learner's certificates, newest first.
func (s *Certificates) Views(ctx context.Context, learner string) ([]*View, error) {
	certificates, err := s.Of(ctx, learner)
	if err != nil {
		return nil, err
	}
	views := make([]*View, 0, len(certificates))
	for _, c := range certificates {
		views = append(views, s.Show(c))
	}
	return views, nil
}

// Show returns a certificate as anyone may see it now.
func (s *Certificates) Show(c Certificate) *View {
	return &View{certificate: c, status: c.Status(s.now()), issuer: s.config.Issuer}
}

// ID returns the global id of the certificate, which contains its code.
func (v *View) ID() string { return nodeid.Certificate.Write(v.Code()) }

// Code returns the code in groups.
func (v *View) Code() string { return certificateCode.Show(v.certificate.Code) }

// Status says whether the certificate is valid.
func (v *View) Status() Status { return v.status }

// LearnerName returns the name as the learner gave it; nil until they do.
func (v *View) LearnerName() *string {
	if v.certificate.LearnerName == "" {
		return nil
	}
	return &v.certificate.LearnerName
}

// CourseSlug returns the slug of the course, which may no longer be published.
func (v *View) CourseSlug() string { return v.certificate.CourseSlug }

// CourseTitle returns the title of the course at issue.
func (v *View) CourseTitle() string { return v.certificate.CourseTitle }

// CourseVersion returns the version of the syllabus that was completed.
func (v *View) CourseVersion() int { return v.certificate.CourseVersion }

// Percent returns the score as shown, see [quiz.Percent.Shown]; nil when nothing
// was scored.
func (v *View) Percent() *float64 { return v.certificate.percent() }

// PercentText returns the score for people, "" if there is none.
func (v *View) PercentText() string {
	percent := v.Percent()
	if percent == nil {
		return ""
	}
	return credential.PercentText(*percent)
}

// IssuedAt is when the course was completed.
func (v *View) IssuedAt() time.Time { return v.certificate.IssuedAt }

// ExpiresAt is nil when the certificate never expires.
func (v *View) ExpiresAt() *time.Time { return v.certificate.ExpiresAt }

// RevokedAt is nil unless the certificate is revoked.
func (v *View) RevokedAt() *time.Time {
	if v.certificate.Revoked == nil {
		return nil
	}
	return &v.certificate.Revoked.At
}

// RevocationReason is nil unless the certificate is revoked.
func (v *View) RevocationReason() *string {
	if v.certificate.Revoked == nil {
		return nil
	}
	return &v.certificate.Revoked.Reason
}

// OlderCode returns the code, in groups, of the learner's older certificate for
// the same version of the course, which counts instead; nil if there is none.
func (v *View) OlderCode() *string {
	if v.certificate.OlderCode == "" {
		return nil
	}
	return new(certificateCode.Show(v.certificate.OlderCode))
}

// OlderURL returns the URL of the page of that certificate.
func (v *View) OlderURL() string {
	return v.issuer.VerifyURL(certificateCode.Show(v.certificate.OlderCode))
}

// Statement says what the certificate confirms, and what it does not.
func (v *View) Statement() string { return credential.Statement }

// VerifyURL returns the URL of a page that shows the certificate's status.
func (v *View) VerifyURL() string { return v.issuer.VerifyURL(v.Code()) }

// ImageURL returns the URL of the picture.
func (v *View) ImageURL() string { return v.issuer.PictureURL(v.Code()) }

// CredentialURL returns the URL of the signed credential.
func (v *View) CredentialURL() string { return v.issuer.CredentialURL(v.Code()) }

// Credential returns the certificate as a signed Open Badges credential; nil if
// it is revoked, since revoked certificates are not signed again.
func (v *View) Credential() (*string, error) {
	if v.status == Revoked {
		return nil, nil
	}
	signed, err := v.issuer.Sign(v.certificate.award())
	if err != nil {
		return nil, err
	}
	return &signed, nil
}

// Picture returns the certificate as an SVG image. It is stamped unless the
// certificate is valid, and contains the signed credential unless it is
// revoked.
func (v *View) Picture() ([]byte, error) {
	signed, err := v.Credential()
	if err != nil {
		return nil, err
	}
	p := credential.Picture{Award: v.certificate.award()}
	if signed != nil {
		p.Credential = *signed
	}
	if v.status != Issued {
		p.Stamp = string(v.status)
	}
	return v.issuer.Draw(p)
}

// Revocations returns the revocation list to which the signed credential
// refers.
func (v *View) Revocations() ([]byte, error) {
	reason := v.RevocationReason()
	if reason == nil {
		return v.issuer.Revocations(v.Code(), false, "")
	}
	return v.issuer.Revocations(v.Code(), true, *reason)
}
