package check

import (
	"fmt"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// Requirements of the bank as a whole. Shares are fractions of 1.
const (
	// questionsPerObjective lets a learner practise an objective three times
	// without seeing only what they have seen.
	questionsPerObjective = 4

	// typeTolerance is how far a group of types may be from its share: eight
	// points are 16 questions of 200, room for what a topic lends itself to.
	typeTolerance = 0.08

	// appliedShare is the share of questions that require more than
	// remembering and understanding.
	appliedShare = 1.0 / 3

	// maxNegative is the maximum share of questions with negative stems.
	maxNegative = 0.05
)

// typeGroup is a group of question types that shares a part of the bank.
type typeGroup struct {
	types []catalog.QuestionType
	share float64
}

func typeMix() []typeGroup {
	return []typeGroup{
		{[]catalog.QuestionType{catalog.SingleChoice}, 0.55},
		{[]catalog.QuestionType{catalog.MultipleResponse}, 0.25},
		{[]catalog.QuestionType{catalog.TrueFalse}, 0.10},
		{[]catalog.QuestionType{catalog.Matching, catalog.Ordering, catalog.ShortText, catalog.Numeric}, 0.10},
	}
}

// Bank compares the published questions with the requirements.
type Bank struct {
	Questions int
	Topics    []TopicCount
	Types     []Share // the groups of types, with the required shares
	Bloom     []Share // the levels, without a requirement, and then all applied ones
	Keys      KeyStatistics
	Negative  Share // questions with negative stems
}

// TopicCount is one row of the blueprint.
type TopicCount struct {
	Code       string
	Title      string
	Wanted     int // questions, at least
	Present    int
	Objectives []ObjectiveCount
}

// ObjectiveCount is one objective of a topic.
type ObjectiveCount struct {
	Code    string
	Title   string
	Wanted  int // questions, at least
	Present int
	Lessons int // published lessons; at least one is required
}

// Share is a part of the bank. Lowest and Highest are the bounds of Part, all
// as fractions of 1; the bounds are 0 and 1 if nothing is required.
type Share struct {
	Name    string
	Count   int
	Part    float64
	Lowest  float64
	Highest float64
}

// Met reports whether the part is within its bounds.
func (s Share) Met() bool { return s.Part >= s.Lowest && s.Part <= s.Highest }

// BankOf counts the bank and compares it with the requirements.
func BankOf(c *catalog.Content) Bank {
	x := newIndex(c)
	r := Bank{Questions: len(x.ready), Keys: keyStatistics(x.ready)}
	perObjective := map[string]int{}
	types := map[catalog.QuestionType]int{}
	levels := map[catalog.BloomLevel]int{}
	negative, applied := 0, 0
	for _, q := range x.ready {
		perObjective[q.ObjectiveCode]++
		types[q.Type]++
		levels[q.Bloom]++
		if q.Bloom.Applied() {
			applied++
		}
		if isNegative(q) {
			negative++
		}
	}
	lessons := map[string]int{}
	for _, l := range c.Lessons {
		if l.Status == catalog.Ready {
			lessons[l.ObjectiveCode]++
		}
	}
	for _, t := range c.Topics {
		row := TopicCount{Code: t.Code, Title: t.Title, Wanted: t.Weight}
		for _, o := range t.Objectives {
			row.Present += perObjective[o.Code]
			row.Objectives = append(row.Objectives, ObjectiveCount{
				Code:    o.Code,
				Title:   o.Title,
				Wanted:  questionsPerObjective,
				Present: perObjective[o.Code],
				Lessons: lessons[o.Code],
			})
		}
		r.Topics = append(r.Topics, row)
	}
	for _, g := range typeMix() {
		count := 0
		for _, t := range g.types {
			count += types[t]
		}
		r.Types = append(r.Types, r.share(enumeration(g.types), count, g.share-typeTolerance, g.share+typeTolerance))
	}
	for _, level := range catalog.BloomLevel("").Values() {
		r.Bloom = append(r.Bloom, r.share(string(level), levels[level], 0, 1))
	}
	r.Bloom = append(r.Bloom, r.share("APPLICATION or above", applied, appliedShare, 1))
	r.Negative = r.share("negative stems", negative, 0, maxNegative)
	return r
}

func (r Bank) share(name string, count int, lowest, highest float64) Share {
	return newShare(name, count, r.Questions, lowest, highest)
}

func newShare(name string, count, of int, lowest, highest float64) Share {
	s := Share{Name: name, Count: count, Lowest: lowest, Highest: highest}
	if of > 0 {
		s.Part = float64(count) / float64(of)
	}
	return s
}

// BankProblems returns what violates the requirements of the published bank as
// a whole: the blueprint, the mix of types and levels, keys that can be
// guessed without knowledge, and questions that ask the same thing. A problem of the
// bank is reported at the first question that it counts.
func BankProblems(c *catalog.Content) []Problem {
	v := &validation{content: c}
	report := BankOf(c)
	for i, t := range report.Topics {
		p := v.item(catalog.KindTopic, i)
		if t.Present < t.Wanted {
			p.field("weight").report("%s has %d of %d questions", t.Code, t.Present, t.Wanted)
		}
		for j, o := range t.Objectives {
			p := p.field("objectives").at(j)
			if o.Present < o.Wanted {
				p.report("%s has %d of %d questions", o.Code, o.Present, o.Wanted)
			}
			if o.Lessons == 0 {
				p.report("%s has no lesson", o.Code)
			}
		}
	}
	if report.Questions == 0 {
		return v.problems
	}
	v.shares(report)
	v.keys(report.Keys)
	v.duplicates()
	return v.problems
}

// bank returns the position for a problem of all matching questions: the first
// of them, or the first question if none matches.
func (v *validation) bank(field string, fits func(*catalog.Question) bool) place {
	first := -1
	for i, q := range v.content.Questions {
		if q.Status != catalog.Ready {
			continue
		}
		if fits(q) {
			return v.item(catalog.KindQuestion, i).field(field)
		}
		if first < 0 {
			first = i
		}
	}
	return v.item(catalog.KindQuestion, first).field(field)
}

func (v *validation) shares(r Bank) {
	for i, s := range r.Types {
		if !s.Met() {
			types := typeMix()[i].types
			v.bank("type", func(q *catalog.Question) bool { return slices.Contains(types, q.Type) }).
				report("the bank has %s of %s; it needs %s to %s", percent(s.Part), s.Name, percent(s.Lowest), percent(s.Highest))
		}
	}
	for _, s := range r.Bloom {
		if !s.Met() {
			v.bank("bloom", func(q *catalog.Question) bool { return !q.Bloom.Applied() }).
				report("the bank has %s at %s; it needs at least %s", percent(s.Part), s.Name, percent(s.Lowest))
		}
	}
	if !r.Negative.Met() {
		v.bank("stem", isNegative).report("%s of the bank's stems are negative; the limit is %s", percent(r.Negative.Part), percent(maxNegative))
	}
}

func percent(part float64) string { return fmt.Sprintf("%.1f%%", 100*part) }
