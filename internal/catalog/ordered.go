package catalog

// WithOptions returns the question with its options in another order.
func (q *Question) WithOptions(options []*Option) *Question {
	ordered := *q
	ordered.Options = options
	return &ordered
}
