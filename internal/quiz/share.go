package quiz

import (
	"math/big"
	"slices"
)

// Share is the exact share of the available marks that was earned.
type Share struct {
	sums []Mark // one for each denominator; a sum may exceed 1
	of   int
}

// add adds the mark of a slot; nil is no mark.
func (s *Share) add(m *Mark) {
	s.of += maxMarks
	if m == nil {
		return
	}
	at := slices.IndexFunc(s.sums, func(sum Mark) bool { return sum.Denominator == m.Denominator })
	if at < 0 {
		s.sums = append(s.sums, *m)
		return
	}
	s.sums[at].Numerator += m.Numerator
}

func (s Share) sum() *big.Rat {
	total := new(big.Rat)
	for _, m := range s.sums {
		total.Add(total, m.rat())
	}
	return total
}

// Marks returns the earned marks as displayed: to four decimals, rounding half
// up.
func (s Share) Marks() float64 { return shownMarks(s.sum()) }

// MaxMarks returns the available marks.
func (s Share) MaxMarks() float64 { return float64(s.of) }

// Percent returns the share as displayed, see [Percent.Shown].
func (s Share) Percent() float64 { return s.Exact().Shown() }

// Exact returns the share in percent.
func (s Share) Exact() Percent {
	if s.of == 0 {
		return Percent{}
	}
	sum := s.sum()
	return percentOf(sum.Quo(sum, big.NewRat(int64(s.of), 1)))
}

func shownMarks(marks *big.Rat) float64 {
	const unit = 10_000
	// floor(marks·unit + 1/2), as (2·num·unit + den) / (2·den)
	num := new(big.Int).Mul(marks.Num(), big.NewInt(2*unit))
	num.Add(num, marks.Denom())
	num.Div(num, new(big.Int).Lsh(marks.Denom(), 1))
	return float64(num.Int64()) / unit
}
