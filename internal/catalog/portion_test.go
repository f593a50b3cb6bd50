package catalog

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSpread(t *testing.T) {
	tests := map[string]struct {
		n       int
		weights []int
		want    []int
	}{
		"Blueprint":        {80, []int{28, 20, 20, 10, 24, 20, 16, 18, 20, 24}, []int{11, 8, 8, 4, 10, 8, 6, 7, 8, 10}},
		"TieGoesToEarlier": {1, []int{1, 1}, []int{1, 0}},
		"NothingToSpread":  {0, []int{1, 2}, []int{0, 0}},
		"NoWeight":         {5, []int{0, 0}, []int{0, 0}},
		"NoTopics":         {5, nil, []int{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Spread(tt.n, tt.weights)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSpreadIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 500).Draw(t, "n")
		weights := rapid.SliceOfN(rapid.IntRange(1, 1000), 1, 20).Draw(t, "weights")
		total, sum := 0, 0
		for _, w := range weights {
			total += w
		}
		for i, part := range Spread(n, weights) {
			sum += part
			if exact := float64(n*weights[i]) / float64(total); math.Abs(float64(part)-exact) >= 1 {
				t.Errorf("part %d is %d, exactly it would be %.2f", i, part, exact)
			}
		}
		if sum != n {
			t.Errorf("parts sum up to %d of %d", sum, n)
		}
	})
}
