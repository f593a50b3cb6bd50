package catalog

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func cited() []*Citation { return []*Citation{{SourceSlug: "guide"}} }

func fact(slug string) Statement {
	return Statement{Slug: slug, Title: slug, Description: slug, Citations: cited()}
}

// rightContent returns content with one of everything and no problem.
func rightContent() *Content {
	c := &Content{
		Sources: []*Source{{Slug: "guide", Title: "The Guide", Publisher: "Its authors", VerifiedAt: "2026-01-31"}},
		Roles: []*Role{{
			Slug: "owner", Title: "Owner", Summary: "Owns.", Delivers: []string{"value"}, Citations: cited(),
			Responsibilities: []*Responsibility{{Statement: fact("orders"), SkillSlugs: []string{"decides"}, ObjectiveCodes: []string{"SF1.1"}}},
			Skills:           []*Skill{{Statement: fact("decides")}},
		}},
		Certifications: []*Certification{{
			Slug: "cspo", Code: "CSPO", Title: "A credential", Summary: "Short.", RoleSlug: "owner", Citations: cited(),
			Issuer:      Organization{Name: "Alliance", Description: "A non-profit.", URL: "https://example.org/"},
			Audiences:   []*Audience{{Statement: fact("owners")}},
			Benefits:    []*Benefit{{Statement: fact("work")}},
			Usages:      []*Usage{{Statement: fact("leading")}},
			Eligibility: Eligibility{Summary: "Open.", Citations: cited()},
			Training:    Training{Days: 2, DeliveredBy: "Trainers", Citations: cited()},
			Steps:       []*Step{{Statement: fact("attend")}},
			Renewal:     Renewal{EveryMonths: 24, Fee: Money{Amount: "100", Currency: "USD"}, Steps: []*Step{{Statement: fact("pay")}}, Citations: cited()},
			Claims: []*Claim{{Subject: "Fee", Statements: []*ClaimedStatement{
				{Text: "100", Citation: cited()[0]}, {Text: "None", Citation: cited()[0]},
			}}},
		}},
		Topics: []*Topic{
			{Code: "SF1", Title: "Theory", Summary: "Why.", Weight: 3, Objectives: []*LearningObjective{
				{Code: "SF1.1", Title: "Explain", Bloom: Knowledge},
				{Code: "SF1.2", Title: "Relate", Bloom: Application, PrerequisiteCodes: []string{"SF1.1"}},
			}},
			{Code: "SF2", Title: "Team", Summary: "Who.", Weight: 1, Objectives: []*LearningObjective{{Code: "SF2.1", Title: "Name", Bloom: Knowledge}}},
		},
		Lessons: []*Lesson{{Slug: "theory", Title: "Theory", Summary: "Why.", ObjectiveCode: "SF1.1", Markdown: "See [a term](#term/sprint).", Citations: cited()}},
		Terms: []*Term{
			{Slug: "sprint", Name: "Sprint", Definition: "A month.", RelatedSlugs: []string{"done"}, Citations: cited()},
			{Slug: "done", Name: "Done", Definition: "Agreed.", Citations: cited()},
		},
		Questions: []*Question{
			{Slug: "single", Type: SingleChoice, Options: []*Option{{Key: "a", Text: "A", Correct: true}, {Key: "b", Text: "B"}, {Key: "c", Text: "C"}}},
			{Slug: "multiple", Type: MultipleResponse, Options: []*Option{{Key: "a", Text: "A", Correct: true}, {Key: "b", Text: "B", Correct: true}, {Key: "c", Text: "C"}}},
			{Slug: "true-false", Type: TrueFalse, Options: []*Option{{Key: "true", Text: "True", Correct: true, Fixed: true}, {Key: "false", Text: "False", Fixed: true}}},
			{Slug: "matching", Type: Matching, Prompts: []*Prompt{{Key: "p1", Text: "1", Match: "b"}, {Key: "p2", Text: "2", Match: "a"}}, Options: []*Option{{Key: "a", Text: "A"}, {Key: "b", Text: "B"}}},
			{Slug: "ordering", Type: Ordering, Order: []string{"b", "a"}, Options: []*Option{{Key: "a", Text: "A"}, {Key: "b", Text: "B"}}},
			{Slug: "short", Type: ShortText, Accepted: []string{"Done"}, Mistakes: []*Mistake{{Answer: "ready", Feedback: "No."}}},
			{Slug: "numeric", Type: Numeric, Number: &NumericKey{Value: 15, Unit: "minutes"}, Mistakes: []*Mistake{{Answer: "30", Feedback: "No."}}},
		},
		Quizzes: []*Quiz{{Slug: "quiz", Title: "Quiz", Summary: "All.", Sections: []*Section{{Pick: 7}}, PassPercent: 85, FeedbackMode: Deferred}},
		Courses: []*Course{{Slug: "course", Title: "Course", Summary: "All.", CertificationSlug: "cspo", Units: []*Unit{
			{Slug: "read", Title: "Read", Kind: ReadingUnit, LessonSlug: "theory", MoveOn: OnCompleted},
			{Slug: "try", Title: "Try", Kind: QuizUnit, QuizSlug: "quiz", MoveOn: OnPassed, After: []string{"read"}},
			{Slug: "do", Title: "Do", Kind: StepUnit, StepText: "Attend.", MoveOn: OnCompleted, Optional: true},
		}}},
	}
	for _, q := range c.Questions {
		q.ObjectiveCode, q.Bloom, q.Difficulty = "SF1.1", Knowledge, Easy
		q.Stem, q.Explanation, q.Citations = "Stem "+q.Slug, "Because.", cited()
	}
	c.ApplyDefaults()
	return c
}

