package resolvers_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

func TestDevicesWatchACourse(t *testing.T) {
	s := newSchool(t, catalogtest.Library(t), schoolOptions{tokenClock: time.Now})
	web := httptest.NewServer(s.handler)
	t.Cleanup(web.Close)
	const watch = `subscription { courseProgressUpdated(course: "basics") { state percent nextUnit { unit { slug } } } }`
	for _, open := range transports {
		for _, stranger := range []string{otherLearner, trainer} {
			open(t, web.URL, s.token(t, stranger), payload(t, watch, "")).hear(t).refused(t, "NOT_FOUND")
		}
		open(t, web.URL, "", payload(t, watch, "")).hear(t).refused(t, "UNAUTHENTICATED")
	}

	s.ask(t, learner, `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil).ok(t)
	devices := map[string]stream{}
	for name, open := range transports {
		devices[name] = open(t, web.URL, s.token(t, learner), payload(t, watch, ""))
	}
	expect := func(what string, percent float64, next string) {
		t.Helper()
		for name, device := range devices {
			got := device.hear(t).ok(t)
			if got.at("courseProgressUpdated.percent") != percent || got.str("courseProgressUpdated.nextUnit.unit.slug") != next {
				t.Errorf("%s, over %s: %s", what, name, got.text)
			}
		}
	}
	expect("at first", 0, "read")
	s.ask(t, learner, `mutation { completeReading(input: { lesson: "empiricism" }) { lesson { slug } } }`, nil).ok(t)
	expect("a reading", 50, "test")

	// After their data is deleted, learners have no course to watch.
	id := s.ask(t, learner, `{ viewer { id } }`, nil).ok(t).str("viewer.id")
	s.ask(t, learner, `mutation { deleteMyData(input: { confirm: "`+id+`" }) { __typename } }`, nil).ok(t)
	for _, device := range devices {
		device.ends(t)
	}
}
