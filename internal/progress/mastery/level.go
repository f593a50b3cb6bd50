package mastery

import "slices"

// Level is a learner's mastery of an objective, in Khan Academy's levels,
// https://support.khanacademy.org/hc/en-us/articles/5548760867853.
type Level string

const (
	NotStarted Level = "NOT_STARTED"
	Attempted  Level = "ATTEMPTED"
	Familiar   Level = "FAMILIAR"
	Proficient Level = "PROFICIENT"
	Mastered   Level = "MASTERED"
)

// Points is the level's value in the mean of a topic or a course, 0 to 100.
func (l Level) Points() int {
	switch l {
	case Familiar:
		return 50
	case Proficient:
		return 80
	case Mastered:
		return 100
	default:
		return 0
	}
}

// up is one step up.
func (l Level) up() Level {
	switch l {
	case Familiar:
		return Proficient
	case Proficient, Mastered:
		return Mastered
	default:
		return Familiar
	}
}

// down is one step down, but at least ATTEMPTED.
func (l Level) down() Level {
	switch l {
	case Mastered:
		return Proficient
	case Proficient:
		return Familiar
	default:
		return Attempted
	}
}

func (l Level) rank() int {
	return slices.Index([]Level{NotStarted, Attempted, Familiar, Proficient, Mastered}, l)
}
