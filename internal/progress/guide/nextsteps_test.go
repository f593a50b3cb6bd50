package guide_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/progress/guide"
	"github.com/scrumkb/scrumkb/internal/progress/mastery"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records/recordstest"
	"github.com/scrumkb/scrumkb/internal/store"
)

func openAttempt(id, title string, state quiz.AttemptState, startedAgo time.Duration, answered, total int, secondsLeft *int) guide.OpenAttempt {
	a := quiz.Attempt{Meta: store.Meta{ID: id}, State: state, StartedAt: recordstest.Opening.Add(-startedAgo), Slots: make([]quiz.Slot, total)}
	for i := range answered {
		a.Slots[i].Response = &quiz.Response{}
	}
	if secondsLeft != nil {
		a.DeadlineAt = new(recordstest.Opening.Add(time.Duration(*secondsLeft) * time.Second))
	}
	if state == quiz.Overdue {
		a.DeadlineAt, a.Rules.GraceSeconds = &a.StartedAt, *secondsLeft+int(startedAgo/time.Second)
	}
	return guide.OpenAttempt{Attempt: &a, Title: title}
}

func standingIn(slug string, done, of int, next string) *course.Progress {
	p := &course.Progress{
		Course: &catalog.Course{Slug: slug, Title: "Course " + slug}, State: course.InProgress,
		Percent: 100 * float64(done) / float64(of), CompletedUnits: done, RequiredUnits: of,
		Units: []*course.UnitProgress{{Unit: &catalog.Unit{Slug: next, Title: "Unit " + next}, State: course.UnitOpen}},
	}
	if done == of {
		p.State = course.Completed
	}
	return p
}

func dueSince(days ...int) *mastery.Queue {
	queue := &mastery.Queue{}
	for _, n := range days {
		queue.Reviews = append(queue.Reviews, &mastery.DueReview{DueAt: recordstest.Opening.AddDate(0, 0, -n)})
	}
	return queue
}

func renewal(code string, due catalog.Date, daysLeft int, missing *float64) journey.Reminder {
	return journey.Reminder{Certification: &catalog.Certification{Slug: code, Code: code}, DueOn: due, DaysLeft: daysLeft, MissingSEUs: missing}
}

