package quiz

import (
	"math"
	"math/big"
)

// Mark is the mark of an answer: an exact fraction from 0 to 1 in lowest
// terms. With floating point, the order of slots could decide who passes. The
// zero Mark is 0.
type Mark struct {
	Numerator   int64 `bson:"numerator"`
	Denominator int64 `bson:"denominator"`
}

// markOf returns the mark part/whole; whole must be positive.
func markOf(part, whole int) Mark {
	a, b := part, whole
	for b != 0 {
		a, b = b, a%b
	}
	return Mark{Numerator: int64(part / a), Denominator: int64(whole / a)}
}

// Right reports whether the answer is entirely right.
func (m Mark) Right() bool { return m.Denominator > 0 && m.Numerator >= m.Denominator }

// Wrong reports whether the answer earned nothing.
func (m Mark) Wrong() bool { return m.Numerator <= 0 }

// Float returns the number nearest to the mark, for records that only
// distinguish right, partly right and wrong. Use [Mark.Shown] to display a
// mark.
func (m Mark) Float() float64 { return float64(m.Numerator) / float64(max(m.Denominator, 1)) }

// Shown returns the mark as displayed, see [Share.Marks].
func (m Mark) Shown() float64 { return shownMarks(m.rat()) }

func (m Mark) rat() *big.Rat { return big.NewRat(m.Numerator, max(m.Denominator, 1)) }

// mostParts is the largest denominator of marks stored in floating point:
// COVERAGE gives the largest, 20 options times 20 picks.
const mostParts = 400

// readMark restores a mark that was stored in floating point: the nearest
// fraction with a denominator up to mostParts.
func readMark(stored float64) Mark {
	if !(stored > 0) {
		return Mark{0, 1}
	}
	whole, parts := nearest(min(stored, 1), mostParts, 0)
	return Mark{whole, parts}
}

// nearest returns the fraction nearest to x >= 0 whose denominator is at most
// largest, stopping early at one no further away than enough. The candidates
// are the convergents of the continued fraction of x, and at the end a
// fraction between two of them.
func nearest(x float64, largest int64, enough float64) (num, den int64) {
	p0, q0, p1, q1 := int64(0), int64(1), int64(1), int64(0)
	for rest := x; ; {
		whole := int64(rest)
		if q1 > 0 && whole > (largest-q0)/q1 {
			// The best fraction between the last two convergents may be nearer
			// than the last one.
			most := (largest - q0) / q1
			p, q := most*p1+p0, most*q1+q0
			if q > 0 && math.Abs(x-float64(p)/float64(q)) < math.Abs(x-float64(p1)/float64(q1)) {
				return p, q
			}
			return p1, q1
		}
		p0, q0, p1, q1 = p1, q1, whole*p1+p0, whole*q1+q0
		rest -= float64(whole)
		if math.Abs(x-float64(p1)/float64(q1)) <= enough || rest <= 0 {
			return p1, q1
		}
		rest = 1 / rest
		if rest > math.MaxInt32 {
			return p1, q1 // the rest is the rounding error of x
		}
	}
}
