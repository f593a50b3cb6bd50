package resolvers_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/resolvers"
)

const progressFields = `{ state percent completedUnits requiredUnits completedAt updatesAvailable
	nextUnit { unit { slug } }
	units { unit { slug } state satisfiedAt percent waiver { reason } } }`

// firm makes the test course use a quiz whose key the tests know.
func firm(c *catalog.Content) {
	everyType(c)
	for _, q := range c.Quizzes {
		if q.Slug == "artifacts" {
			q.PassPercent = 30
		}
	}
}

func TestCompletingACourse(t *testing.T) {
	a := newAPI(t, firm)
	got := a.ask(t, "anna", `mutation { enroll(input: { course: "basics" }) { progress `+progressFields+` } }`, nil)
	want := map[string]any{
		"state": "ENROLLED", "percent": 0.0, "completedUnits": 0.0, "requiredUnits": 2.0, "completedAt": nil, "updatesAvailable": false,
		"nextUnit": map[string]any{"unit": map[string]any{"slug": "read"}},
		"units": []any{
			map[string]any{"unit": map[string]any{"slug": "read"}, "state": "OPEN", "satisfiedAt": nil, "percent": nil, "waiver": nil},
			map[string]any{"unit": map[string]any{"slug": "test"}, "state": "LOCKED", "satisfiedAt": nil, "percent": nil, "waiver": nil},
			map[string]any{"unit": map[string]any{"slug": "outside"}, "state": "OPEN", "satisfiedAt": nil, "percent": nil, "waiver": nil},
		},
	}
	if diff := cmp.Diff(want, got.at(t, "enroll.progress")); diff != "" {
		t.Fatalf("enrolled (-want +got):\n%s", diff)
	}

	got = a.ask(t, "anna", `mutation { completeReading(input: { lesson: "empiricism" }) { lesson { slug } progress { percent nextUnit { unit { slug } } } } }`, nil)
	if got.at(t, "completeReading.progress.0.percent") != 50.0 || got.at(t, "completeReading.progress.0.nextUnit.unit.slug") != "test" {
		t.Errorf("after the reading: %s", got.text)
	}
	got = a.ask(t, "anna", `mutation { completeUnit(input: { course: "basics", unit: "outside" }) { progress { percent units { state } } } }`, nil)
	if got.at(t, "completeUnit.progress.percent") != 50.0 || got.at(t, "completeUnit.progress.units.2.state") != "SATISFIED" {
		t.Errorf("after the tick of an optional unit: %s", got.text)
	}
	got = a.ask(t, "anna", `{ viewer { enrollments { course { slug } percent } courseProgress(course: "basics") { state } } }`, nil)
	if got.at(t, "viewer.enrollments.0.course.slug") != "basics" || got.at(t, "viewer.courseProgress.state") != "IN_PROGRESS" {
		t.Errorf("the viewer: %s", got.text)
	}
}

func TestCoursesRefuse(t *testing.T) {
	tests := map[string]struct {
		document string
		code     fault.Code
		field    any
	}{
		"UnknownCourse":        {`mutation { enroll(input: { course: "nope" }) { progress { state } } }`, fault.NotFound, nil},
		"UnknownLesson":        {`mutation { completeReading(input: { lesson: "nope" }) { lesson { slug } } }`, fault.NotFound, nil},
		"NotEnrolled":          {`mutation { completeUnit(input: { course: "mixed", unit: "outside" }) { progress { state } } }`, fault.NotFound, nil},
		"UpgradeNotEnrolled":   {`mutation { upgradeCourse(input: { course: "nope" }) { progress { state } } }`, fault.NotFound, nil},
		"UnknownUnit":          {`mutation { completeUnit(input: { course: "basics", unit: "nope" }) { progress { state } } }`, fault.InvalidInput, "unit"},
		"AReadingIsNotTicked":  {`mutation { completeUnit(input: { course: "basics", unit: "read" }) { progress { state } } }`, fault.InvalidInput, "unit"},
		"ALockedUnitHasToWait": {`mutation { completeUnit(input: { course: "basics", unit: "outside" }) { progress { state } } }`, fault.Conflict, nil},
		"SubscriptionOverHTTP": {`subscription { courseProgressUpdated(course: "basics") { state } }`, fault.SubscriptionUnsupported, nil},
		"MissingArgument":      {`{ viewer { courseProgress { state } } }`, fault.ValidationFailed, nil},
		"TwoMutations":         {`mutation { enroll(input: { course: "basics" }) { progress { state } } b: enroll(input: { course: "basics" }) { progress { state } } }`, fault.QueryTooComplex, nil},
		"EmptySlug":            {`mutation { enroll(input: { course: "" }) { progress { state } } }`, fault.NotFound, nil},
	}
	a := newAPI(t, func(c *catalog.Content) { c.Courses[0].Units[2].After = []string{"read"} })
	a.ask(t, "anna", `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := a.ask(t, "anna", tt.document, nil)
			if got.code() != tt.code || got.Errs[0].Extensions["field"] != tt.field {
				t.Errorf("%s", got.text)
			}
		})
	}
}

func TestOthersAreNotEnrolled(t *testing.T) {
	a := newAPI(t, nil)
	a.ask(t, "anna", `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil)
	for _, caller := range []string{"ben", "tina"} {
		got := a.ask(t, caller, `{ viewer { enrollments { state } courseProgress(course: "basics") { state } } }`, nil)
		if list, ok := got.at(t, "viewer.enrollments").([]any); !ok || len(list) != 0 || got.at(t, "viewer.courseProgress") != nil {
			t.Errorf("%s: %s", caller, got.text)
		}
		got = a.ask(t, caller, `mutation { completeUnit(input: { course: "basics", unit: "outside" }) { progress { state } } }`, nil)
		if got.code() != fault.NotFound {
			t.Errorf("%s: %s", caller, got.text)
		}
	}
}

