package credential

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/width"
)

// Families end with a generic one, since the viewer's fonts are unknown.
const (
	serif = "Georgia, 'Noto Serif', 'Times New Roman', serif"
	sans  = "'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif"
	mono  = "Consolas, 'Noto Sans Mono', Menlo, monospace"
)

// block is a place for a text of unknown length.
type block struct {
	top         float64 // of the baseline of a single line
	left        float64 // the left edge of the text; 0 centres it on the sheet
	size, least float64 // the font sizes; a text that needs less than least is broken into two lines
	box         float64 // the width of a line
	color, font string
}

// line is one line of text, ready to draw.
type line struct {
	X, Y, Size  string
	Length      string // the width to squeeze the text to; "" if it fits
	Font, Color string
	Anchor      string
	RightToLeft bool
	Text        string
}

// set places a text in the block: on one line in the largest size that fits, or
// else on two lines around the same place, squeezed if even they are too wide.
func (b block) set(text string) []line {
	text = strings.Join(strings.Fields(text), " ")
	if size := math.Min(b.size, b.box/ems(text)); size >= b.least {
		return []line{b.line(text, b.top, size)}
	}
	first, second := halves(text)
	if second == "" {
		return []line{b.line(text, b.top, b.least)}
	}
	size := math.Max(b.least*0.7, math.Min(b.least, b.box/math.Max(ems(first), ems(second))))
	return []line{b.line(first, b.top-size*0.75, size), b.line(second, b.top+size*0.55, size)}
}

func (b block) line(text string, y, size float64) line {
	l := line{
		X: number(sheetWidth / 2), Y: number(y), Size: number(size), Anchor: "middle",
		Font: sans, Color: b.color, Text: text, RightToLeft: rightToLeft(text),
	}
	if b.font != "" {
		l.Font = b.font
	}
	if b.left != 0 {
		l.X, l.Anchor = number(b.left), "start"
	}
	if ems(text)*size > b.box+0.5 {
		l.Length = number(b.box)
	}
	return l
}

// paragraph places a short text in lines next to the QR code.
func paragraph(top float64, text string) []line {
	b := block{left: 80, size: 16, box: noteWidth, color: "#14202e"}
	var lines []line
	current := ""
	flush := func() {
		lines = append(lines, b.line(current, top+float64(len(lines))*23, b.size))
	}
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(current + " " + word)
		if current != "" && ems(longer)*b.size > b.box {
			flush()
			longer = word
		}
		current = longer
	}
	flush()
	return lines
}

// ems estimates the width of a text at a font size of one, and errs on the wide
// side: the viewer's fonts are unknown.
func ems(text string) float64 {
	sum := 0.0
	for _, r := range text {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			sum += 1.02
		case r == ' ' || strings.ContainsRune("iIjlt.,:;'|!()-", r):
			sum += 0.38
		case strings.ContainsRune("mwMW@%", r):
			sum += 0.98
		case unicode.IsUpper(r):
			sum += 0.76
		case r > unicode.MaxLatin1 && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew):
			sum += 0.85
		default:
			sum += 0.6
		}
	}
	return math.Max(sum, 0.1)
}

// halves breaks a text where its parts are most alike in width: at a space if
// there is one, or else between two characters, but not before a combining one.
// The second part is empty if the text cannot be broken.
func halves(text string) (first, second string) {
	half := ems(text) / 2
	best, distance := -1, math.Inf(1)
	spaces := strings.Contains(text, " ")
	sum, before := 0.0, rune(0)
	for at, r := range text {
		attached := before == '\u200d' || unicode.In(r, unicode.M, unicode.Cf, unicode.Variation_Selector)
		if d := math.Abs(sum - half); at > 0 && (spaces && r == ' ' || !spaces && !attached) && d < distance {
			best, distance = at, d
		}
		sum += ems(string(r))
		before = r
	}
	if best < 0 {
		return text, ""
	}
	return text[:best], strings.TrimPrefix(text[best:], " ")
}

// rightToLeft reports whether a text is written from right to left, judged by
// its first letter with a direction.
func rightToLeft(text string) bool {
	for _, r := range text {
		properties, _ := bidi.LookupRune(r)
		switch properties.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

// escape makes a text safe for XML. Characters that XML cannot contain become
// the replacement character.
func escape(text string) (string, error) {
	var b bytes.Buffer
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

func number(f float64) string { return strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64) }

func join(blocks ...[]line) []line {
	var lines []line
	for _, b := range blocks {
		lines = append(lines, b...)
	}
	return lines
}
