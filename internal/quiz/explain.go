package quiz

import "github.com/scrumkb/scrumkb/internal/catalog"

// Explanation is the reasoning behind the key.
func (r *Review) Explanation() string { return r.Question.Explanation }

// Citations name the sources of the key.
func (r *Review) Citations() []*catalog.Citation { return r.Question.Citations }
