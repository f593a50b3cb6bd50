package command_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rigCourse is completed by finishing an attempt at each of the pupils'
// quizzes, with any result.
const rigCourse = `courses:
  - slug: rig
    title: What the pupils take
    summary: A course that random answers complete.
    units:
      - { id: one, title: One, kind: QUIZ, quiz: po1, move_on: COMPLETED }
      - { id: two, title: Two, kind: QUIZ, quiz: sf3, move_on: COMPLETED, after: [one] }
      - { id: three, title: Three, kind: QUIZ, quiz: cspo-readiness, move_on: COMPLETED }
      - { id: four, title: Four, kind: QUIZ, quiz: certification-and-renewal, move_on: COMPLETED }
`

// rigUnits are the units of rigCourse by quiz.
var rigUnits = map[string]string{"po1": "one", "sf3": "two", "cspo-readiness": "three", "certification-and-renewal": "four"}

// applyRig publishes rigCourse in the database of dir.
func applyRig(t *testing.T, dir string) {
	t.Helper()
	files := t.TempDir()
	write(t, filepath.Join(files, "rig.yaml"), rigCourse)
	for _, args := range [][]string{{"seed", "apply"}, {"seed", "apply", files, "--name", "rig"}} {
		if status, _, complaints := finish(t, dir, args...); status != 0 {
			t.Fatalf("%v: status %d: %s", args, status, complaints)
		}
	}
}

// registered is a certificate as returned by the server.
type registered struct {
	Code        string
	CourseTitle string
}

// checkProgress compares the pupil's progress in the course with a recount of
// their finished attempts, and expects exactly one unchanging certificate once
// the course is complete.
func (p *pupil) checkProgress(t *testing.T, s *serving) {
	t.Helper()
	if !p.enrolled {
		return
	}
	var data struct {
		Viewer struct {
			Attempts struct {
				Nodes []struct{ Quiz struct{ Slug string } }
			}
			CourseProgress struct {
				State                         string
				Percent                       float64
				CompletedUnits, RequiredUnits int
				Units                         []struct {
					Unit  struct{ Slug string }
					State string
				}
			}
			Certificates []registered
		}
	}
	const query = `{ viewer { attempts(first: 100, state: FINISHED) { nodes { quiz { slug } } }
		courseProgress(course: "rig") { state percent completedUnits requiredUnits units { unit { slug } state } }
		certificates { code courseTitle } } }`
	if err := p.ask(t.Context(), s.url, query, nil, &data); err != nil {
		t.Errorf("%s: %v", p.name, err)
		return
	}
	taken := map[string]bool{}
	for _, a := range data.Viewer.Attempts.Nodes {
		taken[rigUnits[a.Quiz.Slug]] = true
	}
	done := 0
	got := data.Viewer.CourseProgress
	for _, u := range got.Units {
		want := "OPEN"
		switch {
		case u.Unit.Slug == "two" && !taken["one"]:
			want = "LOCKED"
		case taken[u.Unit.Slug]:
			want = "SATISFIED"
			done++
		}
		if u.State != want {
			t.Errorf("%s: unit %s is %s, but %v are finished", p.name, u.Unit.Slug, u.State, taken)
		}
	}
	state := map[bool]string{true: "IN_PROGRESS"}[done > 0]
	if done == 0 {
		state = "ENROLLED"
	}
	if done == len(rigUnits) {
		state = "COMPLETED"
	}
	if got.State != state || got.CompletedUnits != done || got.RequiredUnits != len(rigUnits) || got.Percent != 25*float64(done) {
		t.Errorf("%s: %+v; a recount gives %s with %d units", p.name, got, state, done)
	}
	p.checkCertificates(t, data.Viewer.Certificates, done == len(rigUnits))
}

// checkCertificates expects that issued certificates do not change.
func (p *pupil) checkCertificates(t *testing.T, got []registered, completed bool) {
	t.Helper()
	want := map[bool]int{true: 1}[completed]
	if len(got) != want {
		t.Errorf("%s has %d certificates, want %d", p.name, len(got), want)
		return
	}
	if p.certificates != nil {
		if diff := cmp.Diff(p.certificates, got); diff != "" {
			t.Errorf("%s: certificates differ (-before +now):\n%s", p.name, diff)
		}
	}
	if completed {
		p.certificates = got
	}
}

// rebuild recomputes all progress, which must find no differences.
func rebuild(t *testing.T, dir string) {
	t.Helper()
	status, out, complaints := finish(t, dir, "rebuild", "--quiet")
	if status != 0 || !strings.Contains(out, ": 0 differences\n") {
		t.Errorf("rebuild: status %d, %s%s", status, out, complaints)
	}
}

func (p *pupil) enroll(t *testing.T, url string) error {
	t.Helper()
	var data struct {
		Enroll struct{ Progress struct{ State string } }
	}
	if err := p.ask(t.Context(), url, `mutation { enroll(input: { course: "rig" }) { progress { state } } }`, nil, &data); err != nil {
		return fmt.Errorf("enrolling: %w", err)
	}
	p.enrolled = true
	return nil
}
