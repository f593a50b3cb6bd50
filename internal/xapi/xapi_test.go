package xapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/xapi"
)

var began = time.Date(2026, time.November, 24, 9, 0, 0, 125e6, time.FixedZone("CET", 3600))

func names(t testing.TB) xapi.Names {
	t.Helper()
	n, err := xapi.NewNames("https://learn.example.org/scrum/")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func event(a xapi.Activity) xapi.Event {
	return xapi.Event{
		Learner: "anna@example.org", Source: "mixed/1", At: began, Activity: a, Registration: "attempt/mixed/1",
		For: []xapi.Activity{{Kind: xapi.Course, Path: "course/basics", Name: "Basics"}},
	}
}

var (
	quiz = xapi.Activity{Kind: xapi.Quiz, Path: "quiz/mixed", Name: "A <mixed> quiz"}
	unit = xapi.Activity{Kind: xapi.Unit, Path: "unit/basics/read", Name: "Read"}
)

// all returns one statement of each kind, by its verb.
func all(t testing.TB) map[string]xapi.Statement {
	t.Helper()
	n := names(t)
	within := event(unit)
	within.Within = &within.For[0]
	statements := map[string]xapi.Statement{
		"started":   n.Started(event(quiz)),
		"abandoned": n.Abandoned(event(quiz), 90*time.Second),
		"read":      n.Read(event(xapi.Activity{Kind: xapi.Lesson, Path: "lesson/empiricism", Name: "Empiricism"})),
		"satisfied": n.Satisfied(within),
		"metCourse": n.Satisfied(event(xapi.Activity{Kind: xapi.Course, Path: "course/basics", Name: "Basics"})),
		"waived":    n.Waived(within, xapi.Equivalent),
	}
	for name, o := range map[string]xapi.Outcome{
		"passed": {Duration: 3723450 * time.Millisecond, Marks: 2.5, MaxMarks: 3, Percent: 83.33, PassPercent: 80, Passed: true},
		"failed": {Duration: time.Second, MaxMarks: 3, PassPercent: 80},
	} {
		finished := n.Finished(event(quiz), o)
		statements[name+"Completed"], statements[name] = finished[0], finished[1]
	}
	return statements
}

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/statement.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("statement.schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("statement.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func text(t testing.TB, s xapi.Statement) string {
	t.Helper()
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

func check(t testing.TB, s *jsonschema.Schema, statement string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(statement))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

func TestStatementsFollowTheSpecification(t *testing.T) {
	s := schema(t)
	for name, statement := range all(t) {
		if err := check(t, s, text(t, statement)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text(t, statement))
		}
	}
}

// The checker itself must refuse what the specification forbids.
func TestCheckerRefuses(t *testing.T) {
	s := schema(t)
	statements := all(t)
	for name, tt := range map[string]struct{ statement, old, new string }{
		"EMailActor":          {"started", `"account":{`, `"mbox":"mailto:a@example.org","account":{`},
		"EMailAccount":        {"started", `"name":"`, `"name":"anna@example.org`},
		"RelativeIRI":         {"started", `"id":"https://learn.example.org/scrum/quiz/mixed"`, `"id":"quiz/mixed"`},
		"OtherVersion":        {"started", `"version":"1.0.0"`, `"version":"1.0.3"`},
		"NoTimeZone":          {"started", `.125Z"`, `.125"`},
		"InvalidLanguage":     {"started", `"display":{"en"`, `"display":{"english language"`},
		"ScaledScoreAboveOne": {"passed", `"scaled":0.8`, `"scaled":1.8`},
		"FailedWithSuccess":   {"failed", `"success":false`, `"success":true`},
		"CompletedWithScore":  {"passedCompleted", `"completion":true`, `"completion":true,"score":{"scaled":1}`},
		"InvalidDuration":     {"abandoned", `"PT1M30S"`, `"90"`},
		"EmptyDuration":       {"abandoned", `"PT1M30S"`, `"PT"`},
		"UnknownReason":       {"waived", `"Equivalent Outside Activity"`, `"EQUIVALENT"`},
		"InvalidRegistration": {"satisfied", `"registration":"`, `"registration":"x`},
		"UnknownProperty":     {"satisfied", `"version"`, `"mood":"good","version"`},
		"WithoutMoveOn":       {"passed", `categories/moveon`, `categories/other`},
	} {
		statement := text(t, statements[tt.statement])
		changed := strings.Replace(statement, tt.old, tt.new, 1)
		if changed == statement {
			t.Fatalf("%s: nothing to change in %s", name, statement)
		}
		if check(t, s, changed) == nil {
			t.Errorf("%s is accepted: %s", name, changed)
		}
	}
}

func TestCompleteStatement(t *testing.T) {
	n := names(t)
	var got any
	if err := json.Unmarshal([]byte(text(t, all(t)["passed"])), &got); err != nil {
		t.Fatal(err)
	}
	account := n.Started(event(quiz)).Actor.Account.Name
	want := map[string]any{
		"id":     all(t)["passed"].ID,
		"actor":  map[string]any{"objectType": "Agent", "account": map[string]any{"homePage": "https://learn.example.org/scrum", "name": account}},
		"verb":   map[string]any{"id": "http://adlnet.gov/expapi/verbs/passed", "display": map[string]any{"en": "passed"}},
		"object": map[string]any{"objectType": "Activity", "id": "https://learn.example.org/scrum/quiz/mixed", "definition": map[string]any{"name": map[string]any{"en": "A <mixed> quiz"}, "type": "http://adlnet.gov/expapi/activities/assessment"}},
		"result": map[string]any{"success": true, "duration": "PT1H2M3.45S", "score": map[string]any{"scaled": 0.8333, "raw": 2.5, "min": 0.0, "max": 3.0}},
		"context": map[string]any{
			"registration": n.Started(event(quiz)).Context.Registration, "platform": "scrumkb", "language": "en",
			"contextActivities": map[string]any{
				"grouping": []any{map[string]any{"objectType": "Activity", "id": "https://learn.example.org/scrum/course/basics"}},
				"category": []any{map[string]any{"objectType": "Activity", "id": "https://w3id.org/xapi/cmi5/context/categories/moveon"}},
			},
			"extensions": map[string]any{"https://w3id.org/xapi/cmi5/context/extensions/masteryscore": 0.8},
		},
		"timestamp": "2026-11-24T08:00:00.125Z", "version": "1.0.0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, statement := range all(t) {
		if strings.Contains(text(t, statement), "anna") {
			t.Errorf("%s identifies the learner", name)
		}
	}
}

func TestIDsAreDerivedFromEvents(t *testing.T) {
	n := names(t)
	first := n.Started(event(quiz))
	if again := n.Started(event(quiz)); again.ID != first.ID {
		t.Error("the same event has two ids")
	}
	other, err := xapi.NewNames("https://other.example.org")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{first.ID: "first"}
	differ := func(name, id string) {
		t.Helper()
		if before, ok := seen[id]; ok {
			t.Errorf("%s has the id of %s", name, before)
		}
		if parsed, err := uuid.Parse(id); err != nil || parsed.Version() != 5 {
			t.Errorf("%s: %s is no UUID of version 5", name, id)
		}
		seen[id] = name
	}
	differ("another server", other.Started(event(quiz)).ID)
	differ("another verb", n.Abandoned(event(quiz), 0).ID)
	differ("another activity", n.Started(event(unit)).ID)
	for name, change := range map[string]func(*xapi.Event){
		"another learner": func(e *xapi.Event) { e.Learner = "ben" },
		"another source":  func(e *xapi.Event) { e.Source = "mixed/2" },
		"moved slashes":   func(e *xapi.Event) { e.Learner, e.Source = e.Learner+"/mixed", "1" },
	} {
		e := event(quiz)
		change(&e)
		differ(name, n.Started(e).ID)
	}
	e := event(quiz)
	e.Registration = "attempt/mixed/2"
	if n.Started(e).Context.Registration == first.Context.Registration {
		t.Error("two attempts have one registration")
	}
	if slices.Contains([]string{first.Actor.Account.Name, other.Started(event(quiz)).Actor.Account.Name}, "anna@example.org") {
		t.Error("the account is an e-mail address")
	}
}

func TestHomePages(t *testing.T) {
	for home, ok := range map[string]bool{
		"https://learn.example.org": true, "http://127.0.0.1:8080/": true, "learn.example.org": false, "": false, "scrumkb": false,
		"mailto:a@example.org": false, "https://learn.example.org/?a=b": false, "https://u:p@learn.example.org": false, "https://": false,
	} {
		if _, err := xapi.NewNames(home); (err == nil) != ok {
			t.Errorf("%q: %v", home, err)
		}
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "PT0S", -time.Second: "PT0S", 9 * time.Millisecond: "PT0S", 10 * time.Millisecond: "PT0.01S", 1500 * time.Millisecond: "PT1.50S",
		time.Minute: "PT1M", time.Hour: "PT1H", 25*time.Hour + time.Second: "PT25H1S", time.Hour + 2*time.Minute + 3450*time.Millisecond: "PT1H2M3.45S",
	} {
		if got, err := xapi.Duration(d).MarshalText(); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", d, got, err, want)
		}
	}
}

// Statements follow the specification whatever an attempt's result, and those
// who passed are never reported below the required score.
func TestOutcomesProperty(t *testing.T) {
	s, n := schema(t), names(t)
	rapid.Check(t, func(rt *rapid.T) {
		slots := rapid.IntRange(1, 80).Draw(rt, "slots")
		thirds := rapid.IntRange(0, 3*slots).Draw(rt, "thirds")
		pass := rapid.IntRange(0, 100).Draw(rt, "pass")
		marks := 0.0
		for range thirds {
			marks += 1.0 / 3
		}
		percent := float64(10_000*thirds/(3*slots)) / 100 // whole hundredths, truncated
		o := xapi.Outcome{
			Duration: time.Duration(rapid.Int64Range(0, 1e15).Draw(rt, "duration")),
			Marks:    marks, MaxMarks: float64(slots), Percent: percent, PassPercent: pass, Passed: 100*thirds >= 3*slots*pass,
		}
		for _, statement := range n.Finished(event(quiz), o) {
			if err := check(t, s, text(t, statement)); err != nil {
				rt.Fatalf("%v\n%s", err, text(t, statement))
			}
			if statement.Result.Score == nil {
				continue
			}
			if scaled, needed := statement.Result.Score.Scaled, float64(pass)/100; *statement.Result.Success != (scaled >= needed) {
				rt.Fatalf("passed = %t with %v of %v", *statement.Result.Success, scaled, needed)
			}
		}
	})
}
