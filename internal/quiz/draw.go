package quiz

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

// Drawn is a question that was drawn for a place in an attempt.
type Drawn struct {
	Question    *catalog.Question
	OptionOrder []string // the keys of the options in the order shown
	Reason      Reason
}

// Reason says why a question was drawn.
type Reason struct {
	Code ReasonCode `bson:"code"`
	Text string     `bson:"text"` // a sentence for the learner
}

// DrawQuiz draws the questions of an attempt at a quiz: section by section,
// none twice and none that is held. The same seed, quiz, snapshot and held draw
// the same. It fails with fault.InvalidInput when there are too few questions,
// which publishing the quiz has ruled out for the snapshot that it belongs to as
// long as none is held.
func DrawQuiz(s *catalog.Snapshot, quiz *catalog.Quiz, held Held, seed uint64) ([]Drawn, error) {
	d := newDrawing(seed)
	d.held = held
	for _, section := range quiz.Sections {
		if err := d.section(s, quiz, section); err != nil {
			return nil, err
		}
	}
	return d.drawn, nil
}

// drawing is a draw in progress.
type drawing struct {
	random *rand.Rand
	held   Held
	taken  map[string]bool // slugs
	drawn  []Drawn
}

func newDrawing(seed uint64) *drawing {
	// The draw has to be repeatable, and predicting it is of no use to anyone.
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not used for secrets
	return &drawing{random: random, taken: map[string]bool{}}
}

func (d *drawing) section(s *catalog.Snapshot, quiz *catalog.Quiz, section *catalog.Section) error {
	var fitting []*catalog.Question
	for _, q := range s.Questions() {
		if quiz.Fits(section, q, topicOf(q), q.Reserved()) {
			fitting = append(fitting, q)
		}
	}
	picked, err := d.pickFor(s, section, fitting)
	if err != nil {
		return err
	}
	if section.InOrder {
		slices.SortFunc(picked, func(a, b *catalog.Question) int { return cmp.Compare(a.Slug, b.Slug) })
	} else {
		shuffle(d.random, picked)
	}
	reason := Reason{Code: FromSection, Text: "Drawn for this quiz."}
	if section.Title != "" {
		reason.Text = "Drawn for the section “" + section.Title + "”."
	}
	for _, q := range picked {
		d.add(q, reason)
	}
	return nil
}

func (d *drawing) pickFor(s *catalog.Snapshot, section *catalog.Section, fitting []*catalog.Question) ([]*catalog.Question, error) {
	if !section.ByWeight {
		n := section.Pick
		if n == 0 {
			n = max(len(d.left(fitting)), 1)
		}
		return d.pick(fitting, n)
	}
	var picked []*catalog.Question
	for _, portion := range section.Portions(s.Topics()) {
		ofTopic, err := d.pick(ofTopic(fitting, portion.Topic.Code), portion.Pick)
		if err != nil {
			return nil, err
		}
		picked = append(picked, ofTopic...)
	}
	return picked, nil
}

// pick takes n questions at random from those that are left and not held.
func (d *drawing) pick(from []*catalog.Question, n int) ([]*catalog.Question, error) {
	left, held := d.held.split(d.left(from))
	switch {
	case len(left) >= n:
		shuffle(d.random, left)
		return left[:n], nil
	case len(held) > 0:
		return nil, d.held.tooFew("quiz", len(left), held)
	default:
		return nil, tooFew("quiz", n, len(left))
	}
}

func (d *drawing) left(from []*catalog.Question) []*catalog.Question {
	return slices.DeleteFunc(slices.Clone(from), func(q *catalog.Question) bool { return d.taken[q.Slug] })
}

func (d *drawing) add(q *catalog.Question, why Reason) {
	d.taken[q.Slug] = true
	d.drawn = append(d.drawn, Drawn{Question: q, OptionOrder: optionOrder(d.random, q), Reason: why})
}

// optionOrder shuffles the options that are not fixed. It returns nil for a
// question without options.
func optionOrder(random *rand.Rand, q *catalog.Question) []string {
	var loose []string
	for _, o := range q.Options {
		if !o.Fixed {
			loose = append(loose, o.Key)
		}
	}
	shuffle(random, loose)
	var order []string
	for _, o := range q.Options {
		if o.Fixed {
			order = append(order, o.Key)
			continue
		}
		order = append(order, loose[0])
		loose = loose[1:]
	}
	return order
}

func shuffle[T any](random *rand.Rand, items []T) {
	random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
}

func tooFew(field string, wanted, there int) error {
	if there == 0 {
		return fault.TooFew(field, there, "there are no questions to draw")
	}
	return fault.TooFew(field, there, "%d questions were requested, but only %d are available", wanted, there)
}

func topicOf(q *catalog.Question) string { return q.Objective().Topic().Code }

func ofTopic(questions []*catalog.Question, code string) []*catalog.Question {
	var of []*catalog.Question
	for _, q := range questions {
		if topicOf(q) == code {
			of = append(of, q)
		}
	}
	return of
}