func TestNextSteps(t *testing.T) {
	snapshot, err := recordstest.NewShelf(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	tried := func(code string, level mastery.Level, right, answered int) *mastery.Objective {
		return &mastery.Objective{Objective: snapshot.Objective(code), Level: level, Right: right, Answered: answered}
	}
	mastered := func(objectives ...*mastery.Objective) *mastery.Standing {
		return &mastery.Standing{Objectives: objectives}
	}
	offered := []*catalog.Course{
		{Slug: "one", Title: "Course one", Units: []*catalog.Unit{{Title: "Unit first"}}},
		{Slug: "two", Title: "Course two", Units: []*catalog.Unit{{Title: "Unit other"}}},
	}
	exam := &catalog.Quiz{Title: "Grand exam", TimeLimitSeconds: new(3600)}
	certificates := recordstest.NewSchool(t).Certificates
	shown := func(title, name string, at time.Time) *certificate.View {
		c := certificate.Certificate{CourseTitle: title, LearnerName: name, IssuedAt: at}
		if title == "Revoked" {
			c.Revoked = &certificate.Revocation{}
		}
		return certificates.Show(c)
	}
	failed := func(title string, right, of int, next *time.Time) *guide.FailedQuiz {
		a := &quiz.Attempt{State: quiz.Finished, FinishedAt: new(noonAgo(29)), Rules: quiz.Rules{PassPercent: 70}, Slots: make([]quiz.Slot, of)}
		for i := range a.Slots {
			a.Slots[i] = quiz.Slot{ObjectiveCode: "AA1.1", Graded: &quiz.Mark{Denominator: 1}}
			if i < right {
				a.Slots[i].Graded.Numerator = 1
			}
		}
		return &guide.FailedQuiz{Quiz: &catalog.Quiz{Title: title}, Attempt: a, Objective: snapshot.Objective("AA1.1"), StartsAt: next}
	}
	tests := map[string]struct {
		in   guide.Known
		want []string // the reasons, in order
	}{
		"FirstTime": {
			guide.Known{Offered: offered, Mastery: mastered(tried("AA1.1", mastery.NotStarted, 0, 0))},
			[]string{"A good place to start is the course “Course one”. Its first unit is “Unit first”."},
		},
		"NothingOffered": {guide.Known{}, []string{}},
		"Running": {
			guide.Known{Attempts: []guide.OpenAttempt{
				openAttempt("a/1", "Final exam", quiz.InProgress, time.Hour, 30, 80, new(12*60+59)),
				openAttempt("b/1", "", quiz.InProgress, time.Minute, 0, 1, new(59)),
				openAttempt("c/1", "Grace", quiz.Overdue, time.Hour, 1, 2, new(3*3600)),
			}},
			[]string{
				"The clock is running in your practice session: 59 seconds left, 0 of 1 question answered.",
				"The clock is running in “Final exam”: 12 minutes left, 30 of 80 questions answered.",
				"Time is up in “Grace”. Hand it in within 3 hours, or it will not count.",
			},
		},
		"OnlyTheLatestWithoutAClock": {
			guide.Known{Attempts: []guide.OpenAttempt{
				openAttempt("a/1", "Old", quiz.InProgress, 48*time.Hour, 1, 5, nil),
				openAttempt("b/1", "New", quiz.InProgress, time.Hour, 4, 5, nil),
				openAttempt("c/1", "Older", quiz.InProgress, 72*time.Hour, 1, 5, nil),
			}},
			[]string{"You have not finished “New” yet: 4 of 5 questions answered."},
		},
		"DueToday":     {guide.Known{Review: dueSince(0)}, []string{"1 question is due for review."}},
		"SomeDueToday": {guide.Known{Review: dueSince(0, 0)}, []string{"2 questions are due for review."}},
		"DueForLong":   {guide.Known{Review: dueSince(3, 1, 0)}, []string{"3 questions are due for review, the oldest for 3 days."}},
		"DueForADay":   {guide.Known{Review: dueSince(1)}, []string{"1 question has been due for review for 1 day."}},
		"NothingIsDue": {guide.Known{Review: dueSince()}, []string{}},
		"ClosestToDone": {
			guide.Known{Offered: offered, Courses: []*course.Progress{standingIn("b", 1, 4, "x"), standingIn("c", 3, 4, "y"), standingIn("a", 1, 4, "z"), standingIn("d", 1, 1, "w")}},
			[]string{
				"Next in “Course c”: “Unit y”. You have completed 3 of 4 required units.",
				"Next in “Course a”: “Unit z”. You have completed 1 of 4 required units.",
				"Next in “Course b”: “Unit x”. You have completed 1 of 4 required units.",
			},
		},
		"OneUnit": {
			guide.Known{Courses: []*course.Progress{standingIn("b", 0, 1, "x")}},
			[]string{"Next in “Course b”: “Unit x”. You have completed 0 of 1 required unit."},
		},
		"NextCourseAfterCompletion": {
			guide.Known{Offered: offered, Courses: []*course.Progress{standingIn("one", 2, 2, "x")}},
			[]string{"You have nothing left to do in your courses. The next one is “Course two”."},
		},
		"CompletedAll": {
			guide.Known{Offered: offered, Courses: []*course.Progress{standingIn("one", 2, 2, "x"), standingIn("two", 2, 2, "x")}},
			[]string{},
		},
		"WeakestAttemptedObjective": {
			guide.Known{Mastery: mastered(tried("AA1.1", mastery.Familiar, 3, 4), tried("AA1.2", mastery.Attempted, 0, 1), tried("BB1.1", mastery.NotStarted, 0, 0))},
			[]string{"Your weakest objective so far is “Apply inspection”: 0 of 1 answer right."},
		},
		"NothingWeak": {guide.Known{Mastery: mastered(tried("AA1.1", mastery.Mastered, 3, 4))}, []string{}},
		"Renewals": {
			guide.Known{Renewals: []journey.Reminder{
				renewal("D", "2026-12-24", 30, new(0.0)), renewal("B", "2026-11-24", 0, new(1.0)), renewal("A", "2026-11-20", -4, nil), renewal("C", "2026-11-25", 1, new(12.25)),
			}},
			[]string{
				"Your A expired on 20 November 2026. Renew it if you want to keep it.",
				"Your B expires today. You need 1 more SEU to renew it.",
				"Your C expires on 25 November 2026, in 1 day. You need 12.25 more SEUs to renew it.",
				"Your D expires on 24 December 2026, in 30 days.",
			},
		},
		"FailedWithACooldown": {guide.Known{Failed: failed("Scrum theory", 0, 1, new(recordstest.Opening.Add(time.Second)))}, []string{}},
		"FailedAndCooledDown": {
			guide.Known{Failed: failed("Scrum theory", 0, 1, new(recordstest.Opening))},
			[]string{"You scored 0% in “Scrum theory”; you need 70% to pass. Your weakest objective was “Explain empiricism”: 0 of 1 answer right. Practise it, then try again."},
		},
		"FailedLongAgo": {
			guide.Known{Failed: func() *guide.FailedQuiz {
				f := failed("Scrum theory", 0, 1, nil)
				f.Attempt.FinishedAt = new(noonAgo(30))
				return f
			}()},
			[]string{},
		},
		"FailedAndPractised": {
			guide.Known{Failed: failed("Scrum theory", 0, 1, nil), Mastery: mastered(tried("AA1.1", mastery.Proficient, 3, 4))},
			[]string{"You scored 0% in “Scrum theory”; you need 70% to pass. Your weakest objective was “Explain empiricism”: 0 of 1 answer right. You have practised it since, so try again."},
		},
		"NotMasteredYet": {
			guide.Known{Mastery: mastered(tried("AA1.1", mastery.Proficient, 2, 2))},
			[]string{"You have not mastered “Explain empiricism” yet. Answer more questions on it."},
		},
		"NamedAndNamelessCertificates": {
			guide.Known{Certificates: []*certificate.View{
				shown("New", "Anna", noonAgo(6)), shown("Old", "Anna", noonAgo(7)), shown("Revoked", "", noonAgo(1)), shown("Bare", "", noonAgo(20)), shown("Barer", "", noonAgo(21)),
			}},
			[]string{
				"Your certificate for “Bare” has no name on it. Enter yours in your profile, and it will appear there.",
				"You have completed “New”. Your certificate is ready to download and share.",
			},
		},
		"OnlyStepDone": {
			guide.Known{Unrecorded: []*catalog.Certification{cspo(1)}},
			[]string{"You have done the only step towards the CSPO. Record the day you earned it, to be reminded of its renewal."},
		},
		"NotReadyForTheSimulation": {guide.Known{Simulation: exam, Mastery: &mastery.Standing{Percent: 49.99}}, []string{}},
		"ReadyForTheSimulation": {
			guide.Known{Simulation: exam, Mastery: &mastery.Standing{Percent: 50}},
			[]string{"Your overall mastery is 50%. See how you do under exam conditions in “Grand exam”: 0 questions in 60 minutes."},
		},
		"Everything": {
			guide.Known{
				Attempts: []guide.OpenAttempt{openAttempt("a/1", "Calm", quiz.InProgress, time.Hour, 0, 3, nil), openAttempt("b/1", "Exam", quiz.InProgress, time.Hour, 0, 3, new(60))},
				Review:   dueSince(2), Failed: failed("Scrum theory", 3, 5, nil), Certificates: []*certificate.View{shown("Course a", "", noonAgo(1))}, Courses: []*course.Progress{standingIn("b", 1, 4, "x")}, Offered: offered,
				Mastery: mastered(tried("AA1.1", mastery.Familiar, 3, 4)), Simulation: exam, Unrecorded: []*catalog.Certification{cspo(3)},
				Renewals: []journey.Reminder{renewal("LATER", "2026-12-25", 31, nil), renewal("SOON", "2026-12-24", 30, nil)},
			},
			[]string{
				"The clock is running in “Exam”: 1 minute left, 0 of 3 questions answered.",
				"Your SOON expires on 24 December 2026, in 30 days.",
				"You have not finished “Calm” yet: 0 of 3 questions answered.",
				"Your certificate for “Course a” has no name on it. Enter yours in your profile, and it will appear there.",
				"You have done all 3 steps towards the CSPO. Record the day you earned it, to be reminded of its renewal.",
				"1 question has been due for review for 2 days.",
				"You scored 60% in “Scrum theory”; you need 70% to pass. Your weakest objective was “Explain empiricism”: 3 of 5 answers right. Practise it, then try again.",
				"Next in “Course b”: “Unit x”. You have completed 1 of 4 required units.",
				"Your LATER expires on 25 December 2026, in 31 days.",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.in.Now = recordstest.Opening
			if tt.in.Review == nil {
				tt.in.Review = dueSince()
			}
			if tt.in.Mastery == nil {
				tt.in.Mastery = mastered()
			}
			got := []string{}
			for _, step := range guide.NextSteps(tt.in) {
				got = append(got, step.Reason.Text)
				checkNumbers(t, step.Reason)
				checkLinks(t, step)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// checkLinks requires exactly the links of the step's kind.
func checkLinks(t testing.TB, s *guide.Step) {
	t.Helper()
	got := map[string]bool{"attempt": s.Attempt != nil, "review": s.Review != nil, "course": s.Course != nil, "unit": s.Unit != nil, "objective": s.Objective != nil, "renewal": s.Renewal != nil,
		"quiz": s.Quiz != nil, "certificate": s.Certificate != nil, "certification": s.Certification != nil}
	want := map[guide.StepKind][]string{
		guide.ResumeAttempt: {"attempt"}, guide.ReviewDue: {"review"}, guide.ContinueCourse: {"course", "unit"},
		guide.StartCourse: {"course", "unit"}, guide.PractiseObjective: {"objective"}, guide.RenewCertification: {"renewal"},
		guide.RepeatQuiz: {"quiz", "attempt", "objective"}, guide.TrySimulation: {"quiz"},
		guide.GiveName: {"certificate"}, guide.FetchCertificate: {"certificate"}, guide.RecordCertification: {"certification"},
	}[s.Kind]
	for _, link := range want {
		if !got[link] {
			t.Errorf("%s without %s", s.Kind, link)
		}
		delete(got, link)
	}
	for link, there := range got {
		if there {
			t.Errorf("%s with %s", s.Kind, link)
		}
	}
}

func noonAgo(days int) time.Time { return recordstest.Opening.AddDate(0, 0, -days) }

func cspo(steps int) *catalog.Certification {
	return &catalog.Certification{Code: "CSPO", Steps: make([]*catalog.Step, steps)}
}

// checkNumbers requires exactly the numbers of the reason's code. All except
// seconds and days also appear in the sentence.
func checkNumbers(t testing.TB, r guide.Reason) {
	t.Helper()
	got := []string{}
	for name, there := range map[string]bool{
		"count": r.Count != nil, "of": r.Of != nil, "secondsLeft": r.SecondsLeft != nil, "days": r.Days != nil,
		"percent": r.Percent != nil, "passPercent": r.PassPercent != nil,
	} {
		if there {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	want := map[guide.ReasonCode][]string{
		guide.ClockRunning: {"count", "of", "secondsLeft"}, guide.TimeIsUp: {"secondsLeft"}, guide.AttemptUnfinished: {"count", "of"},
		guide.QuestionsDue: {"count", "days"}, guide.QuizFailed: {"count", "of", "passPercent", "percent"}, guide.NextUnit: {"count", "of"},
		guide.FirstCourse: {}, guide.NextCourse: {}, guide.WeakestObjective: {"count", "of"}, guide.ReadyForSimulation: {"percent"},
		guide.CertificateUnnamed: {}, guide.CertificateReady: {}, guide.StepsDone: {"count", "of"},
		guide.CertificationExpires: {"days"}, guide.LastDayOfValidity: {"days"}, guide.CertificationExpired: {"days"},
	}
	if diff := cmp.Diff(want[r.Code], got); diff != "" {
		t.Errorf("numbers of %s (-want +got):\n%s", r.Code, diff)
	}
}

func TestNextStepsDoNotDependOnInputOrder(t *testing.T) {
	attempts := []guide.OpenAttempt{
		openAttempt("a/1", "A", quiz.InProgress, time.Hour, 0, 1, new(60)), openAttempt("b/1", "B", quiz.InProgress, time.Hour, 0, 1, new(60)),
		openAttempt("c/1", "C", quiz.InProgress, time.Hour, 0, 1, nil), openAttempt("d/1", "D", quiz.InProgress, time.Hour, 0, 1, nil),
	}
	courses := []*course.Progress{standingIn("a", 1, 2, "x"), standingIn("b", 2, 4, "x"), standingIn("c", 0, 1, "x")}
	renewals := []journey.Reminder{renewal("A", "2026-12-25", 31, nil), renewal("B", "2026-12-25", 31, nil)}
	stepsOf := func(attempts []guide.OpenAttempt, courses []*course.Progress, renewals []journey.Reminder) []string {
		reasons := []string{}
		for _, s := range guide.NextSteps(guide.Known{
			Now: recordstest.Opening, Attempts: attempts, Courses: courses, Renewals: renewals, Review: dueSince(), Mastery: &mastery.Standing{},
		}) {
			reasons = append(reasons, s.Reason.Text)
		}
		return reasons
	}
	want := stepsOf(attempts, courses, renewals)
	rapid.Check(t, func(t *rapid.T) {
		got := stepsOf(rapid.Permutation(attempts).Draw(t, "attempts"), rapid.Permutation(courses).Draw(t, "courses"), rapid.Permutation(renewals).Draw(t, "renewals"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
