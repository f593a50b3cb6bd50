package credential

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
	"time"

	qr "github.com/piglig/go-qr"
)

// Picture is what Draw needs in addition to the award.
type Picture struct {
	Award

	// Stamp is a word across the picture, such as REVOKED; "" omits it.
	Stamp string
	// Credential is the signed credential to embed for programs that read
	// badges; "" omits it.
	Credential string
}

// The sheet has the shape of A4 in landscape. Lengths are in its own units.
const (
	sheetWidth = 1120.0
	column     = 900.0 // the width between the margins
	noteWidth  = 740.0 // the width next to the QR code
	codeSize   = 150.0
)

// Draw returns the certificate as an SVG image. It contains no script or style
// sheet and loads nothing: it uses the viewer's fonts. Texts of any length and
// script stay within the sheet.
func (i *Issuer) Draw(p Picture) ([]byte, error) {
	link := i.VerifyURL(p.Code)
	modules, size, err := drawQR(link)
	if err != nil {
		return nil, fmt.Errorf("drawing the QR code of %s: %w", link, err)
	}
	name := p.LearnerName
	if name == "" {
		name = "A learner who gave no name"
	}
	sheet := sheet{
		Title:      "Certificate of completion: " + p.CourseTitle,
		Credential: p.Credential,
		Link:       link,
		Modules:    modules,
		Scale:      number(codeSize / float64(size)),
		Stamp:      p.Stamp,
		Lines: join(
			block{top: 78, size: 22, least: 12, box: column, color: "#5b6b7c"}.set(i.name),
			block{top: 146, size: 46, least: 46, box: column, color: "#1f3a5f", font: serif}.set("Certificate of completion"),
			block{top: 206, size: 21, least: 21, box: column, color: "#5b6b7c"}.set("This certifies that"),
			block{top: 279, size: 54, least: 30, box: column, color: "#14202e", font: serif}.set(name),
			block{top: 352, size: 21, least: 21, box: column, color: "#5b6b7c"}.set("has completed the course"),
			block{top: 412, size: 36, least: 24, box: column, color: "#14202e", font: serif}.set(p.CourseTitle),
			block{top: 482, size: 21, least: 16, box: column, color: "#5b6b7c"}.set(p.remark()),
			paragraph(578, Statement),
			block{top: 668, left: 80, size: 15, least: 10, box: noteWidth, color: "#14202e", font: mono}.set(p.Code),
			block{top: 698, left: 80, size: 15, least: 9, box: noteWidth, color: "#1f5fa8"}.set(link),
		),
	}
	drawing, err := template.New("sheet").Funcs(template.FuncMap{"xml": escape}).Parse(sheetText)
	if err != nil {
		return nil, fmt.Errorf("reading the sheet: %w", err)
	}
	var out bytes.Buffer
	if err := drawing.Execute(&out, sheet); err != nil {
		return nil, fmt.Errorf("drawing the certificate: %w", err)
	}
	return out.Bytes(), nil
}

// remark gives the date, the result and the validity.
func (a Award) remark() string {
	var b strings.Builder
	if a.Percent != nil {
		b.WriteString("with a score of " + PercentText(*a.Percent) + " percent ")
	}
	b.WriteString("on " + day(a.IssuedAt))
	if a.ExpiresAt != nil {
		b.WriteString(", valid until " + day(*a.ExpiresAt))
	}
	return b.String()
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// sheet is what the template draws.
type sheet struct {
	Title, Credential, Link, Modules, Scale, Stamp string
	Lines                                          []line
}

// The credential is a direct child of the root, in an attribute, as in Open
// Badges 3.0 (section 5.3.2).
const sheetText = `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg"{{if .Credential}} xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"{{end}} viewBox="0 0 1120 792" width="1120" height="792" role="img">
{{- if .Credential}}
<openbadges:credential verify="{{xml .Credential}}"></openbadges:credential>
{{- end}}
<title>{{xml .Title}}</title>
<rect width="1120" height="792" fill="#fdfcf8"/>
<rect x="22" y="22" width="1076" height="748" fill="none" stroke="#1f3a5f" stroke-width="4"/>
<rect x="34" y="34" width="1052" height="724" fill="none" stroke="#b99a4b" stroke-width="1.5"/>
<path d="M460 520h200" stroke="#b99a4b" stroke-width="1.5"/>
{{- range .Lines}}
<text x="{{.X}}" y="{{.Y}}" font-family="{{.Font}}" font-size="{{.Size}}" fill="{{.Color}}" text-anchor="{{.Anchor}}"
{{- if .RightToLeft}} direction="rtl"{{end}}
{{- if .Length}} textLength="{{.Length}}" lengthAdjust="spacingAndGlyphs"{{end}}>{{xml .Text}}</text>
{{- end}}
<a href="{{xml .Link}}"><rect x="876" y="566" width="166" height="166" fill="#ffffff"/><path transform="translate(884 574) scale({{.Scale}})" d="{{.Modules}}" fill="#000000" shape-rendering="crispEdges"/></a>
{{- if .Stamp}}
<g transform="translate(560 384) rotate(-18)" fill="none" stroke="#b3261e" opacity="0.62"><rect x="-330" y="-78" width="660" height="156" rx="14" stroke-width="8"/><text y="40" font-family="sans-serif" font-size="112" font-weight="700" text-anchor="middle" fill="#b3261e" stroke="none" textLength="580" lengthAdjust="spacingAndGlyphs">{{xml .Stamp}}</text></g>
{{- end}}
</svg>
`

// drawQR returns the dark modules of a QR code as one path, in runs along the
// rows, each module one unit wide, and the number of modules per row.
func drawQR(text string) (path string, size int, err error) {
	code, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return "", 0, err
	}
	size = code.Size()
	var b strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			begin := x
			for x < size && code.Module(x, y) {
				x++
			}
			if x > begin {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", begin, y, x-begin, x-begin)
			}
		}
	}
	return b.String(), size, nil
}
