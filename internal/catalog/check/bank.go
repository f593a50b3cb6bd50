package check

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/search"
)

// What the bank as a whole has to be like. Shares are fractions of 1.
const (
	// questionsPerObjective lets a learner practise an objective three times
	// without seeing only what they have seen.
	questionsPerObjective = 4

	// typeTolerance is how far a group of types may be from its share: eight
	// points are 16 questions of 200, room for what a topic lends itself to.
	typeTolerance = 0.08

	// appliedShare of the questions ask for more than remembering and
	// understanding.
	appliedShare = 1.0 / 3

	// maxKeyLongest bounds in how many choice questions the key may be the
	// longest option. With four options a quarter is what chance gives.
	maxKeyLongest = 0.40

	// positionTolerance is how far, in proportion, the number of keys at a
	// position may be from even.
	positionTolerance = 0.15

	// maxNegative is the share of questions that ask for what is not so.
	maxNegative = 0.05

	// strategyMargin is how much better than chance a learner who knows
	// nothing may do by picking always the longest or always the first.
	strategyMargin = 0.05

	// nearDuplicate is the Jaccard index of two stems' words from which on
	// the stems are taken for the same question. Stems that share a pattern,
	// such as those asking for the timeboxes of two events, stay below it.
	nearDuplicate = 0.8
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

// Bank compares the published questions with what the bank wants.
type Bank struct {
	Questions int
	Topics    []TopicCount
	Types     []Share // the groups of types, with the share wanted
	Bloom     []Share // the levels, without a wish, and then all applied ones
	Keys      KeyStatistics
	Negative  Share // questions that ask for what is not so
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
	Lessons int // published lessons; at least one is wanted
}

// Share is a part of the bank. Lowest and Highest bound Part, both as
// fractions of 1; the bounds are 0 and 1 when nothing is wanted.
type Share struct {
	Name    string
	Count   int
	Part    float64
	Lowest  float64
	Highest float64
}

// Met reports whether the part is within its bounds.
func (s Share) Met() bool { return s.Part >= s.Lowest && s.Part <= s.Highest }

// KeyStatistics says what a learner could tell about keys without knowing
// anything.
type KeyStatistics struct {
	Longest   Share          // choice questions of which a key is longer than every other option
	Positions []PositionKeys // of SINGLE_CHOICE keys, as authored

	AlwaysFirst   Strategy // picking the first options
	AlwaysLongest Strategy // picking the longest options
}

// PositionKeys counts the keys at one position of the options.
type PositionKeys struct {
	Position int // from 1
	Count    int
	Even     float64 // how many there would be if keys were spread evenly
}

// Met reports whether the count is as near to even as the bank wants it. One
// question more or less is always near enough.
func (p PositionKeys) Met() bool {
	return math.Abs(float64(p.Count)-p.Even) <= max(positionTolerance*p.Even, 1)
}

// Strategy is a way of answering choice questions blindly. Both figures are
// the mean share of right options among those picked, as fractions of 1.
type Strategy struct {
	Score  float64
	Chance float64 // of picking at random
}

// Met reports whether the strategy is hardly better than chance.
func (s Strategy) Met() bool { return s.Score <= s.Chance+strategyMargin }

// BankOf counts what the bank has and wants.
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

// keyStatistics looks at the questions whose key is a set of options. The
// length of True and False says nothing, so they count for the first only.
func keyStatistics(questions []*catalog.Question) KeyStatistics {
	var k KeyStatistics
	choice, longest := 0, 0
	var first, firstChance, longestScore, longestChance mean
	for _, q := range questions {
		n := q.CorrectOptions()
		if !picksOptions(q.Type) || n == 0 || n > len(q.Options) {
			continue
		}
		chance := float64(n) / float64(len(q.Options))
		first.add(rightAmongFirst(q, n))
		firstChance.add(chance)
		if !isChoice(q.Type) {
			continue
		}
		choice++
		if keyIsLongest(q) {
			longest++
		}
		longestScore.add(rightAmongLongest(q, n))
		longestChance.add(chance)
	}
	k.Longest = newShare("key is the longest option", longest, choice, 0, maxKeyLongest)
	k.AlwaysFirst = Strategy{Score: first.value(), Chance: firstChance.value()}
	k.AlwaysLongest = Strategy{Score: longestScore.value(), Chance: longestChance.value()}
	k.Positions = keyPositions(questions)
	return k
}

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) { m.sum, m.n = m.sum+x, m.n+1 }

func (m *mean) value() float64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / float64(m.n)
}

func optionRunes(o *catalog.Option) int { return utf8.RuneCountInString(o.Text) }

// keyIsLongest reports whether a correct option is longer than every wrong
// one.
func keyIsLongest(q *catalog.Question) bool {
	key, other := 0, 0
	for _, o := range q.Options {
		if o.Correct {
			key = max(key, optionRunes(o))
		} else {
			other = max(other, optionRunes(o))
		}
	}
	return key > other
}

// rightAmongFirst returns the share of right options among the first n.
func rightAmongFirst(q *catalog.Question, n int) float64 {
	right := 0
	for _, o := range q.Options[:n] {
		if o.Correct {
			right++
		}
	}
	return float64(right) / float64(n)
}

