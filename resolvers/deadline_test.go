package resolvers_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	timeLimit = time.Minute
	grace     = 30 * time.Second
)

// timed adds quizzes with a one-minute limit on the questions of BB1, one per
// overdue handling.
func timed(c *catalog.Content) {
	seconds := int(timeLimit / time.Second)
	for slug, handling := range map[string]catalog.OverdueHandling{
		"auto-submit": catalog.AutoSubmit, "grace-period": catalog.GracePeriod, "auto-abandon": catalog.AutoAbandon,
	} {
		q := &catalog.Quiz{
			Slug: slug, Title: "Against the clock", Summary: "All there are, in a minute.",
			Sections: []*catalog.Section{{TopicCodes: []string{"BB1"}, InOrder: true}}, TimeLimitSeconds: &seconds,
			OverdueHandling: handling, PassPercent: 30, FeedbackMode: catalog.Deferred,
			GradeMethod: catalog.HighestGrade, Status: catalog.Ready,
		}
		if handling == catalog.GracePeriod {
			q.GraceSeconds = int(grace / time.Second)
		}
		c.Quizzes = append(c.Quizzes, q)
	}
}

// standing is the visible state of an attempt. Times are relative to its
// start.
type standing struct {
	state       string
	secondsLeft any
	finished    time.Duration // 0 while it is open
	percent     any           // nil without a score
}

func TestDeadlines(t *testing.T) {
	const ms = time.Millisecond
	// One of three answers is given in time, and it is right.
	const third = 33.33
	finishedAt := func(at time.Duration) standing { return standing{"FINISHED", nil, at, third} }
	abandonedAt := func(at time.Duration) standing { return standing{"ABANDONED", nil, at, nil} }
	tests := map[string]struct {
		quiz      string
		at        time.Duration
		stands    standing
		change    fault.Code // of an answer, a flag and a hint
		submit    fault.Code
		submitted standing
		resumed   bool // by starting
	}{
		"AutoSubmitJustInTime":  {"auto-submit", timeLimit - ms, standing{"IN_PROGRESS", 0., 0, nil}, "", "", finishedAt(timeLimit - ms), true},
		"AutoSubmitAtDeadline":  {"auto-submit", timeLimit, finishedAt(timeLimit), fault.Expired, "", finishedAt(timeLimit), false},
		"AutoSubmitJustAfter":   {"auto-submit", timeLimit + ms, finishedAt(timeLimit), fault.Expired, "", finishedAt(timeLimit), false},
		"GraceJustInTime":       {"grace-period", timeLimit - ms, standing{"IN_PROGRESS", 0., 0, nil}, "", "", finishedAt(timeLimit - ms), true},
		"GraceAtDeadline":       {"grace-period", timeLimit, standing{"OVERDUE", 30., 0, nil}, fault.Expired, "", finishedAt(timeLimit), true},
		"GraceInGrace":          {"grace-period", timeLimit + grace/2, standing{"OVERDUE", 15., 0, nil}, fault.Expired, "", finishedAt(timeLimit + grace/2), true},
		"GraceAtItsEnd":         {"grace-period", timeLimit + grace, standing{"OVERDUE", 0., 0, nil}, fault.Expired, "", finishedAt(timeLimit + grace), true},
		"GraceOver":             {"grace-period", timeLimit + grace + ms, abandonedAt(timeLimit + grace), fault.Expired, fault.Expired, abandonedAt(timeLimit + grace), false},
		"AutoAbandonJustInTime": {"auto-abandon", timeLimit - ms, standing{"IN_PROGRESS", 0., 0, nil}, "", "", finishedAt(timeLimit - ms), true},
		"AutoAbandonAtDeadline": {"auto-abandon", timeLimit, standing{"IN_PROGRESS", 0., 0, nil}, fault.Expired, "", finishedAt(timeLimit), true},
		"AutoAbandonAllowance":  {"auto-abandon", timeLimit + 10*time.Second, standing{"IN_PROGRESS", 0., 0, nil}, fault.Expired, "", finishedAt(timeLimit), true},
		"AutoAbandonOver":       {"auto-abandon", timeLimit + 10*time.Second + ms, abandonedAt(timeLimit), fault.Expired, fault.Expired, abandonedAt(timeLimit), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, timed)
			began := a.now()
			id, slots := a.start(t, "anna", tt.quiz)
			if got := a.answer(t, "anna", id, slots["usable-step"], map[string]any{"text": "Increment"}, nil); got.code() != "" {
				t.Fatalf("answering: %s", got.text)
			}
			a.pass(tt.at)
			a.stands(t, "at first", id, began, tt.stands)

			for what, input := range map[string]string{
				"answerQuestion": `response: { text: "Sprint" }`, "flagQuestion": `flagged: true`, "takeHint": `number: 1`,
			} {
				got := a.ask(t, "anna", `mutation ($id: ID!, $n: Int!) { `+what+`(input: { attemptId: $id, slot: $n, `+input+` }) { slot { number } } }`,
					map[string]any{"id": id, "n": slots["usable-step"]})
				want := tt.change
				if what == "takeHint" && want == "" {
					want = fault.NotFound // there is none
				}
				if got.code() != want {
					t.Errorf("%s: %s, want %q", what, got.text, want)
				}
			}
			if tt.change == "" {
				// Back to the time that counts below.
				a.answer(t, "anna", id, slots["usable-step"], map[string]any{"text": "Increment"}, nil)
			}
			if !tt.resumed {
				again, _ := a.start(t, "anna", tt.quiz)
				if again == id {
					t.Error("starting resumes an attempt that has ended")
				}
				// While it is open, the reviews of the first attempt are withheld.
				a.ask(t, "anna", `mutation ($id: ID!) { abandonAttempt(input: { attemptId: $id }) { attempt { id } } }`, map[string]any{"id": again})
			} else if again, _ := a.start(t, "anna", tt.quiz); again != id {
				t.Errorf("starting gives %s, not the open %s", again, id)
			}

			got := a.ask(t, "anna", `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { state } } }`, map[string]any{"id": id})
			if got.code() != tt.submit {
				t.Errorf("submitting: %s, want %q", got.text, tt.submit)
			}
			a.stands(t, "submitted", id, began, tt.submitted)
			a.pass(24 * time.Hour)
			a.stands(t, "a day later", id, began, tt.submitted)
		})
	}
}

