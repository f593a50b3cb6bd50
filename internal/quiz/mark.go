package quiz

import (
	"math"
	"math/big"
)

// Mark is what an answer is worth: an exact fraction from 0 to 1 in lowest
// terms. In floating point the order of slots could decide who passes. The zero
// Mark is nothing.
type Mark struct {
	Numerator   int64 `bson:"numerator"`
	Denominator int64 `bson:"denominator"`
}

// markOf returns the mark part/whole; whole is above 0.
func markOf(part, whole int) Mark {
	a, b := part, whole
	for b != 0 {
		a, b = b, a%b
	}
	return Mark{Numerator: int64(part / a), Denominator: int64(whole / a)}
}

// Right reports whether the answer is wholly right.
func (m Mark) Right() bool { return m.Denominator > 0 && m.Numerator >= m.Denominator }

// Wrong reports whether nothing of the answer is right.
func (m Mark) Wrong() bool { return m.Numerator <= 0 }

// Float returns the number nearest to the mark, for records that only tell
// right, partly right and wrong apart. To show it there is [Mark.Shown].
func (m Mark) Float() float64 { return float64(m.Numerator) / float64(max(m.Denominator, 1)) }

// Shown returns the mark as people see it, see [Share.Marks].
func (m Mark) Shown() float64 { return shownMarks(m.rat()) }

func (m Mark) rat() *big.Rat { return big.NewRat(m.Numerator, max(m.Denominator, 1)) }

// mostParts is into how many parts a mark may be divided that was stored in
// floating point: COVERAGE makes the most, 20 options times 20 picks.
const mostParts = 400

// readMark returns the mark that was stored in floating point: the nearest
// fraction with a denominator up to mostParts.
func readMark(stored float64) Mark {
	if !(stored > 0) {
		return Mark{0, 1}
	}
	whole, parts := nearest(min(stored, 1), mostParts, 0)
	return Mark{whole, parts}
}

// nearest returns the fraction nearest to x, 0 or more, whose denominator is
// not above largest; and the first on the way there that is no further off than
// enough. They are the convergents of its continued fraction, and at the end
// one between two of them.
func nearest(x float64, largest int64, enough float64) (num, den int64) {
	p0, q0, p1, q1 := int64(0), int64(1), int64(1), int64(0)
	for rest := x; ; {
		whole := int64(rest)
		if q1 > 0 && whole > (largest-q0)/q1 {
			// The best of those between: it may be nearer than the last convergent.
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
			return p1, q1 // what is left is the rounding of x
		}
	}
}
