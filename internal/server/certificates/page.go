package certificates

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// page is what the link or the QR code of a certificate opens. It needs no
// scripts.
type page struct {
	template *template.Template
	policy   string
}

func newPage() (*page, error) {
	parsed, err := template.New("page").Funcs(template.FuncMap{
		"day": func(t time.Time) string { return t.UTC().Format("2 January 2006") },
	}).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate page: %w", err)
	}
	sum := sha256.Sum256([]byte(pageStyle))
	return &page{template: parsed, policy: "default-src 'none'; img-src 'self'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}, nil
}

// shown is the template's data; Certificate is nil if there is none.
type shown struct {
	Style       template.CSS
	Certificate *certificate.View

	// Names of the files next to the page.
	Picture, Signed string
}

func (p *page) of(view *certificate.View) (content, error) {
	return p.render(shown{
		Certificate: view,
		Picture:     view.Code() + credential.PictureSuffix,
		Signed:      view.Code() + credential.CredentialSuffix,
	}, 0)
}

// missing is the same for every unknown code.
func (p *page) missing() (content, error) { return p.render(shown{}, http.StatusNotFound) }

func (p *page) render(s shown, status int) (content, error) {
	s.Style = template.CSS(pageStyle) //nolint:gosec // it is part of the binary
	var out bytes.Buffer
	if err := p.template.Execute(&out, s); err != nil {
		return content{}, fmt.Errorf("rendering the certificate page: %w", err)
	}
	return content{status: status, media: mediaHTML, caching: certificateCaching, policy: p.policy, body: out.Bytes()}, nil
}
