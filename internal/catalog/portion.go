package catalog

import "slices"

// Portion is one topic's part of a section's pick.
type Portion struct {
	Topic *Topic
	Pick  int // at least 1
}

// Portions distributes the pick of a section that draws by weight over the
// topics; topics that get nothing are omitted.
func (s *Section) Portions(topics []*Topic) []Portion {
	wanted := s.weighedTopics(topics)
	weights := make([]int, len(wanted))
	for i, t := range wanted {
		weights[i] = t.Weight
	}
	var portions []Portion
	for i, n := range Spread(s.Pick, weights) {
		if n > 0 {
			portions = append(portions, Portion{Topic: wanted[i], Pick: n})
		}
	}
	return portions
}

// weighedTopics returns the topics for a section that draws by weight: those of
// its filters, or all.
func (s *Section) weighedTopics(topics []*Topic) []*Topic {
	var wanted []*Topic
	for _, t := range topics {
		hasObjective := len(s.ObjectiveCodes) == 0 || slices.ContainsFunc(t.Objectives, func(o *LearningObjective) bool {
			return slices.Contains(s.ObjectiveCodes, o.Code)
		})
		if anyOf(s.TopicCodes, t.Code) && hasObjective {
			wanted = append(wanted, t)
		}
	}
	return wanted
}

// Spread splits n into one part per weight, in proportion and without
// remainder: every part is rounded down, and the rest goes to the largest
// remainders, earlier ones first. Weights that are not positive get nothing.
func Spread(n int, weights []int) []int {
	parts := make([]int, len(weights))
	total := 0
	for _, w := range weights {
		total += max(w, 0)
	}
	if total == 0 || n <= 0 {
		return parts
	}
	left := n
	order := make([]int, 0, len(weights))
	for i, w := range weights {
		parts[i] = n * max(w, 0) / total
		left -= parts[i]
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return n*max(weights[b], 0)%total - n*max(weights[a], 0)%total
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
