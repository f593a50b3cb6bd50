package quiz

import (
	"math/big"
	"math/bits"
)

// Percent is an exact percentage, 0 to 100. The zero Percent is 0 %.
type Percent struct {
	num, den uint64 // num is at most 100 times den; den is 0 for the zero Percent
}

const (
	// largestParts leaves room to multiply by 100 in 64 bits. It is far above what
	// the denominators of one attempt's marks have in common.
	largestParts = 1 << 56

	// storedError is more than floating point takes from a percentage when a
	// hundred marks are added up, and less than the distance of any two that
	// attempts can have.
	storedError = 1e-11
)

// ReadPercent returns the percentage that was stored as [Percent.Float] gives
// it, or as it was added up in floating point before.
func ReadPercent(stored float64) Percent {
	if !(stored > 0) {
		return Percent{}
	}
	num, den := nearest(min(stored, 100), 1<<32, storedError)
	return Percent{uint64(num), uint64(den)}
}

// PercentOf returns how many percent part is of whole; 0 when whole is 0.
func PercentOf(part, whole int) Percent {
	if whole <= 0 || part <= 0 {
		return Percent{}
	}
	return percentOf(big.NewRat(int64(min(part, whole)), int64(whole)))
}

// MeanPercent returns the mean; there has to be at least one.
func MeanPercent(percents []Percent) Percent {
	sum := new(big.Rat)
	for _, p := range percents {
		sum.Add(sum, p.rat())
	}
	return toPercent(sum.Quo(sum, big.NewRat(int64(len(percents)), 1)))
}

func percentOf(part *big.Rat) Percent {
	return toPercent(new(big.Rat).Mul(part, big.NewRat(100, 1)))
}

func toPercent(r *big.Rat) Percent {
	if r.Sign() <= 0 {
		return Percent{}
	}
	if r.Denom().IsUint64() && r.Denom().Uint64() <= largestParts && r.Num().IsUint64() {
		return Percent{r.Num().Uint64(), r.Denom().Uint64()}
	}
	f, _ := r.Float64()
	return ReadPercent(f)
}

func (p Percent) rat() *big.Rat {
	return new(big.Rat).SetFrac(new(big.Int).SetUint64(p.num), new(big.Int).SetUint64(max(p.den, 1)))
}

// Float returns the number nearest to the percentage. It is for storing, and
// ReadPercent reads it; to show it there is [Percent.Shown].
func (p Percent) Float() float64 { return float64(p.num) / float64(max(p.den, 1)) }

// Shown returns the percentage as people and other systems see it: cut off
// after two decimals, so that 84.996 is not 85 and nobody reads a mark that was
// not reached. It is at least a whole number when the percentage is.
func (p Percent) Shown() float64 {
	hi, lo := bits.Mul64(p.num, 100)
	hundredths, _ := bits.Div64(hi, lo, max(p.den, 1))
	return float64(hundredths) / 100
}

// Compare is negative when p is less than q, positive when it is more, else 0.
func (p Percent) Compare(q Percent) int {
	hi, lo := bits.Mul64(p.num, max(q.den, 1))
	hi2, lo2 := bits.Mul64(q.num, max(p.den, 1))
	switch {
	case hi == hi2 && lo == lo2:
		return 0
	case hi < hi2 || hi == hi2 && lo < lo2:
		return -1
	default:
		return 1
	}
}

// Passes reports whether a percentage reaches what is needed to pass, a whole
// number of percent. It is the one place where that is decided.
func Passes(p Percent, needed int) bool {
	return p.Compare(Percent{uint64(max(needed, 0)), 1}) >= 0
}
