package catalog

// Portion is the part of a section's pick that one topic gets.
type Portion struct {
	Topic *Topic
	Pick  int // at least 1
}

// Portions spreads the pick of a section that draws by weight over the topics;
// those that get nothing are left out.
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
