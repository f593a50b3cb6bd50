package quiz

import (
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	// maxPracticeQuestions is more than anybody answers in one sitting; the
	// longest exams in the field have 80.
	maxPracticeQuestions = 100

	// An exam simulation follows the Scrum.org Product Owner exam, since the
	// CSPO has none: 80 questions in 60 minutes, passed with 85%.
	examSecondsPerQuestion = 45
	examPassPercent        = 85

	// practicePassPercent is the percentage from which practice counts as
	// familiarity.
	practicePassPercent = 70
)

// Practice describes a practice session.
type Practice struct {
	Mode          PracticeMode `bson:"mode"`
	TopicCode     string       `bson:"topic,omitempty"`     // TOPIC needs this or the next; other modes except EXAM_SIMULATION may have one, to restrict the draw
	ObjectiveCode string       `bson:"objective,omitempty"` // at most one of the two; none in WEAK_OBJECTIVES
	Questions     int          `bson:"questions"`           // how many, 1 to 100; in an attempt, how many were drawn
}

// key identifies the practice sessions of which a learner may have one open at
// a time. Quiz slugs contain no colons.
func (p Practice) key() string {
	key := "practice:" + string(p.Mode)
	if scope := p.TopicCode + p.ObjectiveCode; scope != "" {
		key += ":" + scope
	}
	return key
}

// rules returns the rules of a practice session's attempt.
func (p Practice) rules() Rules {
	if p.Mode != PracticeExam {
		return Rules{OverdueHandling: catalog.AutoSubmit, PassPercent: practicePassPercent, FeedbackMode: catalog.Immediate}
	}
	limit := p.Questions * examSecondsPerQuestion
	return Rules{
		TimeLimitSeconds: &limit, OverdueHandling: catalog.AutoSubmit,
		PassPercent: examPassPercent, FeedbackMode: catalog.Deferred,
	}
}

// checkScope fails unless the topic or objective exists and at most one is
// given. prefix is its path in the input.
func (p Practice) checkScope(s *catalog.Snapshot, prefix string) error {
	switch {
	case p.TopicCode != "" && s.Topic(p.TopicCode) == nil:
		return fault.Invalid(prefix+"topic", "there is no such topic")
	case p.ObjectiveCode != "" && s.Objective(p.ObjectiveCode) == nil:
		return fault.Invalid(prefix+"objective", "there is no such objective")
	case p.TopicCode != "" && p.ObjectiveCode != "":
		return fault.Invalid(prefix+"objective", "give a topic or an objective, but not both")
	}
	return nil
}

func (p Practice) check(s *catalog.Snapshot) error {
	if err := p.checkScope(s, "practice."); err != nil {
		return err
	}
	scoped := p.TopicCode+p.ObjectiveCode != ""
	if p.Questions < 1 || p.Questions > maxPracticeQuestions {
		return fault.Invalid("practice.questions", "`questions` must be between 1 and %d", maxPracticeQuestions)
	}
	switch p.Mode {
	case PracticeTopic:
		if !scoped {
			return fault.Invalid("practice.topic", "TOPIC needs a topic or an objective")
		}
	case PracticeExam:
		if scoped {
			return fault.Invalid("practice.mode", "EXAM_SIMULATION always draws from all topics")
		}
	case PracticeWeak:
		if p.ObjectiveCode != "" {
			return fault.Invalid("practice.objective", "WEAK_OBJECTIVES chooses the objectives itself")
		}
	case PracticeUnseen, PracticeMistake, PracticeDue:
	default:
		return fault.Invalid("practice.mode", "there is no such practice mode")
	}
	return nil
}

// DrawPractice draws the questions of a practice session, none twice and none
// that is held. The same seed, practice, snapshot, past and held draw the same. It
// fails with fault.InvalidInput, naming the field to correct, also when there is
// none; it draws fewer than p wants when there are fewer.
func DrawPractice(s *catalog.Snapshot, p Practice, past Past, held Held, seed uint64) ([]Drawn, error) {
	if err := p.check(s); err != nil {
		return nil, err
	}
	d := newDrawing(seed)
	pool := p.pool(s)
	shuffle(d.random, pool) // so that chance decides between equals
	free, kept := held.split(pool)

	picked, why := p.choose(s, free, past)
	if len(picked) == 0 {
		if missed, _ := p.choose(s, kept, past); len(missed) > 0 {
			return nil, held.tooFew("practice.mode", 0, missed)
		}
		return nil, nothingToPractise(p.Mode)
	}
	picked = picked[:min(p.Questions, len(picked))]
	if p.Mode != PracticeDue { // where a learner who stops early should have done the most urgent ones
		shuffle(d.random, picked)
	}
	for _, q := range picked {
		d.add(q, why(q))
	}
	return d.drawn, nil
}

