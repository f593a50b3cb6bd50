package mastery

import "github.com/scrumkb/scrumkb/internal/quiz"

// Outcome is how a question went that mastery is judged by.
type Outcome string

const (
	Right   Outcome = "RIGHT"
	Wrong   Outcome = "WRONG"
	Partial Outcome = "PARTIAL"  // neither wholly right nor wholly wrong
	LeftOut Outcome = "LEFT_OUT" // not answered: not right, and not wrong either
)

// Answer is how a question went in an attempt in which its key had not just been
// shown.
type Answer struct {
	Question string  `bson:"question"`
	Outcome  Outcome `bson:"outcome"`
	Reserved bool    `bson:"reserved,omitempty"` // in a reserve, and not among those of which a part has to be right for MASTERED
}

// judgement is what has been gathered for an objective, attempt by attempt.
type judgement struct {
	open  evidence
	right map[string]bool // questions that were answered right
	of    int             // the most questions that could be drawn
}

// evidence are the answers of mixed attempts that have not decided yet.
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
	// evidenceQuestions is how many different questions a step takes: one may be
	// right by chance.
	evidenceQuestions = 2
	// practiceAnswers is how many questions a practice session takes.
	practiceAnswers = 3
	// masteredPercent is how many of an objective's questions were right once who
	// masters it: one who knows two of twenty does not.
	masteredPercent = 60
	// familiarPercent is from where practice of a single objective makes familiar
	// with it.
	familiarPercent = 70
)

// outcome returns the level to which the entry leads from another, and why.
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

// practised is the outcome of a practice session on the objective alone, with so
// many answers, of which so many of its questions were right. It never lowers the
// level.
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

// mixed is the outcome of an attempt in which the objective was one of several.
// Its answers join those that have not decided yet. Once they are on two
// different questions, or on the only one that there is, the level moves by one
// step: up when more than half of them are right, down when more than half are
// wrong. What has decided is used up.
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

// earlier is the outcome of an attempt that began before it was kept what
// counts, by the rules of then: its own majority decides.
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