// rightAmongLongest returns the expected share of right options among the n
// longest, when equally long ones are picked at random.
func rightAmongLongest(q *catalog.Question, n int) float64 {
	options := slices.Clone(q.Options)
	slices.SortStableFunc(options, func(a, b *catalog.Option) int { return optionRunes(b) - optionRunes(a) })
	border := optionRunes(options[n-1])
	var longer, right, tied, tiedRight int
	for _, o := range options {
		switch length := optionRunes(o); {
		case length > border:
			longer++
			if o.Correct {
				right++
			}
		case length == border:
			tied++
			if o.Correct {
				tiedRight++
			}
		}
	}
	return (float64(right) + float64(n-longer)*float64(tiedRight)/float64(tied)) / float64(n)
}

func keyPositions(questions []*catalog.Question) []PositionKeys {
	var positions []PositionKeys
	for _, q := range questions {
		if q.Type != catalog.SingleChoice || q.CorrectOptions() != 1 {
			continue
		}
		for i, o := range q.Options {
			if i == len(positions) {
				positions = append(positions, PositionKeys{Position: i + 1})
			}
			positions[i].Even += 1 / float64(len(q.Options))
			if o.Correct {
				positions[i].Count++
			}
		}
	}
	return positions
}

// BankProblems returns what the published bank as a whole goes against: the
// blueprint, the mix of types and levels, keys that can be told without
// knowledge, and questions that ask the same. A finding about the bank is
// reported at the first question that it counts.
func BankProblems(c *catalog.Content) []Problem {
	v := &validation{content: c}
	report := BankOf(c)
	for i, t := range report.Topics {
		p := v.item(catalog.KindTopic, i)
		if t.Present < t.Wanted {
			p.field("weight").report("%s has %d questions of %d", t.Code, t.Present, t.Wanted)
		}
		for j, o := range t.Objectives {
			p := p.field("objectives").at(j)
			if o.Present < o.Wanted {
				p.report("%s has %d questions of %d", o.Code, o.Present, o.Wanted)
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

// bank returns the place for a finding about all questions that fit: the
// first of them, or the first question when none does.
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
				report("the bank has %s of %s, %s to %s are wanted", percent(s.Part), s.Name, percent(s.Lowest), percent(s.Highest))
		}
	}
	for _, s := range r.Bloom {
		if !s.Met() {
			v.bank("bloom", func(q *catalog.Question) bool { return !q.Bloom.Applied() }).
				report("the bank has %s at %s, %s are wanted", percent(s.Part), s.Name, percent(s.Lowest))
		}
	}
	if !r.Negative.Met() {
		v.bank("stem", isNegative).report("%s of the bank's stems are negative, at most %s are allowed are allowed", percent(r.Negative.Part), percent(maxNegative))
	}
}

func (v *validation) keys(k KeyStatistics) {
	if !k.Longest.Met() {
		v.bank("options", func(q *catalog.Question) bool { return isChoice(q.Type) && keyIsLongest(q) }).
			report("the key is the longest option in %s of the bank's choice questions, at most %s are allowed", percent(k.Longest.Part), percent(maxKeyLongest))
	}
	for _, p := range k.Positions {
		if !p.Met() {
			v.bank("options", func(q *catalog.Question) bool { return q.Type == catalog.SingleChoice }).
				report("the bank has %d keys at position %d; an even distribution would have %.1f", p.Count, p.Position, p.Even)
		}
	}
	for _, s := range []struct {
		name string
		Strategy
	}{{"first", k.AlwaysFirst}, {"longest", k.AlwaysLongest}} {
		if !s.Met() {
			v.bank("options", func(q *catalog.Question) bool { return isChoice(q.Type) }).
				report("always picking the %s option scores %s over the bank, chance %s", s.name, percent(s.Score), percent(s.Chance))
		}
	}
}

func percent(part float64) string { return fmt.Sprintf("%.1f %%", 100*part) }

// duplicates reports each question whose stem an earlier one nearly has.
func (v *validation) duplicates() {
	ignored := search.FunctionWords()
	stems := make([]map[string]bool, len(v.content.Questions))
	for i, q := range v.content.Questions {
		if q.Status != catalog.Ready {
			continue
		}
		stems[i] = map[string]bool{}
		for _, w := range wordsOf(q.Stem) {
			if !ignored[w] {
				stems[i][singular(w)] = true
			}
		}
		for j := range i {
			if s := jaccard(stems[i], stems[j]); s >= nearDuplicate {
				v.item(catalog.KindQuestion, i).field("stem").report("repeats %s: the stems share %s of their words", v.content.Questions[j].ID(), percent(s))
				break
			}
		}
	}
}

// jaccard returns the size of the intersection over that of the union, and 0
// for two empty sets.
func jaccard(a, b map[string]bool) float64 {
	common := 0
	for w := range a {
		if b[w] {
			common++
		}
	}
	if union := len(a) + len(b) - common; union > 0 {
		return float64(common) / float64(union)
	}
	return 0
}
