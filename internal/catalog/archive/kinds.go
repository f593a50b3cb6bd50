package archive

import "github.com/scrumkb/scrumkb/internal/catalog"

// body is an item of one kind: exactly one of its fields is set.
type body struct {
	Source        *catalog.Source        `bson:"source,omitempty"`
	Term          *catalog.Term          `bson:"term,omitempty"`
	Topic         *catalog.Topic         `bson:"topic,omitempty"`
	Role          *catalog.Role          `bson:"role,omitempty"`
	Certification *catalog.Certification `bson:"certification,omitempty"`
	Lesson        *catalog.Lesson        `bson:"lesson,omitempty"`
	Question      *catalog.Question      `bson:"question,omitempty"`
	Quiz          *catalog.Quiz          `bson:"quiz,omitempty"`
	Course        *catalog.Course        `bson:"course,omitempty"`
}

// bodyOf returns the body with the item, and false if items like it are not
// stored on their own.
func bodyOf(item catalog.Node) (body, bool) {
	switch v := item.(type) {
	case *catalog.Source:
		return body{Source: v}, true
	case *catalog.Term:
		return body{Term: v}, true
	case *catalog.Topic:
		return body{Topic: v}, true
	case *catalog.Role:
		return body{Role: v}, true
	case *catalog.Certification:
		return body{Certification: v}, true
	case *catalog.Lesson:
		return body{Lesson: v}, true
	case *catalog.Question:
		return body{Question: v}, true
	case *catalog.Quiz:
		return body{Quiz: v}, true
	case *catalog.Course:
		return body{Course: v}, true
	default:
		return body{}, false
	}
}

// item returns the item as the version with the number, or nil if the body is
// empty.
func (b body) item(number int) catalog.Node {
	switch {
	case b.Source != nil:
		return b.Source
	case b.Term != nil:
		return b.Term
	case b.Topic != nil:
		return b.Topic
	case b.Role != nil:
		return b.Role
	case b.Certification != nil:
		return b.Certification
	case b.Lesson != nil:
		return b.Lesson
	case b.Question != nil:
		b.Question.Version = number
		return b.Question
	case b.Quiz != nil:
		b.Quiz.Version = number
		return b.Quiz
	case b.Course != nil:
		b.Course.Version = number
		return b.Course
	default:
		return nil
	}
}

// add appends the item to the list of its kind.
func add(c *catalog.Content, item catalog.Node) {
	switch v := item.(type) {
	case *catalog.Source:
		c.Sources = append(c.Sources, v)
	case *catalog.Term:
		c.Terms = append(c.Terms, v)
	case *catalog.Topic:
		c.Topics = append(c.Topics, v)
	case *catalog.Role:
		c.Roles = append(c.Roles, v)
	case *catalog.Certification:
		c.Certifications = append(c.Certifications, v)
	case *catalog.Lesson:
		c.Lessons = append(c.Lessons, v)
	case *catalog.Question:
		c.Questions = append(c.Questions, v)
	case *catalog.Quiz:
		c.Quizzes = append(c.Quizzes, v)
	case *catalog.Course:
		c.Courses = append(c.Courses, v)
	}
}
