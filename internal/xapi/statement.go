package xapi

import "time"

// Statement says who did what to what. Its fields are those of the xAPI data
// specification, section 2, as far as they are used here. It is immutable.
type Statement struct {
	ID        string  `json:"id"` // a UUID derived from the content, so that nothing is recorded twice
	Actor     Actor   `json:"actor"`
	Verb      Verb    `json:"verb"`
	Object    Object  `json:"object"`
	Result    *Result `json:"result,omitempty"`
	Context   Context `json:"context"`
	Timestamp Time    `json:"timestamp"` // when it happened
	Version   string  `json:"version"`
}

// version covers every statement of the 1.0 line: the specification requires
// "1.0.0" in statements, never the patch level (xAPI 1.0.3 Data, 2.4.10).
const version = "1.0.0"

// Actor is a learner, identified by an account without a name.
type Actor struct {
	ObjectType string  `json:"objectType"`
	Account    Account `json:"account"`
}

// Account is an identity at a service.
type Account struct {
	HomePage string `json:"homePage"`
	Name     string `json:"name"`
}

// Verb says what was done.
type Verb struct {
	ID      string      `json:"id"`
	Display LanguageMap `json:"display"`
}

// LanguageMap is a text per language tag (RFC 5646).
type LanguageMap map[string]string

// Object is what the verb was applied to. In a context, only its id is set.
type Object struct {
	ObjectType string      `json:"objectType"`
	ID         string      `json:"id"`
	Definition *Definition `json:"definition,omitempty"`
}

// Definition describes an object.
type Definition struct {
	Name LanguageMap `json:"name,omitempty"`
	Type string      `json:"type"`
}

// Result is the outcome; nil members do not apply.
type Result struct {
	Score      *Score         `json:"score,omitempty"`
	Success    *bool          `json:"success,omitempty"`
	Completion *bool          `json:"completion,omitempty"`
	Duration   *Duration      `json:"duration,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

// Score is the score achieved. Raw is between Min and Max.
type Score struct {
	Scaled float64 `json:"scaled"` // 0 to 1
	Raw    float64 `json:"raw"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Context is what the statement belongs to.
type Context struct {
	Registration      string             `json:"registration"` // a UUID
	ContextActivities *ContextActivities `json:"contextActivities,omitempty"`
	Platform          string             `json:"platform"`
	Language          string             `json:"language"`
	Extensions        map[string]any     `json:"extensions,omitempty"`
}

// ContextActivities are what the object belongs to.
type ContextActivities struct {
	Parent   []Object `json:"parent,omitempty"`
	Grouping []Object `json:"grouping,omitempty"`
	Category []Object `json:"category,omitempty"`
}

// Time is formatted in UTC with milliseconds.
type Time time.Time

// MarshalText implements encoding.TextMarshaler.
func (t Time) MarshalText() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format("2006-01-02T15:04:05.000Z")), nil
}
