package check

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func cited() []*catalog.Citation { return []*catalog.Citation{{SourceSlug: "guide"}} }

func fact(slug string) catalog.Statement {
	return catalog.Statement{Slug: slug, Title: slug, Description: slug, Citations: cited()}
}

// rightContent returns content with one of everything and no problem.
func rightContent() *catalog.Content {
	c := &catalog.Content{
		Sources: []*catalog.Source{{Slug: "guide", Title: "The Guide", Publisher: "Its authors", VerifiedAt: "2026-01-31"}},
		Roles: []*catalog.Role{{
			Slug: "owner", Title: "Owner", Summary: "Owns.", Delivers: []string{"value"}, Citations: cited(),
			Responsibilities: []*catalog.Responsibility{{Statement: fact("orders"), SkillSlugs: []string{"decides"}, ObjectiveCodes: []string{"SF1.1"}}},
			Skills:           []*catalog.Skill{{Statement: fact("decides")}},
		}},
		Certifications: []*catalog.Certification{{
			Slug: "cspo", Code: "CSPO", Title: "A credential", Summary: "Short.", RoleSlug: "owner", Citations: cited(),
			Issuer:      catalog.Organization{Name: "Alliance", Description: "A non-profit.", URL: "https://example.org/"},
			Audiences:   []*catalog.Audience{{Statement: fact("owners")}},
			Benefits:    []*catalog.Benefit{{Statement: fact("work")}},
			Usages:      []*catalog.Usage{{Statement: fact("leading")}},
			Eligibility: catalog.Eligibility{Summary: "Open.", Citations: cited()},
			Training:    catalog.Training{Days: 2, DeliveredBy: "Trainers", Citations: cited()},
			Steps:       []*catalog.Step{{Statement: fact("attend")}},
			Renewal:     catalog.Renewal{EveryMonths: 24, Fee: catalog.Money{Amount: "100", Currency: "USD"}, Steps: []*catalog.Step{{Statement: fact("pay")}}, Citations: cited()},
			Claims: []*catalog.Claim{{Subject: "Fee", Statements: []*catalog.ClaimedStatement{
				{Text: "100", Citation: cited()[0]}, {Text: "None", Citation: cited()[0]},
			}}},
		}},
		Topics: []*catalog.Topic{
			{Code: "SF1", Title: "Theory", Summary: "Why.", Weight: 3, Objectives: []*catalog.LearningObjective{
				{Code: "SF1.1", Title: "Explain", Bloom: catalog.Knowledge},
				{Code: "SF1.2", Title: "Relate", Bloom: catalog.Application, PrerequisiteCodes: []string{"SF1.1"}},
			}},
			{Code: "SF2", Title: "Team", Summary: "Who.", Weight: 1, Objectives: []*catalog.LearningObjective{{Code: "SF2.1", Title: "Name", Bloom: catalog.Knowledge}}},
		},
		Lessons: []*catalog.Lesson{{Slug: "theory", Title: "Theory", Summary: "Why.", ObjectiveCode: "SF1.1", Markdown: "See [a term](#term/sprint).", Citations: cited()}},
		Terms: []*catalog.Term{
			{Slug: "sprint", Name: "Sprint", Definition: "A month.", RelatedSlugs: []string{"done"}, Citations: cited()},
			{Slug: "done", Name: "Done", Definition: "Agreed.", Citations: cited()},
		},
		Questions: []*catalog.Question{
			{Slug: "single", Type: catalog.SingleChoice, Options: []*catalog.Option{{Key: "a", Text: "A", Correct: true}, {Key: "b", Text: "B"}, {Key: "c", Text: "C"}}},
			{Slug: "multiple", Type: catalog.MultipleResponse, Options: []*catalog.Option{{Key: "a", Text: "A", Correct: true}, {Key: "b", Text: "B", Correct: true}, {Key: "c", Text: "C"}}},
			{Slug: "true-false", Type: catalog.TrueFalse, Options: []*catalog.Option{{Key: "true", Text: "True", Correct: true, Fixed: true}, {Key: "false", Text: "False", Fixed: true}}},
			{Slug: "matching", Type: catalog.Matching, Prompts: []*catalog.Prompt{{Key: "p1", Text: "1", Match: "b"}, {Key: "p2", Text: "2", Match: "a"}}, Options: []*catalog.Option{{Key: "a", Text: "A"}, {Key: "b", Text: "B"}}},
			{Slug: "ordering", Type: catalog.Ordering, Order: []string{"b", "a"}, Options: []*catalog.Option{{Key: "a", Text: "A"}, {Key: "b", Text: "B"}}},
			{Slug: "short", Type: catalog.ShortText, Accepted: []string{"Done"}, Mistakes: []*catalog.Mistake{{Answer: "ready", Feedback: "No."}}},
			{Slug: "numeric", Type: catalog.Numeric, Number: &catalog.NumericKey{Value: 15, Unit: "minutes"}, Mistakes: []*catalog.Mistake{{Answer: "30", Feedback: "No."}}},
		},
		Quizzes: []*catalog.Quiz{{Slug: "quiz", Title: "Quiz", Summary: "All.", Sections: []*catalog.Section{{Pick: 7}}, PassPercent: 85, FeedbackMode: catalog.Deferred}},
		Courses: []*catalog.Course{{Slug: "course", Title: "Course", Summary: "All.", CertificationSlug: "cspo", Units: []*catalog.Unit{
			{Slug: "read", Title: "Read", Kind: catalog.ReadingUnit, LessonSlug: "theory", MoveOn: catalog.OnCompleted},
			{Slug: "try", Title: "Try", Kind: catalog.QuizUnit, QuizSlug: "quiz", MoveOn: catalog.OnPassed, After: []string{"read"}},
			{Slug: "do", Title: "Do", Kind: catalog.StepUnit, StepText: "Attend.", MoveOn: catalog.OnCompleted, Optional: true},
		}}},
	}
	for _, q := range c.Questions {
		q.ObjectiveCode, q.Bloom, q.Difficulty = "SF1.1", catalog.Knowledge, catalog.Easy
		q.Stem, q.Explanation, q.Citations = "Stem "+q.Slug, "Because.", cited()
	}
	c.ApplyDefaults()
	return c
}

