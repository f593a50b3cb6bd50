package resolvers_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/seed"
)

// BenchmarkProgress queries the progress of a learner with the given number of
// finished attempts, next to 100,000 attempts of others.
func BenchmarkProgress(b *testing.B) {
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		b.Fatal(err)
	}
	library := publish(b, loaded.Content)
	for _, own := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprint(own), func(b *testing.B) {
			dir := b.TempDir()
			s := newSchool(b, library, schoolOptions{dir: dir})
			s.ask(b, learner, `mutation { enroll(input: { course: "cspo-foundations" }) { progress { percent } } }`, nil).ok(b)
			s.submit(b, s.begin(b, learner, `practice: { mode: TOPIC, topic: "SF1", questions: 10 }`))
			if err := s.Tracker.CatchUp(b.Context(), people[learner].subject); err != nil {
				b.Fatal(err)
			}
			stockOf(b, dir, own-1, func(i int) (string, int, time.Duration) {
				return people[learner].subject, 2 + i, time.Duration(i+1) * time.Hour
			})
			stock(b, dir, 100_000)
			if _, err := s.Tracker.Rebuild(b.Context(), people[learner].subject); err != nil {
				b.Fatal(err)
			}
			b.Run("CourseProgress", func(b *testing.B) {
				s.measure(b, `{ viewer { courseProgress(course: "cspo-foundations") { state percent completedUnits requiredUnits nextUnit { unit { slug } } units { state percent unit { slug title } } } } }`)
			})
			b.Run("SubmitThatCompletesAUnit", func(b *testing.B) { s.measureSubmits(b) })
			b.Run("Rebuild", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Tracker.Rebuild(b.Context(), people[learner].subject); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*own), "µs/attempt")
			})
		})
	}
}

// measureSubmits takes quizzes that are units of the course, and measures the
// time from submission until the course counts it.
func (s *school) measureSubmits(b *testing.B) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		id := s.begin(b, learner, `quiz: "sf2"`)
		b.StartTimer()
		s.submit(b, id)
		if err := s.Tracker.CatchUp(b.Context(), people[learner].subject); err != nil {
			b.Fatal(err)
		}
	}
}
