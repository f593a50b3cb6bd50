package xapi

import "time"

// Statement says who did what to what. Its fields are those of the xAPI data
// specification, section 2, as far as statements here have them. It never
// changes once it was made.
type Statement struct {
	ID        string  `json:"id"` // a UUID that follows from what the statement is about, so that nothing is told twice
	Actor     Actor   `json:"actor"`
	Verb      Verb    `json:"verb"`
	Object    Object  `json:"object"`
	Result    *Result `json:"result,omitempty"`
	Context   Context `json:"context"`
	Timestamp Time    `json:"timestamp"` // when it happened
	Version   string  `json:"version"`
}

// version is that of every statement of the line 1.0: the specification wants
// "1.0.0" in statements, and the patch level nowhere (xAPI 1.0.3 Data, 2.4.10).
const version = "1.0.0"

// Actor is a learner, by an account that names nobody.
type Actor struct {
	ObjectType string  `json:"objectType"`
	Account    Account `json:"account"`
}

// Account is how a service knows somebody.
type Account struct {
	HomePage string `json:"homePage"`
	Name     string `json:"name"`
}

// Verb says what was done.
type Verb struct {
	ID      string      `json:"id"`
	Display LanguageMap `json:"display"`
}

// LanguageMap is a text by language, as RFC 5646 tags it.
type LanguageMap map[string]string

// Object is what it was done to. In a context only its id is told.
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

// Result says what came of it; nil members do not apply.
type Result struct {
	Score      *Score         `json:"score,omitempty"`
	Success    *bool          `json:"success,omitempty"`
	Completion *bool          `json:"completion,omitempty"`
	Duration   *Duration      `json:"duration,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

// Score is how well it was done. Raw is from Min to Max.
type Score struct {
	Scaled float64 `json:"scaled"` // 0 to 1
	Raw    float64 `json:"raw"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Context says what it was a part of.
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

// Time is written in UTC with milliseconds.
type Time time.Time

// MarshalText implements encoding.TextMarshaler.
func (t Time) MarshalText() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format("2006-01-02T15:04:05.000Z")), nil
}