func texts(problems []Problem) []string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("%s[%d] %s: %s", p.Kind, p.Index, p.Path, p.Message))
	}
	return lines
}

func TestProblemsOfValidContent(t *testing.T) {
	if diff := cmp.Diff([]string(nil), texts(Problems(rightContent()))); diff != "" {
		t.Error(diff)
	}
}

func TestProblems(t *testing.T) {
	blank := " "
	tests := map[string]struct {
		spoil func(*catalog.Content)
		want  []string
	}{
		"SourceWithoutTitle":     {func(c *catalog.Content) { c.Sources[0].Title = "" }, []string{"SOURCE[0] title: is missing or empty"}},
		"SourceWithBlankLicense": {func(c *catalog.Content) { c.Sources[0].License = &blank }, []string{"SOURCE[0] license: is missing or empty"}},
		"SourceWithWrongDate":    {func(c *catalog.Content) { c.Sources[0].VerifiedAt = "2026-02-30" }, []string{`SOURCE[0] verified_at: "2026-02-30" is not a date such as 2026-03-31`}},
		"SourceWithScript":       {func(c *catalog.Content) { u := "javascript:x"; c.Sources[0].URL = &u }, []string{`SOURCE[0] url: "javascript:x" is not a web address such as https://example.org/page`}},
		"SlugWithCapital":        {func(c *catalog.Content) { c.Terms[1].Slug = "Done"; c.Terms[0].RelatedSlugs = nil }, []string{`TERM[1] slug: "Done" is not a slug: use lower-case letters and digits, joined by single hyphens`}},
		"DuplicateTerm": {func(c *catalog.Content) {
			c.Terms = append(c.Terms, c.Terms[0], &catalog.Term{Slug: "done", Name: "D", Definition: "D", Citations: cited()})
		}, []string{"TERM[3] slug: term/done already exists"}},
		"DuplicateStepAcrossLists": {func(c *catalog.Content) { c.Certifications[0].Renewal.Steps[0].Slug = "attend" }, []string{"CERTIFICATION[0] renewal.steps[0].slug: step/attend already exists"}},
		"DanglingSource":           {func(c *catalog.Content) { c.Roles[0].Skills[0].Citations[0].SourceSlug = "book" }, []string{"ROLE[0] skills[0].citations[0].source: there is no source/book"}},
		"NoCitation":               {func(c *catalog.Content) { c.Terms[0].Citations = nil }, []string{"TERM[0] citations: needs at least one entry"}},
		"DanglingSkill":            {func(c *catalog.Content) { c.Roles[0].Responsibilities[0].SkillSlugs = []string{"decides", "sings"} }, []string{"ROLE[0] responsibilities[0].skills[1]: there is no skill/sings"}},
		"WrongMoney": {func(c *catalog.Content) {
			c.Certifications[0].Renewal.Fee = catalog.Money{Amount: "1,5", Currency: "usd"}
		}, []string{`CERTIFICATION[0] renewal.fee.amount: "1,5" is not a decimal number such as 100 or 99.95`, `CERTIFICATION[0] renewal.fee.currency: "usd" is not an ISO 4217 code such as USD`}},
		"NextIsItself": {func(c *catalog.Content) { c.Certifications[0].NextSlugs = []string{"cspo", "csp"} }, []string{"CERTIFICATION[0] next[0]: leads back to itself", "CERTIFICATION[0] next[1]: there is no certification/csp"}},
		"ClaimWithOneStatement": {func(c *catalog.Content) {
			c.Certifications[0].Claims[0].Statements = c.Certifications[0].Claims[0].Statements[:1]
		}, []string{"CERTIFICATION[0] claims[0].statements: a claim needs at least two statements"}},
		"ClaimWithoutCitation":  {func(c *catalog.Content) { c.Certifications[0].Claims[0].Statements[1].Citation = nil }, []string{"CERTIFICATION[0] claims[0].statements[1].citation: is missing or empty"}},
		"ObjectiveOfOtherTopic": {func(c *catalog.Content) { c.Topics[1].Objectives[0].Code = "SF3.1" }, []string{"TOPIC[1] objectives[0].code: SF3.1 does not begin with its topic's code SF2"}},
		"PrerequisiteCircle":    {func(c *catalog.Content) { c.Topics[0].Objectives[0].PrerequisiteCodes = []string{"SF1.2"} }, []string{"TOPIC[0] objectives[1].prerequisites[0]: is part of a cycle: SF1.1 ← SF1.2 ← SF1.1"}},
		"ObjectiveBeforeItself": {func(c *catalog.Content) { c.Topics[1].Objectives[0].PrerequisiteCodes = []string{"SF2.1"} }, []string{"TOPIC[1] objectives[0].prerequisites[0]: is part of a cycle: SF2.1 ← SF2.1"}},
		"ListedTwice":           {func(c *catalog.Content) { c.Topics[0].Objectives[1].PrerequisiteCodes = []string{"SF1.1", "SF1.1"} }, []string{"TOPIC[0] objectives[1].prerequisites[1]: SF1.1 is listed twice"}},
		"LinkToUnknown":         {func(c *catalog.Content) { c.Lessons[0].Markdown = "[x](#term/x) and [x](#term/x)" }, []string{"LESSON[0] body: there is no term/x"}},
		"LinkInCode":            {func(c *catalog.Content) { c.Lessons[0].Markdown = "`[x](#term/x)`" }, nil},
		"HTMLInLesson":          {func(c *catalog.Content) { c.Lessons[0].Markdown = "a <b>c</b>\n\n![i](i.png)" }, []string{"LESSON[0] body: has HTML; lessons are Markdown", "LESSON[0] body: has HTML; lessons are Markdown", "LESSON[0] body: has an image; lessons are text"}},
		"LinkToHidden": {func(c *catalog.Content) {
			c.Lessons[0].Markdown = "[q](#question/single)"
			c.Questions[0].Status = catalog.Hidden
			c.Quizzes[0].Sections[0].Pick = 6
		}, []string{"LESSON[0] body: question/single is not published"}},
		"DraftMayReferToDraft": {func(c *catalog.Content) {
			draft := *c.Lessons[0]
			draft.Slug, draft.Status = "draft", catalog.Draft
			other := draft
			other.Slug, other.Markdown = "other", "[d](#lesson/draft)"
			c.Lessons = append(c.Lessons, &draft, &other)
		}, nil},
		"UnknownEnum":             {func(c *catalog.Content) { c.Questions[0].Bloom = "APPLY" }, []string{`QUESTION[0] bloom: "APPLY" is not one of KNOWLEDGE, COMPREHENSION, APPLICATION, ANALYSIS, SYNTHESIS, EVALUATION`}},
		"NotAFact":                {func(c *catalog.Content) { c.Questions[0].FactID = "term/done" }, []string{"QUESTION[0] fact: term/done is not a fact of a role or a certification"}},
		"DanglingFact":            {func(c *catalog.Content) { c.Questions[0].FactID = "skill/sings" }, []string{"QUESTION[0] fact: there is no fact skill/sings"}},
		"StepIsAFact":             {func(c *catalog.Content) { c.Questions[0].FactID = "step/pay" }, nil},
		"TwoCorrect":              {func(c *catalog.Content) { c.Questions[0].Options[1].Correct = true }, []string{"QUESTION[0] options: 2 options are correct; a SINGLE_CHOICE question has exactly one"}},
		"AllCorrect":              {func(c *catalog.Content) { c.Questions[1].Options[2].Correct = true }, []string{"QUESTION[1] options: 3 of 3 options are correct; a MULTIPLE_RESPONSE question has at least two that are and one that is not"}},
		"SameOptionTwice":         {func(c *catalog.Content) { c.Questions[0].Options[2] = &catalog.Option{Key: "b", Text: "b"} }, []string{`QUESTION[0] options[2].id: "b" is taken by an earlier entry in the list`, `QUESTION[0] options[2].text: "b" is taken by an earlier entry in the list`}},
		"FalseBeforeTrue":         {func(c *catalog.Content) { o := c.Questions[2].Options; o[0], o[1] = o[1], o[0] }, []string{`QUESTION[2] options: must be "true" and "false", in this order`}},
		"TrueThatMoves":           {func(c *catalog.Content) { c.Questions[2].Options[0].Fixed = false }, []string{"QUESTION[2] options[0].fixed: must be true: True comes before False"}},
		"MatchWithNothing":        {func(c *catalog.Content) { c.Questions[3].Prompts[1].Match = "z" }, []string{`QUESTION[3] prompts[1].match: there is no option "z"`}},
		"MatchTwice":              {func(c *catalog.Content) { c.Questions[3].Prompts[1].Match = "b" }, []string{`QUESTION[3] prompts[1].match: "b" is taken by an earlier entry in the list`}},
		"IncompleteOrderKey":      {func(c *catalog.Content) { c.Questions[4].Order = []string{"b"} }, []string{"QUESTION[4] order: names 1 of 2 options"}},
		"OrderRepeats":            {func(c *catalog.Content) { c.Questions[4].Order = []string{"b", "b"} }, []string{"QUESTION[4] order[1]: b is listed twice"}},
		"CorrectInOrdering":       {func(c *catalog.Content) { c.Questions[4].Options[0].Correct = true }, []string{"QUESTION[4] options[0].correct: does not belong to ORDERING"}},
		"AcceptedMistake":         {func(c *catalog.Content) { c.Questions[5].Mistakes[0].Answer = " dONE " }, []string{`QUESTION[5] mistakes[0].answer: " dONE " is an accepted answer`}},
		"AcceptedTwice":           {func(c *catalog.Content) { c.Questions[5].Accepted = []string{"Done", "done"} }, []string{`QUESTION[5] accepted[1]: "done" is already accepted: an earlier entry differs only in case, spaces, hyphens or quotes`}},
		"AcceptedTwiceAlmost":     {func(c *catalog.Content) { c.Questions[5].Accepted = []string{"don't", "Don’t."} }, []string{`QUESTION[5] accepted[1]: "Don’t." is already accepted: an earlier entry differs only in case, spaces, hyphens or quotes`}},
		"NullInName":              {func(c *catalog.Content) { c.Terms[0].Name = "A\x00B" }, []string{"TERM[0] name: the control character U+0000 is not allowed"}},
		"LineBreakInName":         {func(c *catalog.Content) { c.Terms[0].Name = "A\nB" }, []string{"TERM[0] name: line breaks and tabs are not allowed (U+000A)"}},
		"NoncharacterInAlias":     {func(c *catalog.Content) { c.Terms[0].Aliases = []string{"AB", "A\ufffeB"} }, []string{"TERM[0] aliases[1]: the invisible character U+FFFE is not allowed"}},
		"DirectionChangeInTitle":  {func(c *catalog.Content) { c.Roles[0].Title = "A\u202eB" }, []string{"ROLE[0] title: the invisible character U+202E is not allowed"}},
		"UnseenName":              {func(c *catalog.Content) { c.Terms[0].Name = "\u200b" }, []string{"TERM[0] name: the invisible character U+200B is not allowed"}},
		"TabInFact":               {func(c *catalog.Content) { c.Roles[0].Skills[0].Description = "A\x0bB" }, []string{"ROLE[0] skills[0].description: the control character U+000B is not allowed"}},
		"LineSeparatorInFeedback": {func(c *catalog.Content) { c.Questions[0].Options[1].Feedback = "A\u2028B" }, []string{"QUESTION[0] options[1].feedback: line breaks and tabs are not allowed (U+2028)"}},
		"MistakeInHex":            {func(c *catalog.Content) { c.Questions[6].Mistakes[0].Answer = "0x10" }, []string{`QUESTION[6] mistakes[0].answer: "0x10" is not a number such as 15 or 0.5`}},
		"NumberIsNaN":             {func(c *catalog.Content) { c.Questions[6].Number.Tolerance = math.NaN() }, []string{"QUESTION[6] number.tolerance: is not 0 or a positive number"}},
		"NumericMistakeIsRight":   {func(c *catalog.Content) { c.Questions[6].Number.Tolerance = 15 }, []string{"QUESTION[6] mistakes[0].answer: 30 is a right answer"}},
		"NumericMistakeIsText":    {func(c *catalog.Content) { c.Questions[6].Mistakes[0].Answer = "half" }, []string{`QUESTION[6] mistakes[0].answer: "half" is not a number such as 15 or 0.5`}},
		"KeyOfOtherType":          {func(c *catalog.Content) { c.Questions[0].Accepted = []string{"A"} }, []string{"QUESTION[0] accepted: belongs to SHORT_TEXT; the question is SINGLE_CHOICE"}},
		"ScoringOfSingle":         {func(c *catalog.Content) { c.Questions[0].Scoring = catalog.Halves }, []string{"QUESTION[0] scoring: belongs to MULTIPLE_RESPONSE; the question is SINGLE_CHOICE"}},
		"MissedInSingle":          {func(c *catalog.Content) { c.Questions[0].Options[0].Missed = "x" }, []string{"QUESTION[0] options[0].missed: belongs to MULTIPLE_RESPONSE only"}},
		"GraceWithoutGrace":       {func(c *catalog.Content) { c.Quizzes[0].GraceSeconds = 5 }, []string{"QUIZ[0] grace_seconds: belongs to GRACE_PERIOD only"}},
		"GraceWithoutLimit":       {func(c *catalog.Content) { c.Quizzes[0].OverdueHandling = catalog.GracePeriod }, []string{"QUIZ[0] grace_seconds: is 0, not between 1 and 86400", "QUIZ[0] overdue_handling: GRACE_PERIOD needs a time limit"}},
		"PassPercentOver":         {func(c *catalog.Content) { c.Quizzes[0].PassPercent = 101 }, []string{"QUIZ[0] pass_percent: is 101, not between 1 and 100"}},
		"PicksTooMany":            {func(c *catalog.Content) { c.Quizzes[0].Sections[0].Pick = 8 }, []string{"QUIZ[0] sections[0].pick: draws 8 questions, but 7 are left for it"}},
		"DraftsAreNotDrawn":       {func(c *catalog.Content) { c.Questions[0].Status = catalog.Draft }, []string{"QUIZ[0] sections[0].pick: draws 7 questions, but 6 are left for it"}},
		"NothingFits":             {func(c *catalog.Content) { c.Quizzes[0].Sections[0] = &catalog.Section{Tags: []string{"x"}} }, []string{"QUIZ[0] sections[0]: no published question matches the section"}},
		"ByWeightWithoutPick":     {func(c *catalog.Content) { c.Quizzes[0].Sections[0] = &catalog.Section{ByWeight: true} }, []string{"QUIZ[0] sections[0].by_weight: needs a pick to distribute over the topics"}},
		"ByWeightLacksATopic":     {func(c *catalog.Content) { c.Quizzes[0].Sections[0] = &catalog.Section{ByWeight: true, Pick: 4} }, []string{"QUIZ[0] sections[0].pick: draws 1 questions of topic SF2, but 0 are left for it"}},
		"ByWeightWithinTopics": {func(c *catalog.Content) {
			c.Quizzes[0].Sections[0] = &catalog.Section{ByWeight: true, Pick: 4, TopicCodes: []string{"SF1"}}
		}, nil},
		"SectionsShareQuestions": {func(c *catalog.Content) {
			c.Quizzes[0].Sections = []*catalog.Section{{Pick: 6}, {Types: []catalog.QuestionType{catalog.Numeric, catalog.ShortText}, Pick: 1}}
		}, []string{"QUIZ[0] sections[1].pick: draws 1 questions, but 0 are left for it"}},
		"SectionsApart": {func(c *catalog.Content) {
			c.Quizzes[0].Sections = []*catalog.Section{{Types: []catalog.QuestionType{catalog.Numeric}}, {Types: []catalog.QuestionType{catalog.ShortText}, Pick: 1}}
		}, nil},
		"NegativeMonths":        {func(c *catalog.Content) { c.Courses[0].CertificateMonths = -1 }, []string{"COURSE[0] certificate_months: must be between 0 and 120, not -1"}},
		"TooManyMonths":         {func(c *catalog.Content) { c.Courses[0].CertificateMonths = 121 }, []string{"COURSE[0] certificate_months: must be between 0 and 120, not 121"}},
		"UnitWithoutLesson":     {func(c *catalog.Content) { c.Courses[0].Units[0].LessonSlug = "" }, []string{"COURSE[0] units[0].lesson: is missing or empty; a READING unit needs it"}},
		"UnitWithTwo":           {func(c *catalog.Content) { c.Courses[0].Units[0].QuizSlug = "quiz" }, []string{"COURSE[0] units[0].quiz: belongs to QUIZ units; this one is READING"}},
		"ReadingCannotBePassed": {func(c *catalog.Content) { c.Courses[0].Units[0].MoveOn = catalog.OnPassed }, []string{"COURSE[0] units[0].move_on: PASSED: only a QUIZ unit can be passed"}},
		"UnitForAStep":          {func(c *catalog.Content) { c.Courses[0].Units[2].CertificationStep = "attend" }, nil},
		"UnitForAnotherStep":    {func(c *catalog.Content) { c.Courses[0].Units[2].CertificationStep = "sing" }, []string{`COURSE[0] units[2].certification_step: the certification "cspo" has no step "sing"`}},
		"ReadingForAStep":       {func(c *catalog.Content) { c.Courses[0].Units[0].CertificationStep = "attend" }, []string{"COURSE[0] units[0].certification_step: belongs to STEP units; this one is READING"}},
		"StepOfNoCertification": {func(c *catalog.Content) {
			c.Courses[0].CertificationSlug = ""
			c.Courses[0].Units[2].CertificationStep = "attend"
		}, []string{`COURSE[0] units[2].certification_step: the course names no certification that "attend" could be a step of`}},
		"UnitAfterUnknown":  {func(c *catalog.Content) { c.Courses[0].Units[1].After = []string{"sing"} }, []string{`COURSE[0] units[1].after[0]: the course has no unit "sing"`}},
		"UnitAfterOptional": {func(c *catalog.Content) { c.Courses[0].Units[1].After = []string{"do"} }, []string{`COURSE[0] units[1].after[0]: the unit is required, but its prerequisite "do" is optional`}},
		"UnitCircle":        {func(c *catalog.Content) { c.Courses[0].Units[0].After = []string{"try"} }, []string{"COURSE[0] units[1].after[0]: is part of a cycle: read ← try ← read"}},
		"AllOptional":       {func(c *catalog.Content) { c.Courses[0].Units = c.Courses[0].Units[2:] }, []string{"COURSE[0] units: are all optional, so there is nothing to complete"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := rightContent()
			tt.spoil(c)
			if diff := cmp.Diff(tt.want, texts(Problems(c))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestProblemsOfEmptyItems makes sure that items with nothing in them are
// reported rather than trusted.
func TestProblemsOfEmptyItems(t *testing.T) {
	c := &catalog.Content{
		Sources: []*catalog.Source{{}}, Roles: []*catalog.Role{{}}, Certifications: []*catalog.Certification{{}}, Topics: []*catalog.Topic{{Objectives: []*catalog.LearningObjective{{}}}},
		Lessons: []*catalog.Lesson{{}}, Terms: []*catalog.Term{{}}, Questions: []*catalog.Question{{}}, Quizzes: []*catalog.Quiz{{Sections: []*catalog.Section{{}}}}, Courses: []*catalog.Course{{Units: []*catalog.Unit{{}}}},
	}
	reported := map[catalog.ContentKind]bool{}
	for _, p := range Problems(c) {
		reported[p.Kind] = true
	}
	if len(reported) != 9 {
		t.Errorf("problems of %v, want all 9 kinds", reported)
	}
}

func TestPublishable(t *testing.T) {
	c := rightContent()
	if err := Publishable(c); err != nil {
		t.Errorf("%v", err)
	}
	c.Lessons[0].ObjectiveCode = "ZZ9.9"
	c.Terms[0].Name = ""
	err := Publishable(c)
	refused, ok := errors.AsType[*Error](err)
	if !ok || len(refused.Problems) != 2 || !strings.Contains(err.Error(), "2 problems") {
		t.Errorf("err = %v; want an error with two problems", err)
	}
}
