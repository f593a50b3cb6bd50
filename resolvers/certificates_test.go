package resolvers_test

import (
	"crypto/ed25519"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// certificateCode is the first code that a test draws.
const certificateCode = "S7YE-DPAC-TF1Y-677B-VVZ3-W11Y-4AXA"

func certificateIssuer(t testing.TB) *credential.Issuer {
	t.Helper()
	issuer, err := credential.NewIssuer(credential.IssuerConfig{
		Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Name: "Example School", URL: "https://learn.example.org",
	})
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

// certify issues the learner's certificate for the course basics, which
// expires after a year.
func certify(t testing.TB, certificates *certificate.Certificates) {
	t.Helper()
	percent := quiz.PercentOf(11, 12)
	issued, err := certificates.Issue(t.Context(), certificate.Completion{
		Learner: people[learner].subject, Name: "Anna Lindqvist", CourseSlug: "basics", CourseVersion: 1, CourseTitle: "Basics",
		Percent: &percent, CompletedAt: opening, ValidMonths: 12,
	})
	if err != nil {
		t.Fatal(err)
	}
	if code := certificates.Show(issued).Code(); code != certificateCode {
		t.Fatalf("the code is %s", code)
	}
}

const certificateFields = `{ id code status learnerName course { slug } courseTitle courseVersion percent issuedAt expiresAt
	revokedAt revocationReason statement verifyUrl imageUrl credentialUrl credential }`

func TestCertificateIsTheSameForEverybody(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	certify(t, s.Certificates)
	query := `query ($code: String!) { certificate(code: $code) ` + certificateFields + ` }`
	want := s.ask(t, learner, query, map[string]any{"code": certificateCode}).ok(t)
	for _, who := range []string{anonymous, otherLearner, trainer} {
		for _, typed := range []string{certificateCode, strings.ToLower(certificateCode), strings.ReplaceAll(certificateCode, "-", "")} {
			if got := s.ask(t, who, query, map[string]any{"code": typed}); got.text != want.text {
				t.Errorf("%s gets %s, want %s", who, got.text, want.text)
			}
		}
	}
	nothing := s.ask(t, anonymous, query, map[string]any{"code": "0" + certificateCode[1:]}).ok(t)
	if nothing.at("certificate") != nil {
		t.Errorf("there is a certificate for another code: %s", nothing.text)
	}
	for _, typed := range []string{"", "x", certificateCode + "0", "anna/basics/1", "\u0000", strings.Repeat("A", 100_000)} {
		if got := s.ask(t, anonymous, query, map[string]any{"code": typed}); got.text != nothing.text {
			t.Errorf("%.20q: %.200s", typed, got.text)
		}
	}
}

func TestOnlyTrainersRevoke(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	certify(t, s.Certificates)
	revoke := `mutation { revokeCertificate(input: { code: "` + certificateCode + `", reason: "Issued by mistake." }) { certificate { status revocationReason credential } } }`
	status := func() string {
		return s.ask(t, anonymous, `{ certificate(code: "`+certificateCode+`") { status } }`, nil).ok(t).str("certificate.status")
	}
	s.ask(t, anonymous, revoke, nil).refused(t, "UNAUTHENTICATED")
	s.ask(t, learner, revoke, nil).refused(t, "FORBIDDEN")
	s.ask(t, otherLearner, revoke, nil).refused(t, "FORBIDDEN")
	if got := status(); got != "ISSUED" {
		t.Fatalf("refused, but it is %s", got)
	}
	got := s.ask(t, trainer, revoke, nil).ok(t)
	if got.str("revokeCertificate.certificate.revocationReason") != "Issued by mistake." || got.at("revokeCertificate.certificate.credential") != nil {
		t.Errorf("revoked: %s", got.text)
	}
	if got := status(); got != "REVOKED" {
		t.Errorf("afterwards it is %s", got)
	}
	if seen := s.ask(t, learner, `{ viewer { certificates `+certificateFields+` } }`, nil).ok(t).text; strings.Contains(seen, people[trainer].subject) {
		t.Errorf("it reveals who revoked it: %s", seen)
	}
}

func TestCertificateExpires(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	certify(t, s.Certificates)
	for _, tt := range []struct {
		pass time.Duration
		want string
	}{{365*24*time.Hour - time.Millisecond, "ISSUED"}, {time.Millisecond, "EXPIRED"}} {
		s.pass(tt.pass)
		if got := s.ask(t, anonymous, `{ certificate(code: "`+certificateCode+`") { status } }`, nil).ok(t).str("certificate.status"); got != tt.want {
			t.Errorf("it is %s, want %s", got, tt.want)
		}
	}
}

func TestViewersSeeTheirOwnCertificates(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{})
	certify(t, s.Certificates)
	for who, want := range map[string]int{learner: 1, otherLearner: 0, trainer: 0} {
		list, ok := s.ask(t, who, `{ viewer { certificates { code } } }`, nil).ok(t).at("viewer.certificates").([]any)
		if !ok || len(list) != want {
			t.Errorf("%s sees %v", who, list)
		}
	}
}

func TestCompletedCourseIssuesItsCertificate(t *testing.T) {
	a := newAPI(t, func(c *catalog.Content) {
		c.Courses[0].Units = c.Courses[0].Units[:1] // the reading
		c.Courses[0].CertificateMonths = 24
	})
	own := func() any {
		return a.ask(t, "anna", `{ viewer { certificates { courseTitle courseVersion percent learnerName expiresAt course { slug } } } }`, nil).at(t, "viewer.certificates")
	}
	a.ask(t, "anna", `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil)
	if got := own(); len(got.([]any)) != 0 {
		t.Errorf("after enrolling, there is %v", got)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			a.ask(t, "anna", `mutation { completeReading(input: { lesson: "empiricism" }) { lesson { slug } } }`, nil)
		})
	}
	all.Wait()
	want := []any{map[string]any{
		"courseTitle": "Basics", "courseVersion": float64(1), "percent": nil, "learnerName": nil,
		"expiresAt": "2028-11-23T09:30:00.125Z", "course": map[string]any{"slug": "basics"},
	}}
	if diff := cmp.Diff(want, own()); diff != "" {
		t.Errorf("completed (-want +got):\n%s", diff)
	}
}
