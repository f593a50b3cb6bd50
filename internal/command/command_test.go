package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/command"
)

// run executes a command line in this process, with the environment as
// TestMain left it: without settings from outside.
func run(t *testing.T, args ...string) (status int, out, complaints string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = command.Run(t.Context(), args, command.Streams{Out: &stdout, Err: &stderr})
	return status, stdout.String(), stderr.String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// term returns a seed file with one term, which cites the built-in content.
func term(slug, definition string) string {
	return "terms:\n  - { slug: " + slug + ", name: " + slug + ", definition: \"" + definition + "\", citations: [{ source: scrum-guide }] }\n"
}

func TestHelpExplainsEverySetting(t *testing.T) {
	for name, tt := range map[string]struct {
		command []string
		want    map[string]string // environment variables by flag
		without []string          // flags that are for a single call
	}{
		"Serve": {
			command: []string{"serve"},
			want: map[string]string{
				"data-dir": "SCRUMKB_DATA_DIR", "mongodb-uri": "MONGODB_URI", "listen": "SCRUMKB_LISTEN",
				"production": "SCRUMKB_PRODUCTION", "introspection": "SCRUMKB_INTROSPECTION", "keep-guests": "SCRUMKB_KEEP_GUESTS", "seed": "SCRUMKB_SEED",
				"guests":             "SCRUMKB_GUESTS",
				"public-url":         "SCRUMKB_PUBLIC_URL",
				"credential-key":     "SCRUMKB_CREDENTIAL_KEY",
				"certificate-issuer": "SCRUMKB_CERTIFICATE_ISSUER",
				"oidc-audience":      "SCRUMKB_OIDC_AUDIENCE",
				"oidc-issuer":        "SCRUMKB_OIDC_ISSUER",
				"oidc-role":          "SCRUMKB_OIDC_ROLES",
				"oidc-roles-claim":   "SCRUMKB_OIDC_ROLES_CLAIM",
				"token-issuer":       "SCRUMKB_TOKEN_ISSUER",
				"token-key":          "SCRUMKB_TOKEN_KEY",
				"trusted-proxy":      "SCRUMKB_TRUSTED_PROXIES",
				"cors-origin":        "SCRUMKB_CORS_ORIGINS", "draft-status": "SCRUMKB_DRAFT_STATUS",
				"response-cache": "SCRUMKB_RESPONSE_CACHE",
				"clock-offset":   "SCRUMKB_CLOCK_OFFSET",
				"drain-delay":    "SCRUMKB_DRAIN_DELAY", "log-format": "SCRUMKB_LOG_FORMAT", "log-level": "SCRUMKB_LOG_LEVEL",
			},
		},
		"Demo": {
			command: []string{"demo"},
			want: map[string]string{
				"data-dir": "SCRUMKB_DATA_DIR", "mongodb-uri": "MONGODB_URI", "token-key": "SCRUMKB_TOKEN_KEY", "token-issuer": "SCRUMKB_TOKEN_ISSUER",
				"public-url": "SCRUMKB_PUBLIC_URL", "production": "SCRUMKB_PRODUCTION",
			},
			without: []string{"random-seed", "until", "add"},
		},
		"SeedPlan": {
			command: []string{"seed", "plan"},
			want:    map[string]string{"data-dir": "SCRUMKB_DATA_DIR", "mongodb-uri": "MONGODB_URI", "name": "SCRUMKB_SEED_NAME"},
			without: []string{"prune"},
		},
		"SeedApply": {
			command: []string{"seed", "apply"},
			want:    map[string]string{"data-dir": "SCRUMKB_DATA_DIR", "mongodb-uri": "MONGODB_URI", "name": "SCRUMKB_SEED_NAME"},
			without: []string{"prune"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, _ := run(t, append(tt.command, "--help")...)
			if status != 0 {
				t.Errorf("status = %d, want 0", status)
			}
			got := map[string]string{}
			// Each flag's text continues until the next flag.
			for _, text := range regexp.MustCompile(`\n {2,6}(-\w, )?--`).Split(out, -1)[1:] {
				flag := regexp.MustCompile(`^(\[no-\])?([\w-]+)`).FindStringSubmatch(text)[2]
				if variable := regexp.MustCompile(`\(\$(\w+)\)`).FindStringSubmatch(text); variable != nil {
					got[flag] = variable[1]
				} else {
					got[flag] = ""
				}
			}
			tt.want["help"], tt.want["version"] = "", ""
			for _, flag := range tt.without {
				tt.want[flag] = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("settings differ (-want +got):\n%s\n%s", diff, out)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "")
	for name, tt := range map[string]struct {
		args   []string
		status int
		out    string
		err    string
	}{
		"Help":              {[]string{"--help"}, 0, "Usage: scrumkb", ""},
		"Version":           {[]string{"version"}, 0, "scrumkb ", ""},
		"HelpCommand":       {[]string{"help", "serve"}, 0, "Usage: scrumkb serve", ""},
		"VersionFlag":       {[]string{"--version"}, 0, "scrumkb ", ""},
		"NoCommand":         {nil, 2, "", `give one of these commands: "serve"`},
		"NoSubcommand":      {[]string{"seed"}, 2, "", `give one of these commands: "validate`},
		"UnknownCommand":    {[]string{"sreve"}, 2, "", `"sreve" is not expected here; did you mean serve?`},
		"MistypedFlag":      {[]string{"serve", "--listne", ":0"}, 2, "", "there is no flag --listne; did you mean --listen?"},
		"NoSubject":         {[]string{"token", "create"}, 2, "", "--subject=NAME must be given"},
		"NoToken":           {[]string{"token", "check"}, 2, "", "must be given"},
		"UnknownFlag":       {[]string{"serve", "--nope"}, 2, "", "there is no flag --nope"},
		"WrongLogLevel":     {[]string{"serve", "--log-level", "loud"}, 2, "", "loud"},
		"WrongLogFormat":    {[]string{"serve", "--log-format", "xml"}, 2, "", "xml"},
		"WrongDuration":     {[]string{"serve", "--drain-delay", "soon"}, 2, "", "soon"},
		"NoSuchDirectory":   {[]string{"seed", "validate", filepath.Join(dir, "none")}, 1, "", "there is no directory"},
		"NotADirectory":     {[]string{"seed", "validate", filepath.Join(dir, "file")}, 1, "", "is not a directory"},
		"EmptyDirectory":    {[]string{"seed", "validate", t.TempDir()}, 1, "", "no .yaml files"},
		"ProgramsOwn":       {[]string{"seed", "validate", "--no-bank"}, 0, "No mistakes found.", ""},
		"ReportOfTheBank":   {[]string{"seed", "validate", "--report", "--no-bank"}, 0, "Blueprint", ""},
		"DataDirIsAFile":    {[]string{"seed", "plan", "--data-dir", filepath.Join(dir, "file")}, 2, "", "the data directory"},
		"MongoDBURIIsWrong": {[]string{"seed", "plan", "--mongodb-uri", "localhost"}, 2, "", "MongoDB URI"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, complaints := run(t, tt.args...)
			if status != tt.status {
				t.Errorf("status = %d, want %d", status, tt.status)
			}
			if !strings.Contains(out, tt.out) || !strings.Contains(complaints, tt.err) {
				t.Errorf("said %q and %q, want %q and %q", out, complaints, tt.out, tt.err)
			}
			if (tt.err == "") != (complaints == "") || strings.Contains(complaints, "goroutine") {
				t.Errorf("complaints: %q", complaints)
			}
		})
	}
}

func TestSeedValidateNamesThePlace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "more", "terms.yaml")
	write(t, file, "terms:\n  - slug: done\n    name: Done\n    nmae: Done\n    definition: As agreed.\n    citations: [{ source: missing }]\n")
	status, out, complaints := run(t, "seed", "validate", dir)
	if status != 1 || strings.Contains(out, "No mistakes") {
		t.Errorf("status = %d, said %q", status, out)
	}
	want := []string{"terms.yaml:4:5: nmae:", "terms.yaml:6:27:", "    4 |     nmae: Done"}
	for _, place := range want {
		if !strings.Contains(complaints, place) {
			t.Errorf("%q is missing from\n%s", place, complaints)
		}
	}
	if strings.Contains(complaints, "scrumkb:") {
		t.Errorf("positions have a prefix, so editors cannot parse them:\n%s", complaints)
	}
}

func TestSeedValidateBesideTheProgram(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "terms.yaml"), term("house-rule", "Ours."))
	if status, _, complaints := run(t, "seed", "validate", dir); status != 1 || !strings.Contains(complaints, "scrum-guide") {
		t.Errorf("by itself: status = %d, %q", status, complaints)
	}
	if status, out, complaints := run(t, "seed", "validate", "--beside-program", dir); status != 0 {
		t.Errorf("beside the program: status = %d, %q %q", status, out, complaints)
	}
}