func TestWatchingCourseProgress(t *testing.T) {
	a := newAPI(t, nil)
	a.ask(t, "anna", `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil)
	subscriptions := (&resolvers.Root{Library: a.library, Records: a.Records}).Subscription()
	for caller, want := range map[string]fault.Code{"": fault.Unauthenticated, "ben": fault.NotFound} {
		ctx, err := named(t.Context(), caller)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := subscriptions.CourseProgressUpdated(ctx, "basics"); fault.CodeOf(err) != want {
			t.Errorf("%q: %v, want %s", caller, err, want)
		}
	}

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	known := identity.With(ctx, identity.Caller{Subject: "anna", Roles: []identity.Role{identity.RoleLearner}})
	changes, err := subscriptions.CourseProgressUpdated(known, "basics")
	if err != nil {
		t.Fatal(err)
	}
	if first := <-changes; first.Percent != 0 {
		t.Errorf("at first: %g%%", first.Percent)
	}
	a.ask(t, "anna", `mutation { completeReading(input: { lesson: "empiricism" }) { lesson { slug } } }`, nil)
	if second := <-changes; second == nil || second.Percent != 50 {
		t.Errorf("after the reading: %+v", second)
	}
	cancel()
	if more, open := <-changes; open {
		t.Errorf("after the end: %+v", more)
	}
}

func TestCompletedCourseHasACertificate(t *testing.T) {
	a := newAPI(t, nil)
	a.ask(t, "anna", `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil)
	got := a.ask(t, "anna", `mutation { completeReading(input: { lesson: "empiricism" }) { progress { certificate { code } } } }`, nil)
	if got.at(t, "completeReading.progress.0.certificate") != nil {
		t.Errorf("before it is completed: %s", got.text)
	}
	if _, err := a.Tracker.Waive(t.Context(), "anna", "basics", course.Waiver{UnitSlug: "test", Reason: course.TestedOut, By: "tina"}); err != nil {
		t.Fatal(err)
	}
	const query = `{ viewer { courseProgress(course: "basics") { state certificate { code learnerName courseVersion } } certificates { code learnerName } } }`
	got = a.ask(t, "anna", query, nil)
	code := got.at(t, "viewer.courseProgress.certificate.code")
	if got.at(t, "viewer.courseProgress.state") != "COMPLETED" || code == nil || code != got.at(t, "viewer.certificates.0.code") {
		t.Errorf("when it is completed: %s", got.text)
	}
	if got.at(t, "viewer.courseProgress.certificate.learnerName") != nil {
		t.Errorf("no name was given: %s", got.text)
	}
	a.ask(t, "anna", `mutation { updateProfile(input: { name: "Anna Ahlgren" }) { viewer { name } } }`, nil)
	a.ask(t, "anna", `mutation { updateProfile(input: { name: "Somebody Else" }) { viewer { name } } }`, nil)
	if got = a.ask(t, "anna", query, nil); got.at(t, "viewer.courseProgress.certificate.learnerName") != "Anna Ahlgren" {
		t.Errorf("the first name must stay: %s", got.text)
	}
	if got := a.ask(t, "ben", query, nil); got.at(t, "viewer.courseProgress") != nil {
		t.Errorf("another learner: %s", got.text)
	}
}
