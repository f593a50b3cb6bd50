package catalog

import "slices"

const (
	maxQuizSeconds  = 24 * 60 * 60       // the longest attempt: a day
	maxQuizCooldown = 366 * 24 * 60 * 60 // a year
	maxQuizAttempts = 1000
	maxQuizPick     = 500
)

func (v *validation) quiz(p place, q *Quiz) {
	p.slug("slug", q.Slug)
	p.unique(KindQuiz, "slug", q.Slug, q)
	oneOf(p.field("status"), q.Status, contentStatuses)
	p.text("title", q.Title)
	p.text("summary", q.Summary)
	if q.TimeLimitSeconds != nil {
		p.between("time_limit_seconds", *q.TimeLimitSeconds, 1, maxQuizSeconds)
	}
	oneOf(p.field("overdue_handling"), q.OverdueHandling, overdueHandlings)
	if q.OverdueHandling == GracePeriod {
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
	oneOf(p.field("grade_method"), q.GradeMethod, gradeMethods)
	oneOf(p.field("feedback_mode"), q.FeedbackMode, feedbackModes)
	some(p, "sections", q.Sections)
	for i, s := range q.Sections {
		p.field("sections").at(i).section(s, q.Status)
	}
	if q.Status == Ready {
		p.field("sections").supply(q)
	}
}

func (p place) section(s *Section, status ContentStatus) {
	p.refersToEach("topics", KindTopic, s.TopicCodes, status)
	p.refersToEach("objectives", KindObjective, s.ObjectiveCodes, status)
	each(p.field("difficulties"), s.Difficulties, func(p place, d Difficulty) { oneOf(p, d, difficulties) })
	each(p.field("types"), s.Types, func(p place, t QuestionType) { oneOf(p, t, questionTypes) })
	p.between("pick", s.Pick, 0, maxQuizPick)
	if s.ByWeight && s.Pick == 0 {
		p.field("by_weight").report("needs a pick to spread over the topics")
	}
}

// draw is a number of questions taken from a pool.
type draw struct {
	topic string // the only topic of the pool, "" when it may have several
	pool  map[*Question]bool
	n     int
}

// supply requires that no attempt can run out of questions. No question comes
// twice in an attempt, and sections draw one after the other: so each draw is
// held against what its pool keeps when every earlier draw takes as much of
// it as it can.
func (p place) supply(q *Quiz) {
	var earlier []draw
	for i, s := range q.Sections {
		p := p.at(i)
		for _, d := range p.v.index.draws(s, p.v.content.Topics) {
			left := len(d.pool)
			for _, e := range earlier {
				left -= min(e.n, overlap(e.pool, d.pool))
			}
			switch {
			case len(d.pool) == 0 && d.topic == "":
				p.reportAbsent("no published question fits the section")
			case left < d.n && d.topic != "":
				p.field("pick").reportAbsent("draws %d questions of topic %s, of which %d are left for it", d.n, d.topic, max(left, 0))
			case left < max(d.n, 1):
				p.field("pick").reportAbsent("draws %d questions, of which %d are left for it", d.n, max(left, 0))
			}
			earlier = append(earlier, d)
		}
	}
}

// draws returns what a section takes: one draw, or one for each topic when it
// draws by weight. A section without a pick takes all that fits.
func (x *index) draws(s *Section, topics []*Topic) []draw {
	pool := map[*Question]bool{}
	byTopic := map[string]map[*Question]bool{}
	for _, q := range x.ready {
		if !s.Fits(q, x.topicOf[q.ObjectiveCode]) {
			continue
		}
		pool[q] = true
		topic := x.topicOf[q.ObjectiveCode]
		if byTopic[topic] == nil {
			byTopic[topic] = map[*Question]bool{}
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

	wanted := s.weighedTopics(topics)
	weights := make([]int, len(wanted))
	for i, t := range wanted {
		weights[i] = t.Weight
	}
	var draws []draw
	for i, n := range Spread(s.Pick, weights) {
		if n > 0 {
			draws = append(draws, draw{topic: wanted[i].Code, pool: byTopic[wanted[i].Code], n: n})
		}
	}
	return draws
}

func overlap(a, b map[*Question]bool) int {
	n := 0
	for q := range a {
		if b[q] {
			n++
		}
	}
	return n
}

// Fits reports whether the section may draw the question, which belongs to
// the given topic.
func (s *Section) Fits(q *Question, topicCode string) bool {
	return anyOf(s.TopicCodes, topicCode) &&
		anyOf(s.ObjectiveCodes, q.ObjectiveCode) &&
		anyOf(s.Difficulties, q.Difficulty) &&
		anyOf(s.Types, q.Type) &&
		(len(s.Tags) == 0 || slices.ContainsFunc(q.Tags, func(tag string) bool { return slices.Contains(s.Tags, tag) }))
}

// anyOf is met by every value when the filter is empty.
func anyOf[T comparable](filter []T, value T) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}

// weighedTopics returns the topics over which a section that draws by weight
// spreads its pick: those that its filters name, or all.
func (s *Section) weighedTopics(topics []*Topic) []*Topic {
	var wanted []*Topic
	for _, t := range topics {
		hasObjective := len(s.ObjectiveCodes) == 0 || slices.ContainsFunc(t.Objectives, func(o *LearningObjective) bool {
			return slices.Contains(s.ObjectiveCodes, o.Code)
		})
		if anyOf(s.TopicCodes, t.Code) && hasObjective {
			wanted = append(wanted, t)
		}
	}
	return wanted
}

// Spread splits n into one part for each weight, in proportion and without a
// rest: every part is rounded down, and what is left goes to the largest
// remainders, to the earlier of equal ones. Weights that are not positive get
// nothing.
func Spread(n int, weights []int) []int {
	parts := make([]int, len(weights))
	total := 0
	for _, w := range weights {
		total += max(w, 0)
	}
	if total == 0 || n <= 0 {
		return parts
	}
	left := n
	order := make([]int, 0, len(weights))
	for i, w := range weights {
		parts[i] = n * max(w, 0) / total
		left -= parts[i]
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return n*max(weights[b], 0)%total - n*max(weights[a], 0)%total
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