// choose returns which of the questions the mode draws, those that it draws
// before others first, and why it draws each.
func (p Practice) choose(s *catalog.Snapshot, pool []*catalog.Question, past Past) (picked []*catalog.Question, why func(*catalog.Question) Reason) {
	switch p.Mode {
	case PracticeTopic:
		return pool, func(q *catalog.Question) Reason { return ofTopicReason(q, p) }
	case PracticeUnseen:
		return leastRecentFirst(pool, past.History), func(q *catalog.Question) Reason { return seenReason(past.History[q.Origin()]) }
	case PracticeMistake:
		mistakes := slices.DeleteFunc(pool, func(q *catalog.Question) bool { return !past.mistaken(q) })
		return leastRecentFirst(mistakes, past.History), func(q *catalog.Question) Reason { return mistakeReason(past.History[q.Origin()]) }
	case PracticeExam:
		return byWeight(pool, s.Topics(), p.Questions), examReason
	case PracticeDue:
		return longestDueFirst(pool, past.Due), func(q *catalog.Question) Reason { return dueReason(past.Due[q.Origin()], past.Now) }
	case PracticeWeak:
		return weakestFirst(leastRecentFirst(pool, past.History), s.Topics(), past.Standing),
			func(q *catalog.Question) Reason { return weakReason(q.Objective(), past.Standing[q.ObjectiveCode]) }
	}
	return nil, nil
}

// pool returns the questions of the topic or objective that p names, else all,
// without those in a reserve.
func (p Practice) pool(s *catalog.Snapshot) []*catalog.Question {
	all := s.Questions()
	switch {
	case p.ObjectiveCode != "":
		all = s.Objective(p.ObjectiveCode).Questions()
	case p.TopicCode != "":
		all = s.Topic(p.TopicCode).Questions()
	}
	return slices.DeleteFunc(slices.Clone(all), (*catalog.Question).Reserved)
}

// byWeight draws n questions, distributed over the topics by weight as far as
// each has enough; all of them if there are at most n.
func byWeight(pool []*catalog.Question, topics []*catalog.Topic, n int) []*catalog.Question {
	left := map[string][]*catalog.Question{}
	for _, q := range pool {
		left[topicOf(q)] = append(left[topicOf(q)], q)
	}
	n = min(n, len(pool))
	var picked []*catalog.Question
	for len(picked) < n {
		weights := make([]int, len(topics))
		for i, t := range topics {
			if len(left[t.Code]) > 0 {
				weights[i] = max(t.Weight, 1)
			}
		}
		for i, portion := range catalog.Spread(n-len(picked), weights) {
			code := topics[i].Code
			portion = min(portion, len(left[code]))
			picked = append(picked, left[code][:portion]...)
			left[code] = left[code][portion:]
		}
	}
	return picked
}

// dayLayout is the format of days in reasons; the time of day does not matter.
const dayLayout = "2 January 2006"

func ofTopicReason(q *catalog.Question, p Practice) Reason {
	about := q.Objective().Topic().Title
	if p.ObjectiveCode != "" {
		about = q.Objective().Title
	}
	return Reason{Code: OfTopic, Text: "You chose to practise “" + about + "”."}
}

func seenReason(s Seen) Reason {
	if s.At.IsZero() {
		return Reason{Code: Unseen, Text: "You have not seen this question yet."}
	}
	return Reason{Code: LeastRecent, Text: "You have not seen this question since " + s.At.UTC().Format(dayLayout) + "."}
}

func mistakeReason(s Seen) Reason {
	return Reason{Code: Mistaken, Text: "Your last answer to this question was not right; you saw it on " + s.At.UTC().Format(dayLayout) + "."}
}

func examReason(q *catalog.Question) Reason {
	return Reason{Code: InExamByWeight, Text: "Drawn for the topic “" + q.Objective().Topic().Title + "”, in proportion to its weight."}
}
