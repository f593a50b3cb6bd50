package xapi

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Names assigns the IRIs that identify everything in statements.
type Names struct {
	home  string    // without a trailing slash
	space uuid.UUID // namespace of the ids made here
}

// NewNames takes the public URL of the server, http or https, without a query.
// It must never change: every name begins with it or is derived from it.
func NewNames(home string) (Names, error) {
	parsed, err := url.Parse(home)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Host == "" || parsed.RawQuery != "" || parsed.Fragment != "" || parsed.User != nil {
		return Names{}, errors.New("statements need the public URL of the server, such as https://learn.example.org")
	}
	home = strings.TrimRight(home, "/")
	return Names{home: home, space: uuid.NewSHA1(uuid.NameSpaceURL, []byte(home))}, nil
}

// id derives a UUID, always the same from the same parts.
func (n Names) id(parts ...string) string {
	var all strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&all, "%d:%s", len(part), part) // so that no two lists of parts are written alike
	}
	return uuid.NewSHA1(n.space, []byte(all.String())).String()
}

// actor identifies the learner by a pseudonym: subjects may be e-mail
// addresses, which are private.
func (n Names) actor(learner string) Actor {
	return Actor{ObjectType: "Agent", Account: Account{HomePage: n.home, Name: n.id("learner", learner)}}
}

// Activity is something that learners do, with its path, such as
// "quiz/po1-check", and its title.
type Activity struct {
	Kind Kind
	Path string
	Name string
}

func (n Names) object(a Activity) Object {
	o := n.named(a)
	o.Definition = &Definition{Name: LanguageMap{language: a.Name}, Type: string(a.Kind)}
	return o
}

func (n Names) named(a Activity) Object {
	return Object{ObjectType: "Activity", ID: n.home + "/" + a.Path}
}

// Event is something that happened.
type Event struct {
	Learner  string // subject
	Source   string // the record that it follows from; each record gives one statement per verb and activity
	At       time.Time
	Activity Activity
	Within   *Activity  // the activity that this is part of; nil if there is none
	For      []Activity // the courses that it counts for

	// Registration distinguishes one run from the next: an attempt, or the
	// enrolment in a version of a course.
	Registration string
}

// Outcome is the result of an attempt.
type Outcome struct {
	Duration    time.Duration // from start to end
	Marks       float64       // 0 to MaxMarks
	MaxMarks    float64       // above 0
	Percent     float64       // 0 to 100, truncated to two decimals
	PassPercent int           // 0 to 100
	Passed      bool
}

// Started says that an attempt began.
func (n Names) Started(e Event) Statement { return n.statement(e, Initialized, nil) }

// Finished says that an attempt was completed, and whether it was passed.
func (n Names) Finished(e Event, o Outcome) []Statement {
	duration := Duration(o.Duration)
	verb := Failed
	if o.Passed {
		verb = Passed
	}
	judged := n.statement(e, verb, &Result{
		Score:   &Score{Scaled: scaled(o.Percent), Raw: o.Marks, Min: 0, Max: o.MaxMarks},
		Success: &o.Passed, Duration: &duration,
	})
	judged.Context.Extensions = map[string]any{masteryScore: float64(o.PassPercent) / 100}
	return []Statement{n.statement(e, Completed, &Result{Completion: new(true), Duration: &duration}), judged}
}

// scaled is a percentage with two decimals as a fraction with four. It is
// truncated like the percentage, so that it reaches the mastery score if and
// only if the attempt was passed.
func scaled(percent float64) float64 { return math.Round(percent*100) / 10_000 }

// Abandoned says that an attempt was abandoned after this time.
func (n Names) Abandoned(e Event, after time.Duration) Statement {
	duration := Duration(after)
	return n.statement(e, Abandoned, &Result{Duration: &duration})
}

// Read says that a lesson was read. Reading time is not measured.
func (n Names) Read(e Event) Statement {
	return n.statement(e, Completed, &Result{Completion: new(true)})
}

// Satisfied says that a unit or a course is satisfied.
func (n Names) Satisfied(e Event) Statement { return n.statement(e, Satisfied, nil) }

// Waived says that a unit was waived.
func (n Names) Waived(e Event, why WaiverReason) Statement {
	return n.statement(e, Waived, &Result{
		Success: new(true), Completion: new(true), Extensions: map[string]any{reason: string(why)},
	})
}

func (n Names) statement(e Event, verb VerbID, r *Result) Statement {
	s := Statement{
		ID:        n.id("statement", e.Learner, e.Source, string(verb), e.Activity.Path),
		Actor:     n.actor(e.Learner),
		Verb:      Verb{ID: string(verb), Display: LanguageMap{language: verb.Short()}},
		Object:    n.object(e.Activity),
		Result:    r,
		Timestamp: Time(e.At),
		Version:   version,
		Context: Context{
			Registration: n.id("registration", e.Learner, e.Registration),
			Platform:     "scrumkb", Language: language,
		},
	}
	var around ContextActivities
	if e.Within != nil {
		around.Parent = []Object{n.named(*e.Within)}
	}
	for _, a := range e.For {
		around.Grouping = append(around.Grouping, n.named(a))
	}
	if r != nil && (r.Success != nil || r.Completion != nil) {
		around.Category = []Object{{ObjectType: "Activity", ID: moveOn}}
	}
	if len(around.Parent)+len(around.Grouping)+len(around.Category) > 0 {
		s.Context.ContextActivities = &around
	}
	return s
}
