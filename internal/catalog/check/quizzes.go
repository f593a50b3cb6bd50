package check

import (
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

const (
	maxQuizSeconds  = 24 * 60 * 60       // the longest attempt: a day
	maxQuizCooldown = 366 * 24 * 60 * 60 // a year
	maxQuizAttempts = 1000
	maxQuizPick     = 500
)

func (v *validation) quiz(p place, q *catalog.Quiz) {
	p.slug("slug", q.Slug)
	p.unique(catalog.KindQuiz, "slug", q.Slug, q)
	oneOf(p.field("status"), q.Status)
	p.text("title", q.Title)
	p.text("summary", q.Summary)
	if q.TimeLimitSeconds != nil {
		p.between("time_limit_seconds", *q.TimeLimitSeconds, 1, maxQuizSeconds)
	}
	oneOf(p.field("overdue_handling"), q.OverdueHandling)
	if q.OverdueHandling == catalog.GracePeriod {
		p.between("grace_seconds", q.GraceSeconds, 1, maxQuizSeconds)
		if q.TimeLimitSeconds == nil {
			p.field("overdue_handling").report("GRACE_PERIOD needs a time limit")
		}
	} else if q.GraceSeconds != 0 {
		p.field("grace_seconds").report("belongs to GRACE_PERIOD only")
	}
	if q.MaxAttempts != nil {
		p.between("max_attempts", *q.MaxAttempts, 1, maxQuizAttempts)
	}
	p.between("cooldown_seconds", q.CooldownSeconds, 0, maxQuizCooldown)
	p.between("pass_percent", q.PassPercent, 1, 100)
	oneOf(p.field("grade_method"), q.GradeMethod)
	oneOf(p.field("feedback_mode"), q.FeedbackMode)
	p.field("reserve").reserve(q)
	some(p, "sections", q.Sections)
	for i, s := range q.Sections {
		p.field("sections").at(i).section(s, q.Status)
	}
	if q.Status == catalog.Ready {
		p.field("sections").supply(q)
	}
}

// reserve requires that a reserve is worth its name: it holds published questions
// that the quiz draws, and the quiz shows no key before it has ended.
func (p place) reserve(q *catalog.Quiz) {
	if q.Reserve == "" {
		return
	}
	if !slugPattern.MatchString(q.Reserve) {
		p.report("%q is not a tag: lower-case letters and digits, joined by single hyphens", q.Reserve)
		return
	}
	if q.FeedbackMode == catalog.Immediate {
		p.report("needs DEFERRED feedback: with IMMEDIATE feedback a second attempt would know the keys of the first")
	}
	drawn := slices.ContainsFunc(p.v.index.ready, func(question *catalog.Question) bool {
		return slices.Contains(question.Tags, q.Reserve) && slices.ContainsFunc(q.Sections, func(s *catalog.Section) bool {
			return s.Fits(question, p.v.index.topicOf[question.ObjectiveCode])
		})
	})
	if !drawn {
		p.reportAbsent("no section draws a published question with the tag %q", q.Reserve)
	}
}

func (p place) section(s *catalog.Section, status catalog.ContentStatus) {
	p.refersToEach("topics", catalog.KindTopic, s.TopicCodes, status)
	p.refersToEach("objectives", catalog.KindObjective, s.ObjectiveCodes, status)
	each(p.field("difficulties"), s.Difficulties, func(p place, d catalog.Difficulty) { oneOf(p, d) })
	each(p.field("types"), s.Types, func(p place, t catalog.QuestionType) { oneOf(p, t) })
	p.between("pick", s.Pick, 0, maxQuizPick)
	if s.ByWeight && s.Pick == 0 {
		p.field("by_weight").report("needs a pick to distribute over the topics")
	}
}

// draw is a number of questions to take from a pool.
type draw struct {
	topic string // the only topic of the pool; "" if it may have several
	pool  map[*catalog.Question]bool
	n     int
}

// supply requires that no attempt can run out of questions. No question appears
// twice in an attempt, and sections draw one after the other: so each draw is
// checked against what remains of its pool when every earlier draw takes as
// much of it as it can.
func (p place) supply(q *catalog.Quiz) {
	var earlier []draw
	for i, s := range q.Sections {
		p := p.at(i)
		for _, d := range p.v.index.draws(q, s, p.v.content.Topics) {
			left := len(d.pool)
			for _, e := range earlier {
				left -= min(e.n, overlap(e.pool, d.pool))
			}
			switch {
			case len(d.pool) == 0 && d.topic == "":
				p.reportAbsent("no published question matches the section")
			case left < d.n && d.topic != "":
				p.field("pick").reportAbsent("draws %d questions of topic %s, but %d are left for it", d.n, d.topic, max(left, 0))
			case left < max(d.n, 1):
				p.field("pick").reportAbsent("draws %d questions, but %d are left for it", d.n, max(left, 0))
			}
			earlier = append(earlier, d)
		}
	}
}

// draws returns the draws of a section: one, or one per topic if it draws by
// weight. A section without a pick takes all matching questions.
func (x *index) draws(quiz *catalog.Quiz, s *catalog.Section, topics []*catalog.Topic) []draw {
	pool := map[*catalog.Question]bool{}
	byTopic := map[string]map[*catalog.Question]bool{}
	for _, q := range x.ready {
		if !quiz.Fits(s, q, x.topicOf[q.ObjectiveCode], q.InReserve(x.reserves)) {
			continue
		}
		pool[q] = true
		topic := x.topicOf[q.ObjectiveCode]
		if byTopic[topic] == nil {
			byTopic[topic] = map[*catalog.Question]bool{}
		}
		byTopic[topic][q] = true
	}
	if !s.ByWeight {
		n := s.Pick
		if n == 0 {
			n = len(pool)
		}
		return []draw{{pool: pool, n: n}}
	}

	var draws []draw
	for _, portion := range s.Portions(topics) {
		draws = append(draws, draw{topic: portion.Topic.Code, pool: byTopic[portion.Topic.Code], n: portion.Pick})
	}
	return draws
}

func overlap(a, b map[*catalog.Question]bool) int {
	n := 0
	for q := range a {
		if b[q] {
			n++
		}
	}
	return n
}
