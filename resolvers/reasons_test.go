package resolvers_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalogtest"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/storetest"
)

// ofTransports are the reasons that the transports of package server answer
// with, whose tests provoke them.
var ofTransports = []string{"BUSY", "TOO_MANY_OPERATIONS", "TOO_MANY_STREAMS"}

// brokenBy has for each reason what an API answers with it. A reason without an
// entry fails TestEachReasonIsAnswered.
var brokenBy = map[fault.Reason]func(*testing.T, *school) answer{
	fault.Reason(fault.Stale): func(t *testing.T, s *school) answer {
		id := s.begin(t, learner, `quiz: "mixed"`)
		s.engine.Before(func(c storetest.Call) error {
			if c.Collection == "attempts" && c.Operation == storetest.Replace {
				return store.ErrStale
			}
			return nil
		})
		return s.flag(t, id)
	},
	fault.Reason(fault.RevisionChanged): func(t *testing.T, s *school) answer {
		return s.answerPillars(t, `quiz: "mixed"`, `expectedRevision: 7`)
	},
	fault.Reason(fault.AlreadyGraded): func(t *testing.T, s *school) answer {
		s.answerPillars(t, `practice: { mode: TOPIC, objective: "AA1.1" }`, `confidence: HIGH`).ok(t)
		return s.answerPillars(t, `practice: { mode: TOPIC, objective: "AA1.1" }`, `confidence: LOW`, "b")
	},
	fault.Reason(fault.AttemptEnded): func(t *testing.T, s *school) answer { return s.flag(t, s.submitted(t)) },
	fault.Reason(fault.NoAttemptsLeft): func(t *testing.T, s *school) answer {
		for range 3 {
			s.submitted(t)
		}
		return s.start(t, `quiz: "mixed"`)
	},
	fault.Reason(fault.TooEarly): func(t *testing.T, s *school) answer {
		id := s.begin(t, learner, `quiz: "artifacts"`)
		s.ask(t, learner, `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { id } } }`, map[string]any{"id": id}).ok(t)
		return s.start(t, `quiz: "artifacts"`)
	},
	fault.Reason(fault.KeyReused): func(t *testing.T, s *school) answer {
		s.as(t, trainer, `createCohort(input: { name: "One", idempotencyKey: "k" }) { cohort { id } }`).ok(t)
		return s.as(t, trainer, `createCohort(input: { name: "Two", idempotencyKey: "k" }) { cohort { id } }`)
	},
	fault.Reason(fault.CohortFull): func(t *testing.T, s *school) answer {
		code := s.teach(t)
		for n := range 99 {
			if _, err := s.Cohorts.Join(t.Context(), fmt.Sprint("member", n), code, "M"); err != nil {
				t.Fatal(err)
			}
		}
		return s.join(t, otherLearner, code, "One too many")
	},
	fault.Reason(fault.CohortArchived): func(t *testing.T, s *school) answer {
		s.teach(t)
		s.as(t, trainer, `archiveCohort(input: { cohortId: "`+cohortID+`" }) { cohort { id } }`).ok(t)
		return s.as(t, trainer, `renewInvitation(input: { cohortId: "`+cohortID+`" }) { cohort { id } }`)
	},
	fault.Reason(fault.LastTrainer): func(t *testing.T, s *school) answer {
		s.teach(t)
		return s.as(t, trainer, `removeCohortTrainer(input: { cohortId: "`+cohortID+`", trainerId: "tess" }) { cohort { id } }`)
	},
	fault.Reason(fault.LimitReached): func(t *testing.T, s *school) answer {
		s.teach(t)
		for n := range 19 {
			s.as(t, trainer, fmt.Sprintf(`addCohortTrainer(input: { cohortId: %q, trainerId: "t%d" }) { cohort { id } }`, cohortID, n)).ok(t)
		}
		return s.as(t, trainer, `addCohortTrainer(input: { cohortId: "`+cohortID+`", trainerId: "t" }) { cohort { id } }`)
	},
	fault.Reason(fault.AttemptOpen): func(t *testing.T, s *school) answer {
		guest := s.guest(t)
		s.beginWith(t, guest, `quiz: "mixed"`)
		s.begin(t, learner, `quiz: "mixed"`)
		return s.adopt(t, learner, guest)
	},
	fault.Reason(fault.Adopted): func(t *testing.T, s *school) answer {
		guest := s.guest(t)
		s.adopt(t, learner, guest).ok(t)
		return s.askWith(t, guest, renewGuest, nil)
	},
	fault.Reason(fault.DeletionPending): func(t *testing.T, s *school) answer {
		s.as(t, learner, `deleteMyData(input: { confirm: "anna" }) { deletedRecords }`).ok(t)
		return s.start(t, `quiz: "mixed"`)
	},
	fault.Reason(fault.TooManyExports): func(t *testing.T, s *school) answer {
		s.begin(t, learner, `quiz: "mixed"`)
		export := func() answer { return s.ask(t, learner, `{ viewer { data } }`, nil) }
		var second *answer
		s.engine.Before(func(c storetest.Call) error {
			if c.Collection == "attempts" && second == nil {
				second = new(answer) // what the second one reads does not start a third
				*second = export()
			}
			return nil
		})
		export().ok(t)
		s.engine.Before(nil)
		return *second
	},
	fault.Reason(fault.Duplicate): func(t *testing.T, s *school) answer {
		s.certify(t, learner)
		return s.as(t, learner, `logSeu(input: { certification: "cspo", activity: INDEPENDENT_LEARNING, title: "A book on interviews", hours: 4.25, date: "2026-03-15" }) { seu { id } }`)
	},
	fault.Reason(fault.UnitLocked): func(t *testing.T, s *school) answer {
		s.as(t, learner, `enroll(input: { course: "basics" }) { progress { state } }`).ok(t)
		return s.as(t, learner, `completeUnit(input: { course: "basics", unit: "outside" }) { progress { state } }`)
	},
	fault.Reason(fault.NotEarned): func(t *testing.T, s *school) answer {
		return s.as(t, learner, `recordRenewal(input: { certification: "cspo", renewedOn: "2026-03-15" }) { journey { id } }`)
	},
	fault.Reason(fault.AlreadyEarned): func(t *testing.T, s *school) answer {
		s.certify(t, learner)
		return s.as(t, learner, `completeCertificationStep(input: { certification: "cspo", step: "attend", done: false }) { journey { id } }`)
	},
	fault.Reason(fault.AlreadyRenewed): func(t *testing.T, s *school) answer {
		s.certify(t, learner)
		s.as(t, learner, `recordRenewal(input: { certification: "cspo", renewedOn: "2026-11-20" }) { journey { id } }`).ok(t)
		return s.as(t, learner, `undoCertificationEarned(input: { certification: "cspo" }) { journey { id } }`)
	},
	fault.Reason(fault.ActivityRecorded): func(t *testing.T, s *school) answer {
		s.certify(t, learner)
		return s.as(t, learner, `undoCertificationEarned(input: { certification: "cspo" }) { journey { id } }`)
	},
	fault.Reason(fault.TokenMissing): func(t *testing.T, s *school) answer {
		return s.as(t, anonymous, `enroll(input: { course: "basics" }) { progress { state } }`)
	},
	fault.Reason(fault.TokenInvalid): func(t *testing.T, s *school) answer {
		return s.askWith(t, "x.y.z", `{ viewer { id } }`, nil)
	},
	fault.Reason(fault.TokenExpired): func(t *testing.T, s *school) answer {
		token, _, err := s.tokens.Issue("anna", []identity.Role{identity.RoleLearner}, false, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		s.pass(time.Hour)
		return s.askWith(t, token, `{ viewer { id } }`, nil)
	},
	fault.TooFewQuestions: func(t *testing.T, s *school) answer { return s.start(t, `practice: { mode: MISTAKES }`) },
	fault.Reason(fault.TooManyGuests): func(t *testing.T, s *school) answer {
		for range 3 {
			s.as(t, anonymous, `startGuestSession { token }`).ok(t)
		}
		return s.as(t, anonymous, `startGuestSession { token }`)
	},
}

func (s *school) as(t *testing.T, who, mutation string) answer {
	t.Helper()
	return s.ask(t, who, "mutation { "+mutation+" }", nil)
}

func (s *school) start(t *testing.T, what string) answer {
	t.Helper()
	return s.as(t, learner, `startAttempt(input: { `+what+` }) { attempt { id } }`)
}

func (s *school) flag(t *testing.T, id string) answer {
	t.Helper()
	return s.as(t, learner, `flagQuestion(input: { attemptId: "`+id+`", slot: 1, flagged: true }) { slot { flagged } }`)
}

func (s *school) submitted(t *testing.T) string {
	t.Helper()
	id := s.begin(t, learner, `quiz: "mixed"`)
	s.as(t, learner, `submitAttempt(input: { attemptId: "`+id+`" }) { attempt { id } }`).ok(t)
	return id
}

// answerPillars answers the question pillars of an attempt, which is begun if
// none is open.
func (s *school) answerPillars(t *testing.T, attempt, more string, also ...string) answer {
	t.Helper()
	id := s.begin(t, learner, attempt)
	slots, _ := s.ask(t, learner, `query ($id: ID!) { attempt(id: $id) { slots { number question { slug } } } }`, map[string]any{"id": id}).ok(t).at("attempt.slots").([]any)
	n := slices.IndexFunc(slots, func(slot any) bool { return dig(slot, "question.slug") == "pillars" })
	picked := `"pillars.a"`
	for _, o := range also {
		picked += `, "pillars.` + o + `"`
	}
	return s.as(t, learner, fmt.Sprintf(`answerQuestion(input: { attemptId: %q, slot: %d, response: { options: [%s] }, %s }) { slot { state } }`, id, n+1, picked, more))
}

// TestEachReasonIsAnswered has the API answer with each reason, and checks that
// the error has the code that the schema names for it.
func TestEachReasonIsAnswered(t *testing.T) {
	content := catalogtest.Content(t)
	for _, q := range content.Quizzes {
		if q.Slug == "artifacts" {
			q.CooldownSeconds = 3600
		}
	}
	for _, c := range content.Courses {
		for _, u := range c.Units {
			if u.Slug == "outside" {
				u.After = []string{"read"}
			}
		}
	}
	snapshot, err := catalog.Build(catalogtest.Edition(content, catalog.Revision{Number: 1, PublishedAt: catalogtest.PublishedAt}))
	if err != nil {
		t.Fatal(err)
	}
	library := &catalog.Library{}
	library.Publish(snapshot)
	reasons := schemaOf().Types["ErrorReason"]
	for _, reason := range valuesOf("ErrorReason") {
		t.Run(reason, func(t *testing.T) {
			broken, ok := brokenBy[fault.Reason(reason)]
			if slices.Contains(ofTransports, reason) {
				return
			}
			if !ok {
				t.Fatal("no entry of brokenBy shows when the API answers with this reason")
			}
			var s *school
			s = newSchool(t, library, schoolOptions{tokenClock: func() time.Time {
				if s == nil {
					return opening
				}
				return s.now()
			}})
			got := broken(t, s)
			code, _, _ := strings.Cut(reasons.EnumValues.ForName(reason).Description, ":")
			if len(got.Errors) != 1 || got.Errors[0].Extensions["reason"] != reason || got.code() != strings.TrimSpace(code) {
				t.Errorf("want %s with %s in %s", code, reason, got.text)
			}
		})
	}
}

// TestFaultsOfCodesWithReasonsHaveOne reads the source: a code that has reasons
// is answered by the constructors that take one, and each code and reason is
// answered somewhere.
func TestFaultsOfCodesWithReasonsHaveOne(t *testing.T) {
	used := map[string]bool{}
	const root = ".."
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "bench", "clients", "graph", "node_modules"}, entry.Name()) {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || path == filepath.Join(root, "internal", "fault", "reason.go") {
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		inFault := file.Name.Name == "fault"
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "fault" {
					used[n.Sel.Name] = true
				}
			case *ast.CallExpr:
				name, _ := n.Fun.(*ast.SelectorExpr)
				if name == nil || name.Sel.Name != "New" || len(n.Args) == 0 {
					return true
				}
				if code, ok := n.Args[0].(*ast.SelectorExpr); ok && slices.Contains([]string{"Conflict", "Unauthenticated", "RateLimited"}, code.Sel.Name) && !inFault {
					t.Errorf("%s: fault.New(fault.%s) has no reason", files.Position(n.Pos()), code.Sel.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range constantsOf(t, filepath.Join(root, "internal", "fault", "fault.go"), "Code") {
		// These have constructors of their own.
		constructed := map[string]string{
			"InvalidInput": "Invalid", "Conflict": "Conflicting", "Unauthenticated": "Unauthorized", "RateLimited": "Limited", "Unavailable": "Unreachable",
		}[name]
		if !used[name] && !used[constructed] {
			t.Errorf("nothing is answered with fault.%s", name)
		}
	}
	for _, kind := range []string{"ConflictReason", "TokenReason", "LimitReason", "Reason"} {
		for _, name := range constantsOf(t, filepath.Join(root, "internal", "fault", "reason.go"), kind) {
			if !used[name] && name != "TooEarly" && name != "TooFewQuestions" { // by fault.Early and fault.TooFew
				t.Errorf("nothing is answered with fault.%s", name)
			}
		}
	}
}

// constantsOf returns the names of the constants of a type in a file.
func constantsOf(t *testing.T, path, kind string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if is, ok := spec.Type.(*ast.Ident); ok && is.Name == kind {
				names = append(names, spec.Names[0].Name)
			}
		}
		return true
	})
	if len(names) == 0 {
		t.Fatalf("%s has no constants of %s", path, kind)
	}
	return names
}
