package command_test

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const acceptance = `{ certification(slug: "cspo") {
	code issuer { name nonProfit } eligibility { open } training { days examRequired }
	renewal { everyMonths fee { amount currency } steps { title } }
	steps { title } audiences { title } benefits { title } usages { title }
	role { responsibilities { title } skills { title } }
} }`

func TestServeInAnEmptyDirectory(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	if want := "scrumkb serves GraphQL at " + s.url + "/graphql and GraphiQL at " + s.url + "/graphiql\n"; s.line != want {
		t.Errorf("said %q, want %q", s.line, want)
	}
	type titles []struct{ Title string }
	var data struct {
		Certification struct {
			Code   string
			Issuer struct {
				Name      string
				NonProfit bool
			}
			Eligibility struct{ Open bool }
			Training    struct {
				Days         int
				ExamRequired bool
			}
			Renewal struct {
				EveryMonths int
				Fee         struct{ Amount, Currency string }
				Steps       titles
			}
			Steps, Audiences, Benefits, Usages titles
			Role                               struct{ Responsibilities, Skills titles }
		}
	}
	s.ask(t, acceptance, &data)
	c := data.Certification
	got := map[string]any{
		"code": c.Code, "issuer": c.Issuer.Name, "nonProfit": c.Issuer.NonProfit, "open": c.Eligibility.Open,
		"days": c.Training.Days, "exam": c.Training.ExamRequired, "months": c.Renewal.EveryMonths,
		"fee": c.Renewal.Fee.Amount + " " + c.Renewal.Fee.Currency, "renewalSteps": len(c.Renewal.Steps), "steps": len(c.Steps),
		"nineAudiences": len(c.Audiences) >= 9, "usages": len(c.Usages), "someBenefits": len(c.Benefits) > 0,
		"responsibilities": len(c.Role.Responsibilities), "skills": len(c.Role.Skills),
	}
	want := map[string]any{
		"code": "CSPO", "issuer": "Scrum Alliance", "nonProfit": true, "open": true,
		"days": 2, "exam": false, "months": 24,
		"fee": "100 USD", "renewalSteps": 3, "steps": 3,
		"nineAudiences": true, "usages": 5, "someBenefits": true,
		"responsibilities": 5, "skills": 5,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the answer differs (-want +got):\n%s", diff)
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/graphiql": 200, "/nothing": 404} {
		if got := s.get(t, path); got != want {
			t.Errorf("%s: status %d, want %d", path, got, want)
		}
	}
	var program struct{ Server json.RawMessage }
	s.ask(t, `{ server { version revision } }`, &program)
	if health := s.health(t); health["version"] == "" || !sameBuild(t, program.Server, health) {
		t.Errorf("the API says %s, /healthz %v", program.Server, health)
	}
	if _, err := os.Stat(filepath.Join(dir, "scrumkb-data")); err != nil {
		t.Error(err)
	}
	if status, log := s.stop(t); status != 0 || strings.Contains(log, "ERROR") {
		t.Errorf("status = %d, log:\n%s", status, log)
	}
}

func (s *serving) health(t *testing.T) (body map[string]string) {
	t.Helper()
	response, err := http.Get(s.url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return body
}

// sameBuild reports whether the API describes the program as /healthz does,
// which omits unknown values.
func sameBuild(t *testing.T, api json.RawMessage, health map[string]string) bool {
	t.Helper()
	var said struct{ Version, Revision *string }
	if err := json.Unmarshal(api, &said); err != nil {
		t.Fatal(err)
	}
	revision, known := health["revision"]
	return said.Version != nil && *said.Version == health["version"] && known == (said.Revision != nil) && (!known || *said.Revision == revision)
}

func TestServeRefusesToStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "")
	write(t, filepath.Join(dir, "corrupt", "scrumkb.db"), strings.Repeat("This is no database. ", 1000))
	forbidden := filepath.Join(dir, "forbidden")
	if err := os.Mkdir(forbidden, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		forbidden = "/proc/scrumkb" // not writable even for root
	}
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"PortInUse":            {[]string{"--listen", taken.Addr().String()}, taken.Addr().String() + " is in use"},
		"DataDirIsNotWritable": {[]string{"--data-dir", forbidden}, "the data directory"},
		"DatabaseIsCorrupt":    {[]string{"--data-dir", filepath.Join(dir, "corrupt")}, "is not a database"},
		"MongoDBUnreachable":   {[]string{"--mongodb-uri", "mongodb://learner:secret@127.0.0.1:1/?serverSelectionTimeoutMS=300"}, "MongoDB at 127.0.0.1:1 cannot be used: nothing listens there; is MongoDB running?"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, complaints := finish(t, dir, append([]string{"serve", "--listen", "127.0.0.1:0"}, tt.args...)...)
			if status != 1 || out != "" {
				t.Errorf("status = %d, said %q; want 1 and nothing", status, out)
			}
			if got := lines(complaints); len(got) != 1 || !strings.HasPrefix(got[0], "scrumkb: ") || !strings.Contains(got[0], tt.want) {
				t.Errorf("wrote %q, want one line with %q", complaints, tt.want)
			}
			if strings.Contains(complaints, "secret") || strings.Contains(complaints, "goroutine") {
				t.Errorf("reveals too much: %q", complaints)
			}
		})
	}
}