// Each step's output as people read it, without the lines for single items.
func TestSeedApply(t *testing.T) {
	t.Chdir(t.TempDir())
	if status, _, complaints := run(t, "seed", "apply"); status != 0 {
		t.Fatal(complaints)
	}
	both := term("house-rule", "Ours.") + "  - { slug: house-word, name: house-word, definition: Ours as well., citations: [{ source: scrum-guide }] }\n"
	steps := []struct {
		name    string
		content string
		args    []string
		want    []string // lines
	}{
		{"PlanOfNews", both, []string{"plan", "ours"}, []string{"created  term/house-rule", "created  term/house-word", "2 items: 2 created"}},
		{"News", both, []string{"apply", "ours"}, []string{"created  term/house-rule", "created  term/house-word", "2 items: 2 created", "Revision 2 is published."}},
		{"Again", both, []string{"apply", "ours"}, []string{"2 items: 2 unchanged", "Revision 2 is still published."}},
		{"PlanChangesNothing", term("house-rule", "Changed."), []string{"plan", "ours"}, []string{"updated   term/house-rule", "orphaned  term/house-word", "2 items: 1 updated, 1 orphaned"}},
		{"OfAnotherName", term("house-rule", "Ours."), []string{"apply", "ours", "--name", "theirs", "--prune"}, []string{`updated  term/house-rule  comes from the seed "local"`, "1 item: 1 updated", "Revision 3 is published."}},
		{"OrphansStay", term("house-rule", "Changed."), []string{"apply", "ours"}, []string{"updated   term/house-rule", "orphaned  term/house-word", "2 items: 1 updated, 1 orphaned", "Revision 4 is published."}},
		{"PlanToPrune", term("house-rule", "Changed."), []string{"plan", "ours", "--prune"}, []string{"retired  term/house-word", "2 items: 1 retired, 1 unchanged"}},
		{"Pruned", term("house-rule", "Changed."), []string{"apply", "ours", "--prune"}, []string{"retired  term/house-word", "2 items: 1 retired, 1 unchanged", "Revision 5 is published."}},
		{"Restored", both, []string{"apply", "ours"}, []string{"updated   term/house-rule", "restored  term/house-word", "2 items: 1 updated, 1 restored", "Revision 6 is published."}},
	}
	for _, step := range steps {
		write(t, filepath.Join("ours", "terms.yaml"), step.content)
		status, out, complaints := run(t, append([]string{"seed"}, step.args...)...)
		if status != 0 || complaints != "" {
			t.Fatalf("%s: status = %d, %s", step.name, status, complaints)
		}
		if diff := cmp.Diff(step.want, strings.Split(strings.TrimSpace(out), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}

	// An operator's item stays theirs when the built-in content is applied.
	write(t, filepath.Join("ours", "terms.yaml"), term("increment", "A word of ours."))
	for _, args := range [][]string{{"seed", "apply", "ours"}, {"seed", "apply"}, {"seed", "apply", "--prune"}} {
		if status, _, complaints := run(t, args...); status != 0 {
			t.Fatal(complaints)
		}
	}
	_, out, _ := run(t, "seed", "plan")
	if !strings.Contains(out, `kept  term/increment  belongs to the seed "local"`) {
		t.Errorf("the built-in plan does not keep the term:\n%s", out)
	}
}

// A question is retired together with its objective, whose topic stays.
func TestSeedApplyPrunesMutualReferences(t *testing.T) {
	before, after := filepath.Join("..", "..", "seed", "testdata", "valid"), t.TempDir()
	pruned, err := os.ReadFile(filepath.Join("..", "..", "seed", "testdata", "pruned.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(after, "base.yaml"), string(pruned))
	data := t.TempDir()
	if status, _, complaints := run(t, "seed", "apply", before, "--name", "mine", "--data-dir", data); status != 0 {
		t.Fatal(complaints)
	}
	for _, command := range []string{"plan", "apply"} {
		status, out, complaints := run(t, "seed", command, after, "--name", "mine", "--data-dir", data, "--prune")
		if status != 0 || !strings.Contains(out, "2 retired") {
			t.Errorf("%s: status %d, %s%s", command, status, out, complaints)
		}
	}
}

func TestSeedRefusesDatesInTheFuture(t *testing.T) {
	dir, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	write(t, filepath.Join(dir, "a.yaml"), "sources:\n  - { slug: guide, title: The Guide, publisher: Its authors, verified_at: 2962-01-01 }\n")
	for _, args := range [][]string{{"validate", dir}, {"plan", dir, "--data-dir", data}} {
		status, _, complaints := run(t, append([]string{"seed"}, args...)...)
		if status != 1 || !strings.Contains(complaints, "verified_at: 2962-01-01 is in the future") {
			t.Errorf("%v: status %d, %s", args, status, complaints)
		}
	}
}

func TestSeedApplyIsAllOrNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	if status, _, complaints := run(t, "seed", "apply"); status != 0 {
		t.Fatal(complaints)
	}
	write(t, "ours/a.yaml", term("house-rule", "Ours."))
	write(t, "ours/b.yaml", "terms:\n  - { slug: house-word, name: Word, definition: Ours., citations: [{ source: missing }] }\n")
	status, out, complaints := run(t, "seed", "apply", "ours")
	if status != 1 || out != "" || !strings.Contains(complaints, "b.yaml:2:") {
		t.Errorf("status = %d, said %q and %q", status, out, complaints)
	}
	_, plan, _ := run(t, "seed", "apply")
	if !strings.Contains(plan, "Revision 1 is still published.") {
		t.Errorf("the database has changed: %s", plan)
	}
}
