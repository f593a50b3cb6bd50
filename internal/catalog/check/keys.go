package check

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

// What the keys of the bank may reveal. Shares are fractions of 1.
const (
	// maxKeyLongest is the maximum share of choice questions whose key is the
	// longest option. With four options, chance gives a quarter.
	maxKeyLongest = 0.40

	// positionTolerance is how far, in proportion, the number of keys at a
	// position may deviate from an even distribution.
	positionTolerance = 0.15

	// strategyMargin is how much better than chance a learner without
	// knowledge may do by always picking the longest or the first option.
	strategyMargin = 0.05
)

// KeyStatistics measures how well keys can be guessed without knowledge.
type KeyStatistics struct {
	Longest   Share          // choice questions with a key longer than every other option
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

// Met reports whether the count is as even as the bank requires. A deviation
// of one question is always accepted.
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

// keyStatistics examines the questions whose key is a set of options. The
// lengths of True and False mean nothing, so these count only for the first
// option.
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

func (v *validation) keys(k KeyStatistics) {
	if !k.Longest.Met() {
		v.bank("options", func(q *catalog.Question) bool { return isChoice(q.Type) && keyIsLongest(q) }).
			report("the key is the longest option in %s of the bank's choice questions; the limit is %s", percent(k.Longest.Part), percent(maxKeyLongest))
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
				report("always picking the %s option scores %s over the bank; chance gives %s", s.name, percent(s.Score), percent(s.Chance))
		}
	}
}
