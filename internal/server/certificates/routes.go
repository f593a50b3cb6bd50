// Package certificates serves a certificate to anyone who has its code, as a
// page, a picture and a signed credential, along with the keys and the issuer
// profile that verifiers need. It contains no rules of its own.
package certificates

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
)

const (
	mediaText = "text/plain; charset=utf-8"
	mediaHTML = "text/html; charset=utf-8"
	mediaJSON = "application/json"
	mediaSVG  = "image/svg+xml"
	mediaJWT  = "application/vc+jwt" // Securing Verifiable Credentials using JOSE and COSE, section 6.1.1
)

const (
	// A key stays for years, and a cache that is an hour out of date merely
	// fails to verify new credentials.
	keyCaching = "public, max-age=3600"
	// A certificate may be revoked at any time, so caches must revalidate.
	certificateCaching = "no-cache"
)

// noScripts is the policy for pictures opened as documents: in a sandbox, they
// can neither run nor load anything.
const noScripts = "default-src 'none'; frame-ancestors 'none'; sandbox"

type site struct {
	certificates *certificate.Certificates
	issuer       *credential.Issuer
	logger       *slog.Logger
	page         *page
}

// Routes returns the handlers by pattern. They answer GET and HEAD for every
// origin, since no answer depends on the caller.
func Routes(certificates *certificate.Certificates, issuer *credential.Issuer, logger *slog.Logger) (map[string]http.Handler, error) {
	profile, err := issuer.Profile()
	if err != nil {
		return nil, err
	}
	p, err := newPage()
	if err != nil {
		return nil, err
	}
	s := &site{certificates: certificates, issuer: issuer, logger: logger, page: p}
	return map[string]http.Handler{
		credential.KeySetPath: open(func(*http.Request) (content, error) {
			return content{media: mediaJSON, caching: keyCaching, body: issuer.KeySet()}, nil
		}, logger),
		credential.KeysPath + "{thumbprint}": open(s.key, logger),
		credential.ProfilePath: open(func(*http.Request) (content, error) {
			return content{media: mediaJSON, caching: keyCaching, body: profile}, nil
		}, logger),
		credential.CertificatePath + "{name}": open(s.certificate, logger),
	}, nil
}

func (s *site) key(r *http.Request) (content, error) {
	key, ok := s.issuer.Key(r.PathValue("thumbprint"))
	if !ok {
		return content{}, fault.New(fault.NotFound, "no such key")
	}
	return content{media: mediaJSON, caching: keyCaching, body: key}, nil
}

// certificate answers a code; its suffix, if any, decides the form.
func (s *site) certificate(r *http.Request) (content, error) {
	code, suffix := r.PathValue("name"), ""
	if dot := strings.IndexByte(code, '.'); dot >= 0 {
		code, suffix = code[:dot], code[dot:]
	}
	view, err := s.certificates.View(r.Context(), code)
	if err != nil {
		if suffix == "" && fault.CodeOf(err) == fault.NotFound {
			return s.page.missing()
		}
		return content{}, err
	}
	c := content{caching: certificateCaching}
	switch suffix {
	case "":
		return s.page.of(view)
	case credential.PictureSuffix:
		c.media, c.policy = mediaSVG, noScripts
		c.body, err = view.Picture()
	case credential.CredentialSuffix:
		var signed *string
		if signed, err = view.Credential(); err == nil && signed == nil {
			return content{status: http.StatusGone, media: mediaText, body: []byte("the certificate is revoked\n")}, nil
		}
		if err == nil {
			c.media, c.body = mediaJWT, []byte(*signed)
		}
	case credential.RevocationSuffix:
		c.media = mediaJSON
		c.body, err = view.Revocations()
	default:
		return content{}, fault.New(fault.NotFound, "not found")
	}
	return c, err
}

// status returns the status and the public message of a failure.
func status(err error) (int, string) {
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case ok && f.Code == fault.NotFound:
		return http.StatusNotFound, f.Message
	case ok && f.Code == fault.Unavailable:
		return http.StatusServiceUnavailable, f.Message
	}
	return http.StatusInternalServerError, "internal error"
}
