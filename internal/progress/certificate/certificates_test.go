package certificate_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

var graduation = time.Date(2026, time.January, 31, 9, 30, 0, 125_000_000, time.UTC)

// registry is Certificates with a settable clock.
type registry struct {
	*certificate.Certificates
	now time.Time
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	engine, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	issuer, err := credential.NewIssuer(credential.IssuerConfig{
		Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Name: "School", URL: "https://school.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &registry{now: graduation}
	r.Certificates, err = certificate.Open(t.Context(), engine, certificate.Config{
		Issuer: issuer, Now: func() time.Time { return r.now }, Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func completion(learner string) certificate.Completion {
	percent := quiz.PercentOf(181, 200)
	return certificate.Completion{
		Learner: learner, Name: "Anna", CourseSlug: "basics", CourseVersion: 1, CourseTitle: "Basics",
		Percent: &percent, CompletedAt: graduation, ValidMonths: 1,
	}
}

func (r *registry) issue(t *testing.T, c certificate.Completion) certificate.Certificate {
	t.Helper()
	issued, err := r.Issue(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

func TestCertificateIsIssuedOnce(t *testing.T) {
	r := newRegistry(t)
	first := r.issue(t, completion("anna"))
	if first.ID != "anna/basics/1" || first.LearnerName != "Anna" || first.CourseTitle != "Basics" || *first.Percent != 90.5 || !first.IssuedAt.Equal(graduation) {
		t.Errorf("issued %+v", first)
	}
	later := completion("anna")
	later.Name, later.CourseTitle, later.CompletedAt, later.ValidMonths = "Bertha", "Other", graduation.AddDate(1, 0, 0), 0
	if again := r.issue(t, later); again.Code != first.Code || again.LearnerName != "Anna" || again.CourseTitle != "Basics" || !again.IssuedAt.Equal(graduation) || again.ExpiresAt == nil {
		t.Errorf("issued again as %+v", again)
	}
	newer := completion("anna")
	newer.CourseVersion = 2
	if second := r.issue(t, newer); second.Code == first.Code {
		t.Error("two versions share a code")
	}
	if of, err := r.Of(t.Context(), "anna"); err != nil || len(of) != 2 {
		t.Errorf("%d certificates, %v", len(of), err)
	}
}

func TestConcurrentCompletionsIssueOneCertificate(t *testing.T) {
	r := newRegistry(t)
	codes := make([]string, 20)
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range codes {
		all.Go(func() {
			<-begin
			c := completion("anna")
			if i%2 == 0 {
				c.Name = ""
			}
			issued, err := r.Issue(t.Context(), c)
			if err != nil {
				t.Error(err)
			}
			codes[i] = issued.Code
		})
	}
	close(begin)
	all.Wait()
	of, err := r.Of(t.Context(), "anna")
	if err != nil || len(of) != 1 || of[0].LearnerName != "Anna" {
		t.Fatalf("%d certificates, %v", len(of), err)
	}
	for _, code := range codes {
		if code != of[0].Code {
			t.Errorf("returned the code %s, stored %s", code, of[0].Code)
		}
	}
}

func TestInvalidCompletions(t *testing.T) {
	r := newRegistry(t)
	for name, spoil := range map[string]func(*certificate.Completion){
		"NoLearner": func(c *certificate.Completion) { c.Learner = "" },
		"NoCourse":  func(c *certificate.Completion) { c.CourseSlug = "" },
		"Slash":     func(c *certificate.Completion) { c.CourseSlug = "a/b" },
		"NoVersion": func(c *certificate.Completion) { c.CourseVersion = 0 },
		"NoTime":    func(c *certificate.Completion) { c.CompletedAt = time.Time{} },
		"Months":    func(c *certificate.Completion) { c.ValidMonths = -1 },
	} {
		c := completion("anna")
		spoil(&c)
		if _, err := r.Issue(t.Context(), c); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestCertificateExpiry(t *testing.T) {
	for name, tt := range map[string]struct {
		months int
		want   string
	}{
		"Never":        {0, ""},
		"ShortMonth":   {1, "2026-02-28T09:30:00.125Z"},
		"LongMonth":    {2, "2026-03-31T09:30:00.125Z"},
		"LeapDay":      {25, "2028-02-29T09:30:00.125Z"},
		"TwoYears":     {24, "2028-01-31T09:30:00.125Z"},
		"AcrossTheEnd": {11, "2026-12-31T09:30:00.125Z"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			c := completion("anna")
			c.ValidMonths = tt.months
			got := ""
			if at := r.issue(t, c).ExpiresAt; at != nil {
				got = at.Format(time.RFC3339Nano)
			}
			if got != tt.want {
				t.Errorf("expires at %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCertificateStatus(t *testing.T) {
	r := newRegistry(t)
	issued := r.issue(t, completion("anna"))
	status := func(at time.Time) certificate.Status {
		r.now = at
		view, err := r.View(t.Context(), issued.Code)
		if err != nil {
			t.Fatal(err)
		}
		if signed, err := view.Credential(); err != nil || (signed == nil) != (view.Status() == certificate.Revoked) {
			t.Errorf("%s: credential %v, %v", view.Status(), signed, err)
		}
		picture, err := view.Picture()
		if err != nil {
			t.Fatal(err)
		}
		if stamped := bytes.Contains(picture, []byte(">"+view.Status()+"<")); stamped != (view.Status() != certificate.Issued) {
			t.Errorf("%s: stamped = %t", view.Status(), stamped)
		}
		if baked := bytes.Contains(picture, []byte("openbadges:credential")); baked != (view.Status() != certificate.Revoked) {
			t.Errorf("%s: baked = %t", view.Status(), baked)
		}
		return view.Status()
	}
	if got := status(issued.ExpiresAt.Add(-time.Millisecond)); got != certificate.Issued {
		t.Errorf("just before, it is %s", got)
	}
	if got := status(*issued.ExpiresAt); got != certificate.Expired {
		t.Errorf("when it expires, it is %s", got)
	}
	if _, err := r.Revoke(t.Context(), issued.Code, "tess", "a mistake"); err != nil {
		t.Fatal(err)
	}
	if got := status(issued.ExpiresAt.Add(time.Hour)); got != certificate.Revoked {
		t.Errorf("revoked after it has expired, it is %s", got)
	}
}

func TestCertificateRevoke(t *testing.T) {
	r := newRegistry(t)
	issued := r.issue(t, completion("anna"))
	for _, reason := range []string{"", " \t\n", strings.Repeat("é", 501)} {
		_, err := r.Revoke(t.Context(), issued.Code, "tess", reason)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.InvalidInput || f.Field != "reason" {
			t.Errorf("%q: %v", reason, err)
		}
	}
	r.now = graduation.Add(time.Hour)
	revoked, err := r.Revoke(t.Context(), issued.Code, "tess", " "+strings.Repeat("é", 500)+" ")
	if err != nil {
		t.Fatal(err)
	}
	want := certificate.Revocation{At: r.now, By: "tess", Reason: strings.Repeat("é", 500)}
	if revoked.Revoked == nil || *revoked.Revoked != want {
		t.Errorf("revoked %+v", revoked.Revoked)
	}
	r.now = graduation.Add(2 * time.Hour)
	again, err := r.Revoke(t.Context(), issued.Code, "tom", "another")
	if err != nil || *again.Revoked != want || again.Rev != revoked.Rev {
		t.Errorf("revoked again: %+v, %v", again.Revoked, err)
	}
	if issuedAgain := r.issue(t, completion("anna")); issuedAgain.Revoked == nil {
		t.Error("completing the course again revives it")
	}
	if _, err := r.Revoke(t.Context(), "0000-0000-0000-0000-0000-0000-0000", "tess", "x"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("revoking nothing: %v", err)
	}
}

func TestCertificateNameLater(t *testing.T) {
	r := newRegistry(t)
	nameless := completion("anna")
	nameless.Name, nameless.CourseVersion = "", 2
	r.issue(t, completion("anna"))
	r.issue(t, nameless)
	bens := completion("ben")
	bens.Name = ""
	r.issue(t, bens)

	if err := r.NameLater(t.Context(), "anna", ""); fault.CodeOf(err) != fault.InvalidInput {
		t.Errorf("no name: %v", err)
	}
	for _, name := range []string{"Anna Maria", "Other"} {
		if err := r.NameLater(t.Context(), "anna", name); err != nil {
			t.Fatal(err)
		}
	}
	names := map[string]string{}
	for _, learner := range []string{"anna", "ben"} {
		of, err := r.Of(t.Context(), learner)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range of {
			names[c.ID] = c.LearnerName
		}
	}
	if names["anna/basics/1"] != "Anna" || names["anna/basics/2"] != "Anna Maria" || names["ben/basics/1"] != "" {
		t.Errorf("names %v", names)
	}
	// The name was added while a concurrent call issued without it.
	bens.Name = "Ben"
	if c := r.issue(t, bens); c.LearnerName != "Ben" {
		t.Errorf("issued again with a name: %q", c.LearnerName)
	}
}

func TestCertificateDeleteOf(t *testing.T) {
	r := newRegistry(t)
	annas, bens := r.issue(t, completion("anna")), r.issue(t, completion("anna/x"))
	if err := r.DeleteOf(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ByCode(t.Context(), annas.Code); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("after the deletion: %v", err)
	}
	if _, err := r.ByCode(t.Context(), bens.Code); err != nil {
		t.Errorf("another's: %v", err)
	}
	if err := r.DeleteOf(t.Context(), "anna"); err != nil {
		t.Errorf("deleting again: %v", err)
	}
}

func TestCertificateCodes(t *testing.T) {
	r := newRegistry(t)
	issued := r.issue(t, completion("anna"))
	shown := r.Show(issued).Code()
	if !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(shown) {
		t.Errorf("the code is %s", shown)
	}
	rapid.Check(t, func(rt *rapid.T) {
		var typed strings.Builder
		for _, c := range shown {
			switch options := map[rune]string{'-': "- ", '0': "0Oo", '1': "1IiLl"}[c]; {
			case c == '-' && rapid.Bool().Draw(rt, "leave out"):
			case options != "":
				typed.WriteRune(rapid.SampledFrom([]rune(options)).Draw(rt, "alike"))
			case rapid.Bool().Draw(rt, "small"):
				typed.WriteString(strings.ToLower(string(c)))
			default:
				typed.WriteRune(c)
			}
		}
		if found, err := r.ByCode(context.Background(), typed.String()); err != nil || found.ID != issued.ID {
			rt.Fatalf("%q: %v", typed.String(), err)
		}
	})
	missing := ""
	for _, typed := range []string{
		"", "x", shown[1:], shown + "0", strings.Replace(shown, shown[:1], "U", 1), strings.Repeat("-", 1<<20), "anna/basics/1",
		"\xff", strings.Map(func(r rune) rune { return map[bool]rune{true: '1', false: r}[r != '-'] }, shown), "İ" + shown,
	} {
		_, err := r.ByCode(t.Context(), typed)
		if fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%.40q: %v", typed, err)
		}
		if missing == "" {
			missing = err.Error()
		}
		if err.Error() != missing {
			t.Errorf("%.40q has a different error from other unknown codes: %v", typed, err)
		}
	}
}

func TestCertificateRevealsNothingAboutTheLearner(t *testing.T) {
	r := newRegistry(t)
	c := completion("secret-subject")
	r.issue(t, c)
	of, err := r.Views(t.Context(), "secret-subject")
	if err != nil || len(of) != 1 {
		t.Fatal(err, of)
	}
	view := of[0]
	picture, err := view.Picture()
	if err != nil {
		t.Fatal(err)
	}
	signed, err := view.Credential()
	if err != nil {
		t.Fatal(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(*signed, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	revocations, err := view.Revocations()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"picture": string(picture), "credential": string(payload), "revocations": string(revocations), "id": view.ID(), "page": view.VerifyURL()} {
		if strings.Contains(text, "secret-subject") {
			t.Errorf("%s reveals the learner's subject", name)
		}
	}
}
