package command_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDemo follows the command's own instructions.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "scrumkb-data")
	status, out, complaints := run(t, "demo", "--data-dir", data)
	if status != 0 || !strings.Contains(out, "has 30 learners, who learned from ") {
		t.Fatalf("status %d, %s%s", status, out, complaints)
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"Again":      {nil, 1, "the database already holds 30 learners"},
		"SameSeed":   {[]string{"--add"}, 1, "already has the class of --random-seed 1"},
		"Production": {[]string{"--production"}, 2, "--production: demo invents learners"},
		"Future":     {[]string{"--until", "2962-01-01T00:00:00Z"}, 2, "is in the future"},
		"NoTime":     {[]string{"--until", "yesterday"}, 2, `"yesterday" is not a time such as`},
		"NoNumber":   {[]string{"--random-seed", "-1"}, 2, `"-1" is not a whole number`},
	} {
		if status, _, complaints := run(t, append([]string{"demo", "--data-dir", data}, tt.args...)...); status != tt.status || !strings.Contains(complaints, tt.want) {
			t.Errorf("%s: status %d, %q", name, status, complaints)
		}
	}
	if status, out, _ := run(t, "rebuild", "--quiet", "--data-dir", data); status != 0 || !strings.Contains(out, "30 learners") || !strings.Contains(out, ": 0 differences") {
		t.Errorf("rebuild: status %d, %s", status, out)
	}

	s := serve(t, dir)
	token, queries := "", 0
	for _, line := range lines(out) {
		if regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`).MatchString(line) {
			token = line
		}
		query := strings.TrimSpace(line)
		if !strings.HasPrefix(query, "{") {
			continue
		}
		queries++
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		if answer := string(s.postAs(t, token, string(body))); strings.Contains(answer, `"errors"`) || strings.Contains(answer, "null") {
			t.Errorf("%s: %s", query, answer)
		}
	}
	if queries < 4 {
		t.Errorf("%d queries in\n%s", queries, out)
	}
	today := standing(t, s, data)
	if status, log := s.stop(t); status != 0 {
		t.Errorf("status %d, %s", status, log)
	}
	if today.streak == 0 || today.renews {
		t.Errorf("today: %+v", today)
	}

	ahead := serve(t, dir, "--clock-offset", "35d")
	later := standing(t, ahead, data)
	if later.streak != 0 || later.due <= today.due || later.days != today.days-35 || !later.renews {
		t.Errorf("today: %+v, in 35 days: %+v", today, later)
	}
	if status, log := ahead.stop(t); status != 0 {
		t.Errorf("status %d, %s", status, log)
	}
}

// stands is the date-dependent data of two learners of the class.
type stands struct {
	streak, due int
	days        int  // until a certification has to be renewed
	renews      bool // its holder is reminded
}

func standing(t *testing.T, s *serving, data string) stands {
	t.Helper()
	as := func(subject, query string, answer any) {
		status, token, complaints := run(t, "token", "create", "--data-dir", data, "--subject", subject, "--ttl", "60d")
		if status != 0 {
			t.Fatal(complaints)
		}
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		text := s.postAs(t, strings.TrimSpace(token), string(body))
		if err := json.Unmarshal(text, answer); err != nil || strings.Contains(string(text), `"errors"`) {
			t.Fatalf("%s: %s, %v", query, text, err)
		}
	}
	var learner struct {
		Data struct {
			Viewer struct {
				Streak struct{ Current int }
				Review struct{ DueCount int }
			}
		}
	}
	as("demo-1-amina", "{ viewer { streak { current } review { dueCount } } }", &learner)
	var holder struct {
		Data struct {
			Viewer struct {
				CertificationJourney struct{ DaysLeft int }
				NextSteps            []struct {
					Kind    string
					Renewal *struct{ DaysLeft int }
				}
			}
		}
	}
	as("demo-1-grace", `{ viewer { certificationJourney(certification: "cspo") { daysLeft } nextSteps(first: 20) { kind renewal { daysLeft } } } }`, &holder)
	v := learner.Data.Viewer
	found := stands{streak: v.Streak.Current, due: v.Review.DueCount, days: holder.Data.Viewer.CertificationJourney.DaysLeft}
	for _, step := range holder.Data.Viewer.NextSteps {
		found.renews = found.renews || step.Renewal != nil && step.Renewal.DaysLeft < 15
	}
	return found
}
