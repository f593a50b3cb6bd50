package resolvers

import (
	"math"
	"time"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// MaxComplexity is how many values one answer may hold, estimated: a page of
// a hundred questions with all their fields has about 4,000, and an answer of
// 20,000 is some hundred milliseconds of work and a few megabytes.
const MaxComplexity = 20_000

// Complexity estimates how many values a field answers: one, and what its
// selection answers for each element of a list. The lengths are those of the
// program's own content, rounded up; they need not be exact, but without them
// a cycle of lists would multiply unseen.
func Complexity() graph.ComplexityRoot {
	var c graph.ComplexityRoot

	c.Query.Roles = list(2)
	c.Query.Certifications = list(3)
	c.Query.Topics = list(10)
	c.Query.Lessons = list(50)
	c.Query.Terms = list(100)
	c.Query.Sources = list(30)
	c.Query.Quizzes = list(15)
	c.Query.Courses = list(3)
	c.Query.Nodes = func(child int, ids []string) int { return times(len(ids), child) }
	c.Query.Questions = func(child int, _ *catalog.QuestionFilter, first *int, _ *string, last *int, _ *string) int {
		return times(pageSize(first, last), child)
	}
	c.Query.Search = func(child int, _ string, _ []catalog.ContentKind, first *int, _ *string, last *int, _ *string) int {
		return times(pageSize(first, last), child)
	}

	c.Role.Responsibilities = list(5)
	c.Role.Skills = list(5)
	c.Role.Certifications = list(3)
	c.Role.Citations = list(2)
	c.Responsibility.Skills = list(3)
	c.Responsibility.Objectives = list(5)
	c.Responsibility.Citations = list(2)
	c.Skill.Responsibilities = list(3)
	c.Skill.Objectives = list(5)
	c.Skill.Citations = list(2)

	c.Certification.Audiences = list(10)
	c.Certification.Benefits = list(5)
	c.Certification.Usages = list(5)
	c.Certification.Steps = list(3)
	c.Certification.Next = list(2)
	c.Certification.Claims = list(8)
	c.Certification.Citations = list(2)
	c.Claim.Statements = list(3)
	c.Audience.Citations = list(2)
	c.Benefit.Citations = list(2)
	c.Usage.Citations = list(2)
	c.Eligibility.Citations = list(2)
	c.CertificationTraining.Citations = list(2)
	c.CertificationStep.Citations = list(2)
	c.RenewalPolicy.Steps = list(3)
	c.RenewalPolicy.Citations = list(2)

	c.Topic.Objectives = list(7)
	c.LearningObjective.Prerequisites = list(2)
	c.LearningObjective.Lessons = list(2)
	c.LearningObjective.Facts = list(3)
	c.Lesson.Mentions = list(6)
	c.Lesson.Citations = list(2)
	c.Term.Related = list(4)
	c.Term.Citations = list(2)

	c.Question.Options = list(4)
	c.Question.Prompts = list(4)
	c.Quiz.Topics = list(10)
	c.Course.Units = list(50)
	c.CourseUnit.Prerequisites = list(2)

	c.Viewer.Attempts = func(child int, _ *string, _ *quiz.AttemptState, first *int, _ *string) int {
		return times(pageSize(first, nil), child)
	}
	c.Viewer.Certificates = list(3)
	c.Viewer.Enrollments = list(5)
	c.CourseProgress.Units = list(50)
	c.CompleteReadingPayload.Progress = list(2)

	c.Viewer.NextSteps = func(child, first int) int { return times(min(first, 20), child) }
	c.Viewer.Activity = func(child int, _, _ *catalog.Date) int { return times(366, child) }
	c.ReviewQueue.Due = func(child, first int) int { return times(min(first, 100), child) }
	c.Mastery.Objectives = list(50)
	c.Mastery.Topics = list(10)
	c.Mastery.Courses = list(3)
	c.TopicMastery.Objectives = list(7)
	c.CourseMastery.Objectives = list(50)
	c.ObjectiveMastery.Steps = list(5)

	c.Attempt.Slots = list(80) // the longest exam
	// No question has all of these: a slot is estimated as if each had half.
	c.Response.Options = list(2)
	c.Response.Pairs = list(2)
	c.Response.Order = list(2)
	c.Review.Options = list(2)
	c.Review.Prompts = list(2)
	c.Review.Places = list(2)
	c.Review.Citations = list(2)
	c.Score.ByTopic = list(10)
	c.Score.ByObjective = list(20)

	c.Query.Cohorts = func(child int, _ bool) int { return times(20, child) }
	c.Viewer.Cohorts = list(3)
	c.Cohort.Members = func(child int, first *int, _ *string, last *int, _ *string) int {
		return times(pageSize(first, last), child)
	}
	c.Cohort.WeakestObjectives = func(child int, first *int) int { return readingMembers + weakest(child, first) }
	c.Cohort.Stuck = func(child int) int { return readingMembers + times(10, child) }
	c.CohortMember.Courses = func(child int) int { return readingMember + times(3, child) }
	c.CohortMember.WeakestObjectives = func(child int, first *int) int { return readingMember + weakest(child, first) }
	c.CohortMember.Stuck = func(child int) int { return readingMember + times(2, child) }
	c.Cohort.XapiStatements = func(child int, first *int, _ *string, _ *time.Time) int {
		return readingMembers + statementsOf(child, first)
	}
	c.Viewer.XapiStatements = func(child int, first *int, _ *string, _ *time.Time) int {
		return statementsOf(child, first)
	}

	c.Viewer.Data = func(int) int { return exportComplexity }
	c.CertificationJourney.Steps = list(3)
	c.CertificationJourney.PastPeriods = list(3)
	c.CertificationPeriod.SEUs = list(20)
	return c
}

const (
	// readingMember is what it costs to read what a member has done, in values.
	readingMember = 5
	// readingMembers is the same for all members of a full cohort. So a document
	// may ask it once of all cohorts that a trainer has, or a few times of one.
	readingMembers = 100 * readingMember
)

// weakest counts as many objectives as are asked for.
func weakest(child int, first *int) int {
	size := 5
	if first != nil {
		size = min(max(*first, 1), 20)
	}
	return times(size, child)
}

// statementsOf counts a statement as the values that its JSON has.
func statementsOf(child int, first *int) int {
	const values = 30
	return times(pageSize(first, nil), child+values)
}

// exportComplexity lets an answer hold what is stored about the caller once,
// since that may be large.
const exportComplexity = MaxComplexity/2 + 1

func list(length int) func(child int) int {
	return func(child int) int { return times(length, child) }
}

// times saturates, so that no nesting makes the sum small again.
func times(length, child int) int {
	if length > 0 && child > (math.MaxInt32-1)/length {
		return math.MaxInt32
	}
	return 1 + max(length, 0)*child
}

// pageSize is what a page may hold; sizes out of bounds are refused anyway.
func pageSize(first, last *int) int {
	size := 20
	if first != nil {
		size = *first
	} else if last != nil {
		size = *last
	}
	return min(max(size, 1), 100)
}