func TestServeDrains(t *testing.T) {
	s := serve(t, t.TempDir())
	next, rest := s.follow(t)
	if got := next(); got != editionEvent(1) {
		t.Fatalf("event %s, want the first edition", got)
	}
	status, log := s.stop(t)
	if status != 0 || strings.Contains(log, "ERROR") || strings.Contains(log, "panic") || strings.Contains(log, "cut off") {
		t.Errorf("status = %d, log:\n%s", status, log)
	}
	// Without a complete message, clients know that they may resubscribe.
	if got := rest(); strings.Contains(got, "event:") {
		t.Errorf("the stream ends with %q, want no message", got)
	}
}

func TestServeInProduction(t *testing.T) {
	s := serve(t, t.TempDir(), "--production")
	if strings.Contains(s.line, "GraphiQL") {
		t.Errorf("says %q", s.line)
	}
	if got := s.get(t, "/graphiql"); got != http.StatusNotFound {
		t.Errorf("GraphiQL: status %d, want 404", got)
	}
	for _, query := range []string{"{ __schema { types { name } } }", `{ __type(name: "Query") { name } }`, "{ rolez { title } }"} {
		response := s.post(t, query, "application/json")
		var answer struct {
			Data   map[string]any
			Errors []struct{ Message string }
		}
		err := json.NewDecoder(response.Body).Decode(&answer)
		_ = response.Body.Close()
		if err != nil || len(answer.Errors) == 0 {
			t.Errorf("%s is answered: %v, %v", query, answer, err)
			continue
		}
		if strings.Contains(answer.Errors[0].Message, "roles") {
			t.Errorf("suggests: %s", answer.Errors[0].Message)
		}
	}
	status, log := s.stop(t)
	if status != 0 {
		t.Errorf("status = %d", status)
	}
	for _, line := range lines(log) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Msg == "" || entry.Level == "" {
			t.Errorf("not a JSON log: %q, %v", line, err)
		}
	}
}

func TestServeFollowsOtherProcesses(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	next, _ := s.follow(t)
	if got := next(); got != editionEvent(1) {
		t.Fatalf("event %s, want the first edition", got)
	}
	var before struct{ Term *struct{ Definition string } }
	s.ask(t, `{ term(slug: "house-rule") { definition } }`, &before)
	if before.Term != nil {
		t.Errorf("the term is visible before it is published: %v", before.Term)
	}
	write(t, filepath.Join(dir, "ours", "terms.yaml"), term("house-rule", "Ours."))
	status, out, complaints := finish(t, dir, "seed", "apply", "ours")
	if status != 0 || !strings.Contains(out, "Revision 2 is published.") {
		t.Fatalf("status = %d, %s%s", status, out, complaints)
	}
	if got := next(); got != editionEvent(2) {
		t.Fatalf("event %s, want the second edition", got)
	}
	var data struct{ Term struct{ Definition string } }
	s.ask(t, `{ term(slug: "house-rule") { definition } }`, &data)
	if data.Term.Definition != "Ours." {
		t.Errorf("the new term is %q", data.Term.Definition)
	}
	if status, log := s.stop(t); status != 0 || strings.Contains(log, "ERROR") {
		t.Errorf("status = %d, log:\n%s", status, log)
	}
}

func TestServeCaches(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"ByDefault": {nil, "public, max-age=60"},
		"Off":       {[]string{"--response-cache", "0"}, "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, t.TempDir(), tt.args...)
			for range 2 {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/graphql?query=%7Broles%7Bslug%7D%7D", nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Content-Type", "application/json")
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				_ = response.Body.Close()
				if got := response.Header.Get("Cache-Control"); response.StatusCode != http.StatusOK || got != tt.want {
					t.Errorf("%s, Cache-Control %q, want %q", response.Status, got, tt.want)
				}
			}
		})
	}
}