// stands compares how every query for an attempt shows it.
func (a *api) stands(t *testing.T, when, id string, began time.Time, want standing) {
	t.Helper()
	const fields = `{ id state secondsLeft finishedAt score { percent } slots { state review { fraction } } }`
	got := a.ask(t, "anna", `query ($id: ID!, $state: AttemptState!) {
		attempt(id: $id) `+fields+`
		node(id: $id) { ... on Attempt `+fields+` }
		viewer { attempts(state: $state) { nodes `+fields+` } }
	}`, map[string]any{"id": id, "state": want.state})
	finished := any(nil)
	if want.finished != 0 {
		finished = began.Add(want.finished).UTC().Format("2006-01-02T15:04:05.999Z07:00")
	}
	listed, _ := got.at(t, "viewer.attempts.nodes").([]any)
	place := slices.IndexFunc(listed, func(node any) bool { return dig(node, "id") == id })
	if place < 0 {
		t.Fatalf("%s, it is not among those that are %s: %s", when, want.state, got.text)
	}
	for _, path := range []string{"attempt.", "node.", fmt.Sprintf("viewer.attempts.nodes.%d.", place)} {
		if got.at(t, path+"state") != want.state || got.at(t, path+"secondsLeft") != want.secondsLeft || got.at(t, path+"finishedAt") != finished {
			t.Errorf("%s, %s: state %v, %v s left, finished %v; want %+v (%v)", when, path,
				got.at(t, path+"state"), got.at(t, path+"secondsLeft"), got.at(t, path+"finishedAt"), want, finished)
		}
		percent := any(nil)
		if got.at(t, path+"score") != nil {
			percent = got.at(t, path+"score.percent")
		}
		if percent != want.percent {
			t.Errorf("%s, %s: score %v, want %v", when, path, percent, want.percent)
		}
		if reviewed := got.at(t, path+"slots.0.review") != nil; reviewed != (want.percent != nil) {
			t.Errorf("%s, %s: reviewed = %t", when, path, reviewed)
		}
	}
}

func TestMaxAttempts(t *testing.T) {
	twice := 2
	a := newAPI(t, func(c *catalog.Content) {
		for _, q := range c.Quizzes {
			if q.Slug == "artifacts" {
				q.MaxAttempts, q.CooldownSeconds = &twice, 3600
			}
		}
	})
	again := func() reply {
		return a.ask(t, "anna", `mutation { startAttempt(input: { quiz: "artifacts" }) { attempt { number } } }`, nil)
	}
	submit := func(id string) {
		a.ask(t, "anna", `mutation ($id: ID!) { submitAttempt(input: { attemptId: $id }) { attempt { state } } }`, map[string]any{"id": id}).at(t, "submitAttempt")
	}
	first, _ := a.start(t, "anna", "artifacts")
	submit(first)
	a.pass(time.Hour - time.Millisecond)
	if got := again(); got.code() != fault.Conflict || !strings.Contains(got.text, `"reason":"TOO_EARLY"`) || !strings.Contains(got.text, `"retryAt":"2026-11-23T10:30:01Z"`) {
		t.Errorf("before the hour is over: %s", got.text)
	}
	a.pass(time.Millisecond)
	second, _ := a.start(t, "anna", "artifacts")
	submit(second)
	a.pass(24 * time.Hour)
	if got := again(); got.code() != fault.Conflict || !strings.Contains(got.text, "you have no attempts left") {
		t.Errorf("a third time: %s", got.text)
	}
	if _, other := a.start(t, "ben", "artifacts"); len(other) == 0 {
		t.Error("another learner cannot start")
	}
}

// Devices see each state that time causes, and nothing after the last.
func TestDevicesSeeTheGracePeriodPass(t *testing.T) {
	a := newAPI(t, timed)
	web := httptest.NewServer(a.handler)
	t.Cleanup(web.Close)
	id, _ := a.start(t, "anna", "grace-period")
	devices := map[string]stream{}
	for name, open := range transports {
		devices[name] = open(t, web.URL, "anna", payload(t, watch, id))
	}
	for _, step := range []struct {
		wait        time.Duration
		state       string
		secondsLeft any
	}{{0, "IN_PROGRESS", 60.}, {timeLimit, "OVERDUE", 30.}, {grace + time.Millisecond, "ABANDONED", nil}} {
		a.pass(step.wait)
		for name, device := range devices {
			got := device.hear(t).ok(t)
			if got.str("attemptUpdated.state") != step.state || got.at("attemptUpdated.secondsLeft") != step.secondsLeft {
				t.Errorf("over %s: %s, want %s", name, got.text, step.state)
			}
		}
	}
	for _, device := range devices {
		device.ends(t)
	}
}
