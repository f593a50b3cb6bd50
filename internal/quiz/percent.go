package quiz

import (
	"math/big"
	"math/bits"
)

// Percent is an exact percentage, 0 to 100. The zero Percent is 0%.
type Percent struct {
	num, den uint64 // num is at most 100 times den; den is 0 for the zero Percent
}

const (
	// largestParts leaves room to multiply by 100 in 64 bits. It is far above
	// the common denominators of one attempt's marks.
	largestParts = 1 << 56

	// storedError is larger than the floating-point error of adding up a
	// hundred marks, and smaller than the difference between any two
	// percentages of attempts.
	storedError = 1e-11
)

// ReadPercent restores a percentage stored by [Percent.Float], or added up in
// floating point by earlier versions.
func ReadPercent(stored float64) Percent {
	if !(stored > 0) {
		return Percent{}
	}
	num, den := nearest(min(stored, 100), 1<<32, storedError)
	return Percent{uint64(num), uint64(den)}
}

// PercentOf returns part of whole in percent; 0 if whole is 0.
func PercentOf(part, whole int) Percent {
	if whole <= 0 || part <= 0 {
		return Percent{}
	}
	return percentOf(big.NewRat(int64(min(part, whole)), int64(whole)))
}

// MeanPercent returns the mean of at least one percentage.
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

// Float returns the number nearest to the percentage, for storage; ReadPercent
// reads it. Use [Percent.Shown] to display a percentage.
func (p Percent) Float() float64 { return float64(p.num) / float64(max(p.den, 1)) }

// Shown returns the percentage as displayed: truncated to two decimals, so
// that 84.996 does not look like a passed 85. Whole numbers are shown exactly.
func (p Percent) Shown() float64 {
	hi, lo := bits.Mul64(p.num, 100)
	hundredths, _ := bits.Div64(hi, lo, max(p.den, 1))
	return float64(hundredths) / 100
}

// Compare returns a negative number if p < q, a positive one if p > q, and 0
// if they are equal.
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

// Passes reports whether a percentage reaches a pass mark in whole percent. It
// is the only place that decides this.
func Passes(p Percent, needed int) bool {
	return p.Compare(Percent{uint64(max(needed, 0)), 1}) >= 0
}
