package mastery

import "github.com/scrumkb/scrumkb/internal/quiz"

// Outcome is the outcome of a question for mastery.
type Outcome string

const (
	Right   Outcome = "RIGHT"
	Wrong   Outcome = "WRONG"
	Partial Outcome = "PARTIAL"  // neither entirely right nor entirely wrong
	LeftOut Outcome = "LEFT_OUT" // not answered, which is neither right nor wrong
)

// Answer is the outcome of a question in an attempt, if its key had not just
// been shown.
type Answer struct {
	Question string  `bson:"question"`
	Outcome  Outcome `bson:"outcome"`
	Reserved bool    `bson:"reserved,omitempty"` // in a reserve, and not among those of which a part has to be right for MASTERED
}

// judgement accumulates the evidence for an objective, attempt by attempt.
type judgement struct {
	open  evidence
	right map[string]bool // questions answered right
	of    int             // the most questions that could ever be drawn
}

// evidence is the answers of mixed attempts that have not led to a decision
// yet.
type evidence struct {
	questions             map[string]bool
	answers, right, wrong int
}

func (e *evidence) add(a Answer) {
	if e.questions == nil {
		e.questions = map[string]bool{}
	}
	e.questions[a.Question] = true
	e.answers++
	switch a.Outcome {
	case Right:
		e.right++
	case Wrong:
		e.wrong++
	case Partial, LeftOut:
	}
}

const (
	// evidenceQuestions is how many different questions a step takes: one
	// right answer may be luck.
	evidenceQuestions = 2
	// practiceAnswers is how many questions a practice session takes.
	practiceAnswers = 3
	// masteredPercent is the share of an objective's questions that must have
	// been right at least once for MASTERED: knowing two of twenty is not
	// mastery.
	masteredPercent = 60
	// familiarPercent is the score from which practice on a single objective
	// leads to FAMILIAR.
	familiarPercent = 70
)

// outcome returns the level after the entry, and the reason for a change.
func (j *judgement) outcome(from Level, e *Entry) (Level, Reason) {
	j.of = max(j.of, e.Of)
	answered := 0
	for _, a := range e.Counted {
		if a.Outcome != LeftOut {
			answered++
		}
		if a.Outcome == Right && !a.Reserved {
			j.right[a.Question] = true
		}
	}
	var (
		to  Level
		why Reason
	)
	if e.Practice {
		to, why = e.practised(from, answered, e.countedRight(), len(e.Counted))
	} else {
		to, why = j.mixed(from, e)
	}
	if to == NotStarted && answered > 0 {
		return Attempted, firstAnswer()
	}
	return to, why
}

func (e *Entry) countedRight() int {
	n := 0
	for _, a := range e.Counted {
		if a.Outcome == Right {
			n++
		}
	}
	return n
}

// practised returns the level after a practice session on only this objective,
// from the number of answers and of its questions answered right. It never
// lowers the level.
func (e *Entry) practised(from Level, answered, right, of int) (Level, Reason) {
	if answered < min(practiceAnswers, e.Of) {
		return from, Reason{}
	}
	to, code := Attempted, PractisedBelow70
	switch {
	case quiz.Passes(quiz.ReadPercent(e.Percent), 100):
		to, code = Proficient, PractisedAll
	case quiz.Passes(quiz.ReadPercent(e.Percent), familiarPercent):
		to, code = Familiar, PractisedFrom70
	}
	if to.rank() <= from.rank() {
		return from, Reason{}
	}
	return to, practisedReason(code, right, of)
}

// mixed returns the level after an attempt in which the objective was one of
// several. Its answers join those without a decision. Once they cover two
// different questions, or the only one that exists, the level moves one step:
// up if more than half of them are right, down if more than half are wrong.
// Answers that led to a decision are used up.
func (j *judgement) mixed(from Level, e *Entry) (Level, Reason) {
	for _, a := range e.Counted {
		j.open.add(a)
	}
	open := j.open
	if len(open.questions) < min(evidenceQuestions, e.Of) {
		return from, Reason{}
	}
	switch {
	case 2*open.right > open.answers:
		j.open = evidence{}
		if from == Proficient && !j.broad() {
			return from, Reason{}
		}
		return from.up(), mostlyRight(open.right, open.answers)
	case 2*open.wrong > open.answers:
		j.open = evidence{}
		return from.down(), mostlyWrong(open.wrong, open.answers)
	default:
		return from, Reason{}
	}
}

// broad reports whether enough different questions were answered right for
// MASTERED.
func (j *judgement) broad() bool { return 100*len(j.right) >= masteredPercent*j.of }

// earlier returns the level after an attempt that is older than the fields
// that decide what counts, by the rules of its time: its own majority decides.
func (e *Entry) earlier(from Level) (Level, Reason) {
	answers := e.answers()
	if e.Practice {
		return e.practised(from, answers, e.Right, answers)
	}
	switch {
	case 2*e.Right > answers:
		return from.up(), mostlyRight(e.Right, answers)
	case 2*e.Wrong > answers:
		return from.down(), mostlyWrong(e.Wrong, answers)
	default:
		return from, Reason{}
	}
}
