package credential_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/credential"
)

// element is a part of a parsed picture.
type element struct {
	name       string
	attributes map[string]string
	text       string
}

// elements parses a picture as XML.
func elements(t interface{ Fatal(...any) }, picture []byte) []element {
	var all []element
	var within []int
	decoder := xml.NewDecoder(strings.NewReader(string(picture)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(fmt.Sprintf("%v in %s", err, picture))
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attributes: map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[a.Name.Local] = a.Value
			}
			within = append(within, len(all))
			all = append(all, e)
		case xml.EndElement:
			within = within[:len(within)-1]
		case xml.CharData:
			if len(within) > 0 {
				all[within[len(within)-1]].text += string(token)
			}
		}
	}
}

func draw(t interface{ Fatal(...any) }, p credential.Picture) []byte {
	i, err := credential.NewIssuer(credential.IssuerConfig{Key: key, Name: "Example School", URL: base})
	if err != nil {
		t.Fatal(err)
	}
	picture, err := i.Draw(p)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// texts returns the visible texts in order.
func texts(all []element) []string {
	var found []string
	for _, e := range all {
		if e.name == "text" {
			found = append(found, e.text)
		}
	}
	return found
}

func TestDraw(t *testing.T) {
	all := elements(t, draw(t, credential.Picture{Award: award(), Credential: "a.b.c"}))
	want := []string{
		"Example School", "Certificate of completion", "This certifies that", "Anna Lindqvist", "has completed the course", "Scrum basics",
		"with a score of 91.66 percent on 24 November 2026, valid until 24 November 2028",
	}
	got := texts(all)
	for i, text := range want {
		if got[i] != text {
			t.Errorf("text %d is %q, want %q", i, got[i], text)
		}
	}
	rest := strings.Join(got[len(want):], " ")
	if want := credential.Statement + " 7K3M-9QWA " + base + "/certificates/7K3M-9QWA"; rest != want {
		t.Errorf("below it says %q, want %q", rest, want)
	}
	if all[0].name != "svg" || all[1].name != "credential" || all[1].attributes["verify"] != "a.b.c" {
		t.Errorf("no credential where Open Badges looks for it: %v", all[:2])
	}
}

func TestDrawWithout(t *testing.T) {
	a := award()
	a.LearnerName, a.Percent, a.ExpiresAt = "", nil, nil
	all := elements(t, draw(t, credential.Picture{Award: a}))
	got := texts(all)
	if got[3] != "A learner who gave no name" || got[6] != "on 24 November 2026" {
		t.Errorf("says %q", got)
	}
	for _, e := range all {
		if e.name == "credential" {
			t.Error("has a credential")
		}
	}
}

func TestStamp(t *testing.T) {
	stamped := texts(elements(t, draw(t, credential.Picture{Award: award(), Stamp: "REVOKED"})))
	if stamped[len(stamped)-1] != "REVOKED" {
		t.Errorf("no stamp in %q", stamped)
	}
}

// TestQRCode paints the code from the picture, and reads it with a different
// library than the one that drew it.
func TestQRCode(t *testing.T) {
	for _, code := range []string{"7K3M-9QWA", "7K3M-9QWA-ZXCV-B1N2-M3P4-Q5R6-S7T8"} {
		a := award()
		a.Code = code
		var path string
		for _, e := range elements(t, draw(t, credential.Picture{Award: a})) {
			if e.name == "path" && strings.HasPrefix(e.attributes["transform"], "translate(") {
				path = e.attributes["d"]
			}
		}
		const scale, margin = 4, 4
		picture := image.NewGray(image.Rect(0, 0, 400, 400))
		for i := range picture.Pix {
			picture.Pix[i] = 255
		}
		for _, run := range strings.Split(strings.TrimPrefix(path, "M"), "M") {
			var x, y, wide, back int
			if _, err := fmt.Sscanf(run, "%d %dh%dv1h-%dz", &x, &y, &wide, &back); err != nil || wide != back {
				t.Fatalf("%q: %v", run, err)
			}
			for dx := range wide * scale {
				for dy := range scale {
					picture.SetGray((x+margin)*scale+dx, (y+margin)*scale+dy, color.Gray{})
				}
			}
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := base + "/certificates/" + code; read.GetText() != want {
			t.Errorf("the QR code says %q, want %q", read.GetText(), want)
		}
	}
}

// TestAnyTextStaysInside draws names and titles of every kind: the picture
// must be XML that contains them, runs nothing, loads nothing, and squeezes
// what may be too wide.
func TestAnyTextStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := award()
		a.LearnerName = rapid.OneOf(
			rapid.StringN(0, 200, -1),
			rapid.SampledFrom([]string{
				`<script>alert(1)</script>`, `"/><image href="https://evil.example/x"/>`, "]]>&lt;", "\x00\x1b", strings.Repeat("山田太郎", 40),
				strings.Repeat("a", 500), strings.Repeat("👩‍👩‍👧‍👦", 60), "محمد بن عبد الله", strings.Repeat("Ann ", 100),
			}),
		).Draw(t, "name")
		a.CourseTitle = rapid.StringN(1, 300, -1).Draw(t, "title")
		all := elements(t, draw(t, credential.Picture{Award: a}))
		for _, e := range all {
			switch e.name {
			case "svg", "title", "rect", "path", "text", "a":
			default:
				t.Fatalf("there is a <%s>", e.name)
			}
			for name, value := range e.attributes {
				if strings.HasPrefix(name, "on") || name == "style" || name == "href" && value != base+"/certificates/7K3M-9QWA" {
					t.Fatalf("there is %s=%q", name, value)
				}
			}
			if e.name != "text" {
				continue
			}
			size, err := strconv.ParseFloat(e.attributes["font-size"], 64)
			if err != nil || size < 9 {
				t.Fatalf("%q at size %s", e.text, e.attributes["font-size"])
			}
			// No font is as narrow as this.
			if e.attributes["textLength"] == "" && float64(len([]rune(strings.Map(visible, e.text))))*size*0.3 > 1000 {
				t.Fatalf("%q is too wide at size %v", e.text, size)
			}
		}
		said := strings.Join(texts(all), " ")
		if name := strings.Join(strings.Fields(a.LearnerName), ""); isXML(name) && !strings.Contains(strings.ReplaceAll(said, " ", ""), name) {
			t.Fatalf("%q is missing from %q", name, said)
		}
	})
}

func visible(r rune) rune {
	if r > math.MaxUint8 {
		return -1 // marks take no place, and what does is wider than assumed anyway
	}
	return r
}

// isXML reports whether XML can hold the text as it is.
func isXML(text string) bool {
	var b strings.Builder
	return xml.EscapeText(&b, []byte(text)) == nil && !strings.ContainsRune(b.String(), '\uFFFD')
}

func TestRightToLeft(t *testing.T) {
	for name, want := range map[string]string{"Anna": "", "محمد": "rtl", "דוד": "rtl", "3 محمد": "rtl", "山田": "", "Dr. محمد": ""} {
		a := award()
		a.LearnerName = name
		for _, e := range elements(t, draw(t, credential.Picture{Award: a})) {
			if e.text == name && e.attributes["direction"] != want {
				t.Errorf("%s has the direction %q, want %q", name, e.attributes["direction"], want)
			}
		}
	}
}