func told(problems []Problem) []string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("%s[%d] %s: %s", p.Kind, p.Index, p.Path, p.Message))
	}
	return lines
}

func TestProblemsOfRightContent(t *testing.T) {
	if diff := cmp.Diff([]string(nil), told(rightContent().Problems())); diff != "" {
		t.Error(diff)
	}
}

func TestProblems(t *testing.T) {
	blank := " "
	tests := map[string]struct {
		spoil func(*Content)
		want  []string
	}{
		"SourceWithoutTitle":     {func(c *Content) { c.Sources[0].Title = "" }, []string{"SOURCE[0] title: is missing or empty"}},
		"SourceWithBlankLicense": {func(c *Content) { c.Sources[0].License = &blank }, []string{"SOURCE[0] license: is missing or empty"}},
		"SourceWithWrongDate":    {func(c *Content) { c.Sources[0].VerifiedAt = "2026-02-30" }, []string{`SOURCE[0] verified_at: "2026-02-30" is not a date such as 2026-03-31`}},
		"SourceWithScript":       {func(c *Content) { u := "javascript:x"; c.Sources[0].URL = &u }, []string{`SOURCE[0] url: "javascript:x" is not a web address such as https://example.org/page`}},
		"SlugWithCapital":        {func(c *Content) { c.Terms[1].Slug = "Done"; c.Terms[0].RelatedSlugs = nil }, []string{`TERM[1] slug: "Done" is not a slug: lower-case letters and digits, joined by single hyphens`}},
		"DuplicateTerm": {func(c *Content) {
			c.Terms = append(c.Terms, c.Terms[0], &Term{Slug: "done", Name: "D", Definition: "D", Citations: cited()})
		}, []string{"TERM[3] slug: term/done exists already"}},
		"DuplicateStepAcrossLists": {func(c *Content) { c.Certifications[0].Renewal.Steps[0].Slug = "attend" }, []string{"CERTIFICATION[0] renewal.steps[0].slug: step/attend exists already"}},
		"DanglingSource":           {func(c *Content) { c.Roles[0].Skills[0].Citations[0].SourceSlug = "book" }, []string{"ROLE[0] skills[0].citations[0].source: there is no source/book"}},
		"NoCitation":               {func(c *Content) { c.Terms[0].Citations = nil }, []string{"TERM[0] citations: needs at least one entry"}},
		"DanglingSkill":            {func(c *Content) { c.Roles[0].Responsibilities[0].SkillSlugs = []string{"decides", "sings"} }, []string{"ROLE[0] responsibilities[0].skills[1]: there is no skill/sings"}},
		"WrongMoney":               {func(c *Content) { c.Certifications[0].Renewal.Fee = Money{Amount: "1,5", Currency: "usd"} }, []string{`CERTIFICATION[0] renewal.fee.amount: "1,5" is not a decimal number such as 100 or 99.95`, `CERTIFICATION[0] renewal.fee.currency: "usd" is not an ISO 4217 code such as USD`}},
		"NextIsItself":             {func(c *Content) { c.Certifications[0].NextSlugs = []string{"cspo", "csp"} }, []string{"CERTIFICATION[0] next[0]: leads back to itself", "CERTIFICATION[0] next[1]: there is no certification/csp"}},
		"ClaimOfOne": {func(c *Content) {
			c.Certifications[0].Claims[0].Statements = c.Certifications[0].Claims[0].Statements[:1]
		}, []string{"CERTIFICATION[0] claims[0].statements: a claim sets at least two statements side by side"}},
		"ClaimWithoutCitation":  {func(c *Content) { c.Certifications[0].Claims[0].Statements[1].Citation = nil }, []string{"CERTIFICATION[0] claims[0].statements[1].citation: is missing or empty"}},
		"ObjectiveOfOtherTopic": {func(c *Content) { c.Topics[1].Objectives[0].Code = "SF3.1" }, []string{"TOPIC[1] objectives[0].code: SF3.1 does not begin with its topic's code SF2"}},
		"PrerequisiteCircle":    {func(c *Content) { c.Topics[0].Objectives[0].PrerequisiteCodes = []string{"SF1.2"} }, []string{"TOPIC[0] objectives[1].prerequisites[0]: closes a circle: SF1.1 ← SF1.2 ← SF1.1"}},
		"ObjectiveBeforeItself": {func(c *Content) { c.Topics[1].Objectives[0].PrerequisiteCodes = []string{"SF2.1"} }, []string{"TOPIC[1] objectives[0].prerequisites[0]: closes a circle: SF2.1 ← SF2.1"}},
		"ListedTwice":           {func(c *Content) { c.Topics[0].Objectives[1].PrerequisiteCodes = []string{"SF1.1", "SF1.1"} }, []string{"TOPIC[0] objectives[1].prerequisites[1]: SF1.1 is listed twice"}},
		"LinkToNothing":         {func(c *Content) { c.Lessons[0].Markdown = "[x](#term/x) and [x](#term/x)" }, []string{"LESSON[0] body: there is no term/x"}},
		"LinkInCode":            {func(c *Content) { c.Lessons[0].Markdown = "`[x](#term/x)`" }, nil},
		"HTMLInLesson":          {func(c *Content) { c.Lessons[0].Markdown = "a <b>c</b>\n\n![i](i.png)" }, []string{"LESSON[0] body: has HTML; lessons are Markdown", "LESSON[0] body: has HTML; lessons are Markdown", "LESSON[0] body: has an image; lessons are text"}},
		"LinkToHidden": {func(c *Content) {
			c.Lessons[0].Markdown = "[q](#question/single)"
			c.Questions[0].Status = Hidden
			c.Quizzes[0].Sections[0].Pick = 6
		}, []string{"LESSON[0] body: question/single is not published"}},
		"DraftMayReferToDraft": {func(c *Content) {
			draft := *c.Lessons[0]
			draft.Slug, draft.Status = "draft", Draft
			other := draft
			other.Slug, other.Markdown = "other", "[d](#lesson/draft)"
			c.Lessons = append(c.Lessons, &draft, &other)
		}, nil},
		"UnknownEnum":           {func(c *Content) { c.Questions[0].Bloom = "APPLY" }, []string{`QUESTION[0] bloom: "APPLY" is not one of KNOWLEDGE, COMPREHENSION, APPLICATION, ANALYSIS, SYNTHESIS, EVALUATION`}},
		"FactThatIsNone":        {func(c *Content) { c.Questions[0].FactID = "term/done" }, []string{"QUESTION[0] fact: term/done is not a fact of a role or a certification"}},
		"DanglingFact":          {func(c *Content) { c.Questions[0].FactID = "skill/sings" }, []string{"QUESTION[0] fact: there is no fact skill/sings"}},
		"StepIsAFact":           {func(c *Content) { c.Questions[0].FactID = "step/pay" }, nil},
		"TwoCorrect":            {func(c *Content) { c.Questions[0].Options[1].Correct = true }, []string{"QUESTION[0] options: 2 options are correct, a SINGLE_CHOICE question has exactly one"}},
		"AllCorrect":            {func(c *Content) { c.Questions[1].Options[2].Correct = true }, []string{"QUESTION[1] options: 3 of 3 options are correct, a MULTIPLE_RESPONSE question has at least two that are and one that is not"}},
		"SameOptionTwice":       {func(c *Content) { c.Questions[0].Options[2] = &Option{Key: "b", Text: "b"} }, []string{`QUESTION[0] options[2].id: "b" is taken by an earlier entry of the list`, `QUESTION[0] options[2].text: "b" is taken by an earlier entry of the list`}},
		"FalseBeforeTrue":       {func(c *Content) { o := c.Questions[2].Options; o[0], o[1] = o[1], o[0] }, []string{`QUESTION[2] options: must be "true" and "false", in this order`}},
		"TrueThatMoves":         {func(c *Content) { c.Questions[2].Options[0].Fixed = false }, []string{"QUESTION[2] options[0].fixed: must be true: True stands before False"}},
		"MatchWithNothing":      {func(c *Content) { c.Questions[3].Prompts[1].Match = "z" }, []string{`QUESTION[3] prompts[1].match: there is no option "z"`}},
		"MatchTwice":            {func(c *Content) { c.Questions[3].Prompts[1].Match = "b" }, []string{`QUESTION[3] prompts[1].match: "b" is taken by an earlier entry of the list`}},
		"OrderOfSome":           {func(c *Content) { c.Questions[4].Order = []string{"b"} }, []string{"QUESTION[4] order: names 1 options of 2"}},
		"OrderRepeats":          {func(c *Content) { c.Questions[4].Order = []string{"b", "b"} }, []string{"QUESTION[4] order[1]: b is listed twice"}},
		"CorrectInOrdering":     {func(c *Content) { c.Questions[4].Options[0].Correct = true }, []string{"QUESTION[4] options[0].correct: does not belong to ORDERING"}},
		"AcceptedMistake":       {func(c *Content) { c.Questions[5].Mistakes[0].Answer = " dONE " }, []string{`QUESTION[5] mistakes[0].answer: " dONE " is an accepted answer`}},
		"AcceptedTwice":         {func(c *Content) { c.Questions[5].Accepted = []string{"Done", "done"} }, []string{`QUESTION[5] accepted[1]: "done" differs from an earlier entry in case or spacing alone`}},
		"NumberIsNaN":           {func(c *Content) { c.Questions[6].Number.Tolerance = math.NaN() }, []string{"QUESTION[6] number.tolerance: is not 0 or a positive number"}},
		"NumericMistakeIsRight": {func(c *Content) { c.Questions[6].Number.Tolerance = 15 }, []string{"QUESTION[6] mistakes[0].answer: 30 is a right answer"}},
		"NumericMistakeIsText":  {func(c *Content) { c.Questions[6].Mistakes[0].Answer = "half" }, []string{`QUESTION[6] mistakes[0].answer: "half" is not a number`}},
		"KeyOfOtherType":        {func(c *Content) { c.Questions[0].Accepted = []string{"A"} }, []string{"QUESTION[0] accepted: belongs to SHORT_TEXT, the question is SINGLE_CHOICE"}},
		"ScoringOfSingle":       {func(c *Content) { c.Questions[0].Scoring = Halves }, []string{"QUESTION[0] scoring: belongs to MULTIPLE_RESPONSE, the question is SINGLE_CHOICE"}},
		"MissedInSingle":        {func(c *Content) { c.Questions[0].Options[0].Missed = "x" }, []string{"QUESTION[0] options[0].missed: belongs to MULTIPLE_RESPONSE only"}},
		"GraceWithoutGrace":     {func(c *Content) { c.Quizzes[0].GraceSeconds = 5 }, []string{"QUIZ[0] grace_seconds: belongs to GRACE_PERIOD only"}},
		"GraceWithoutLimit":     {func(c *Content) { c.Quizzes[0].OverdueHandling = GracePeriod }, []string{"QUIZ[0] grace_seconds: is 0, not between 1 and 86400", "QUIZ[0] overdue_handling: GRACE_PERIOD needs a time limit"}},
		"PassPercentOver":       {func(c *Content) { c.Quizzes[0].PassPercent = 101 }, []string{"QUIZ[0] pass_percent: is 101, not between 1 and 100"}},
		"PicksTooMany":          {func(c *Content) { c.Quizzes[0].Sections[0].Pick = 8 }, []string{"QUIZ[0] sections[0].pick: draws 8 questions, of which 7 are left for it"}},
		"DraftsAreNotDrawn":     {func(c *Content) { c.Questions[0].Status = Draft }, []string{"QUIZ[0] sections[0].pick: draws 7 questions, of which 6 are left for it"}},
		"NothingFits":           {func(c *Content) { c.Quizzes[0].Sections[0] = &Section{Tags: []string{"x"}} }, []string{"QUIZ[0] sections[0]: no published question fits the section"}},
		"ByWeightWithoutPick":   {func(c *Content) { c.Quizzes[0].Sections[0] = &Section{ByWeight: true} }, []string{"QUIZ[0] sections[0].by_weight: needs a pick to spread over the topics"}},
		"ByWeightLacksATopic":   {func(c *Content) { c.Quizzes[0].Sections[0] = &Section{ByWeight: true, Pick: 4} }, []string{"QUIZ[0] sections[0].pick: draws 1 questions of topic SF2, of which 0 are left for it"}},
		"ByWeightWithinTopics": {func(c *Content) {
			c.Quizzes[0].Sections[0] = &Section{ByWeight: true, Pick: 4, TopicCodes: []string{"SF1"}}
		}, nil},
		"SectionsShareQuestions": {func(c *Content) {
			c.Quizzes[0].Sections = []*Section{{Pick: 6}, {Types: []QuestionType{Numeric, ShortText}, Pick: 1}}
		}, []string{"QUIZ[0] sections[1].pick: draws 1 questions, of which 0 are left for it"}},
		"SectionsApart": {func(c *Content) {
			c.Quizzes[0].Sections = []*Section{{Types: []QuestionType{Numeric}}, {Types: []QuestionType{ShortText}, Pick: 1}}
		}, nil},
		"NegativeMonths":        {func(c *Content) { c.Courses[0].CertificateMonths = -1 }, []string{"COURSE[0] certificate_months: -1 is not from 0 to 120"}},
		"TooManyMonths":         {func(c *Content) { c.Courses[0].CertificateMonths = 121 }, []string{"COURSE[0] certificate_months: 121 is not from 0 to 120"}},
		"UnitWithoutLesson":     {func(c *Content) { c.Courses[0].Units[0].LessonSlug = "" }, []string{"COURSE[0] units[0].lesson: is missing or empty, a READING unit needs it"}},
		"UnitWithTwo":           {func(c *Content) { c.Courses[0].Units[0].QuizSlug = "quiz" }, []string{"COURSE[0] units[0].quiz: belongs to QUIZ units, this one is READING"}},
		"ReadingCannotBePassed": {func(c *Content) { c.Courses[0].Units[0].MoveOn = OnPassed }, []string{"COURSE[0] units[0].move_on: PASSED: only a QUIZ unit can be passed"}},
		"UnitAfterNothing":      {func(c *Content) { c.Courses[0].Units[1].After = []string{"sing"} }, []string{`COURSE[0] units[1].after[0]: the course has no unit "sing"`}},
		"UnitAfterOptional":     {func(c *Content) { c.Courses[0].Units[1].After = []string{"do"} }, []string{`COURSE[0] units[1].after[0]: the unit counts, but comes after "do", which is optional`}},
		"UnitCircle":            {func(c *Content) { c.Courses[0].Units[0].After = []string{"try"} }, []string{"COURSE[0] units[1].after[0]: closes a circle: read ← try ← read"}},
		"AllOptional":           {func(c *Content) { c.Courses[0].Units = c.Courses[0].Units[2:] }, []string{"COURSE[0] units: are all optional, so there is nothing to complete"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := rightContent()
			tt.spoil(c)
			if diff := cmp.Diff(tt.want, told(c.Problems())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestProblemsOfEmptyItems makes sure that items with nothing in them are
// reported rather than trusted.
func TestProblemsOfEmptyItems(t *testing.T) {
	c := &Content{
		Sources: []*Source{{}}, Roles: []*Role{{}}, Certifications: []*Certification{{}}, Topics: []*Topic{{Objectives: []*LearningObjective{{}}}},
		Lessons: []*Lesson{{}}, Terms: []*Term{{}}, Questions: []*Question{{}}, Quizzes: []*Quiz{{Sections: []*Section{{}}}}, Courses: []*Course{{Units: []*Unit{{}}}},
	}
	reported := map[ContentKind]bool{}
	for _, p := range c.Problems() {
		reported[p.Kind] = true
	}
	if len(reported) != 9 {
		t.Errorf("problems of %v, want all 9 kinds", reported)
	}
}

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

func TestEnumValues(t *testing.T) {
	if got := strings.Join(EnumValues(reflect.TypeFor[FeedbackMode]()), " "); got != "IMMEDIATE DEFERRED" {
		t.Errorf("values = %q", got)
	}
	if got := EnumValues(reflect.TypeFor[Decimal]()); got != nil {
		t.Errorf("values = %q, want none", got)
	}
}
