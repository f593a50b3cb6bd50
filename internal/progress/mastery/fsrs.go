package mastery

import (
	"math"
)

// Rating is how well a question was remembered, in FSRS's four grades.
type Rating int

const (
	Again Rating = iota + 1 // answered wrong
	Hard                    // partly right
	Good                    // right
	Easy                    // right, with high confidence
)

// Memory is the state of one learner's memory of one question, after FSRS-6 by
// open-spaced-repetition, https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm.
type Memory struct {
	Stability  float64 `bson:"stability"`  // days until the probability of recall falls to 0.9; 0.001 to 36500
	Difficulty float64 `bson:"difficulty"` // 1 (easy) to 10
}

// fsrsWeights are the default parameters w0 to w20 of FSRS-6, fitted by its
// authors to the reviews of many learners.
var fsrsWeights = [21]float64{
	0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
	1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
}

const (
	// wantedRetention is the probability of recall at which a question is due.
	wantedRetention = 0.9

	minStability, maxStability   = 0.001, 36500
	minDifficulty, maxDifficulty = 1, 10
	minInterval, maxInterval     = 1, 36500 // days
)

// FirstMemory is the memory after a first review.
func FirstMemory(r Rating) Memory { return newMemory(fsrsWeights[r-1], firstDifficulty(r)) }

// newMemory clamps and rounds computed values: processors differ in the last
// digits, and the same reviews must give the same result on all of them.
func newMemory(stability, difficulty float64) Memory {
	return Memory{
		Stability:  rounded(min(max(stability, minStability), maxStability)),
		Difficulty: rounded(min(max(difficulty, minDifficulty), maxDifficulty)),
	}
}

// rounded keeps six decimals, which is less than a tenth of a second of
// stability.
func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// firstDifficulty is not clamped: difficulty reverts to the unclamped mean.
func firstDifficulty(r Rating) float64 {
	return fsrsWeights[4] - math.Exp(fsrsWeights[5]*float64(r-1)) + 1
}

// forgetting returns the exponent and the factor of the forgetting curve,
// which make it 0.9 after as many days as the stability.
func forgetting() (decay, factor float64) {
	decay = -fsrsWeights[20]
	return decay, math.Pow(0.9, 1/decay) - 1
}

// Retrievability is the probability, 0 to 1, of recall after the given days.
func (m Memory) Retrievability(days float64) float64 {
	decay, factor := forgetting()
	return math.Pow(1+factor*days/m.Stability, decay)
}

// Interval is the number of whole days until the next review, 1 to 36500:
// until the probability of recall has fallen to 0.9.
func (m Memory) Interval() int {
	decay, factor := forgetting()
	days := m.Stability / factor * (math.Pow(wantedRetention, 1/decay) - 1)
	return int(min(max(math.Round(days), minInterval), maxInterval))
}

// Review is the memory after another review, elapsedDays after the previous
// one. A review on the same day (less than one day later) has its own formula.
func (m Memory) Review(elapsedDays int, r Rating) Memory {
	var stability float64
	switch {
	case elapsedDays < 1:
		stability = m.sameDayStability(r)
	case r == Again:
		stability = m.forgottenStability(elapsedDays)
	default:
		stability = m.recalledStability(elapsedDays, r)
	}
	return newMemory(stability, m.nextDifficulty(r))
}

func (m Memory) nextDifficulty(r Rating) float64 {
	w := fsrsWeights
	moved := m.Difficulty + (10-m.Difficulty)/9*(-w[6]*float64(r-Good))
	return w[7]*firstDifficulty(Easy) + (1-w[7])*moved
}

func (m Memory) sameDayStability(r Rating) float64 {
	w := fsrsWeights
	growth := math.Exp(w[17]*(float64(r-Good)+w[18])) * math.Pow(m.Stability, -w[19])
	// On the same day, only forgetting reduces stability, as in the reference
	// implementations.
	if r >= Hard {
		growth = max(growth, 1)
	}
	return m.Stability * growth
}

func (m Memory) recalledStability(elapsedDays int, r Rating) float64 {
	w := fsrsWeights
	growth := math.Exp(w[8]) * (11 - m.Difficulty) * math.Pow(m.Stability, -w[9]) *
		(math.Exp(w[10]*(1-m.Retrievability(float64(elapsedDays)))) - 1)
	switch r {
	case Hard:
		growth *= w[15]
	case Easy:
		growth *= w[16]
	}
	return m.Stability * (1 + growth)
}

func (m Memory) forgottenStability(elapsedDays int) float64 {
	w := fsrsWeights
	left := w[11] * math.Pow(m.Difficulty, -w[12]) * (math.Pow(m.Stability+1, w[13]) - 1) *
		math.Exp(w[14]*(1-m.Retrievability(float64(elapsedDays))))
	return min(left, m.Stability/math.Exp(w[17]*w[18]))
}
