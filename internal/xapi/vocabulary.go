package xapi

// VerbID is the IRI of a verb; all of them are cmi5's.
type VerbID string

// Short returns the verb's name, such as "passed", or "" for an unknown verb.
func (v VerbID) Short() string { return verbNames()[v] }

const (
	Initialized VerbID = "http://adlnet.gov/expapi/verbs/initialized"
	Completed   VerbID = "http://adlnet.gov/expapi/verbs/completed"
	Passed      VerbID = "http://adlnet.gov/expapi/verbs/passed" //nolint:gosec // no password
	Failed      VerbID = "http://adlnet.gov/expapi/verbs/failed"
	Abandoned   VerbID = "https://w3id.org/xapi/adl/verbs/abandoned"
	Satisfied   VerbID = "https://w3id.org/xapi/adl/verbs/satisfied"
	Waived      VerbID = "https://w3id.org/xapi/adl/verbs/waived"
)

func verbNames() map[VerbID]string {
	return map[VerbID]string{
		Initialized: "initialized", Completed: "completed", Passed: "passed", Failed: "failed",
		Abandoned: "abandoned", Satisfied: "satisfied", Waived: "waived",
	}
}

// Kind is the IRI of an activity type.
type Kind string

const (
	Quiz     Kind = "http://adlnet.gov/expapi/activities/assessment"
	Practice Kind = "http://adlnet.gov/expapi/activities/performance"
	Lesson   Kind = "http://adlnet.gov/expapi/activities/lesson"
	Unit     Kind = "https://w3id.org/xapi/cmi5/activitytype/block" // a part of a course that can be satisfied
	Course   Kind = "https://w3id.org/xapi/cmi5/activitytype/course"
)

// WaiverReason is why something need not be done; the values are cmi5's.
type WaiverReason string

const (
	TestedOut      WaiverReason = "Tested Out"
	Equivalent     WaiverReason = "Equivalent Outside Activity"
	Administrative WaiverReason = "Administrative"
)

const (
	// moveOn marks the statements that may satisfy a unit: cmi5 requires it if
	// the result has success or completion, and forbids it otherwise. The other
	// cmi5 category, which marks statements of a launched unit, does not apply:
	// nothing is launched here.
	moveOn = "https://w3id.org/xapi/cmi5/context/categories/moveon"

	masteryScore = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
	reason       = "https://w3id.org/xapi/cmi5/result/extensions/reason"

	language = "en" // all of the content
)
