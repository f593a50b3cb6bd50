package resolvers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalogtest"
)

const noticeList = `query ($unread: Boolean! = false, $first: Int, $after: String) { viewer { notices(unread: $unread, first: $first, after: $after) {
	totalCount unreadCount edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }
	nodes { id code text at readAt certificateCode course { slug } unitSlug waiverReason attemptId quiz { slug } answered total percent
		questionId question { slug } objective { code } } } } }`

// codes returns the codes of the notices in an answer to noticeList.
func codes(got answer) string {
	nodes, _ := got.at("viewer.notices.nodes").([]any)
	var all []string
	for _, n := range nodes {
		code, _ := dig(n, "code").(string)
		all = append(all, code)
	}
	return strings.Join(all, " ")
}

// notified is a school whose learner has four notices, one per day.
func notified(t *testing.T) (s *school, attempt string) {
	t.Helper()
	s = newSchool(t, catalogtest.Library(t), schoolOptions{})
	certify(t, s.Certificates)
	s.teach(t)
	s.ask(t, learner, `mutation { enroll(input: { course: "basics" }) { progress { state } } }`, nil).ok(t)
	s.pass(24 * time.Hour)
	s.ask(t, trainer, `mutation { waiveUnit(input: { memberId: "`+memberID+`", course: "basics", unit: "read", reason: EQUIVALENT }) { member { id } } }`, nil).ok(t)
	s.pass(24 * time.Hour)
	attempt = s.begin(t, learner, `quiz: "mixed"`)
	s.pass(24 * time.Hour)
	s.ask(t, trainer, `mutation { revokeCertificate(input: { code: "`+certificateCode+`", reason: "By mistake." }) { certificate { status } } }`, nil).ok(t)
	return s, attempt
}

func TestNoticesAreShownOnce(t *testing.T) {
	s, attempt := notified(t)
	got := s.ask(t, learner, noticeList, nil).ok(t)
	if codes(got) != "CERTIFICATE_REVOKED ATTEMPT_AUTO_SUBMITTED UNIT_WAIVED CERTIFICATE_ISSUED" || got.at("viewer.notices.unreadCount") != 4.0 {
		t.Fatalf("%s", got.text)
	}
	for path, want := range map[string]any{
		"0.text":            "Your certificate for “Basics” was revoked. The certificate says why.",
		"0.certificateCode": certificateCode,
		"0.course.slug":     "basics",
		"0.at":              "2026-11-27T08:00:00Z",
		"1.text":            "The time for “A bit of everything” ran out. It was submitted with 0 of 4 questions answered.",
		"1.attemptId":       attempt,
		"1.quiz.slug":       "mixed",
		"1.answered":        0.0,
		"1.total":           4.0,
		"1.percent":         0.0,
		"1.course":          nil,
		"1.at":              "2026-11-26T08:10:00Z",
		"2.text":            "A trainer exempted you from “Read about empiricism” in the course “Basics”.",
		"2.unitSlug":        "read",
		"2.waiverReason":    "EQUIVALENT",
		"2.total":           nil,
		"3.text":            "You completed “Basics” and received a certificate.",
		"3.readAt":          nil,
		"3.question":        nil,
	} {
		if have := got.at("viewer.notices.nodes." + path); have != want {
			t.Errorf("%s: %v, want %v", path, have, want)
		}
	}
	if again := s.ask(t, learner, noticeList, nil).ok(t); again.text != got.text {
		t.Errorf("again: %s", again.text)
	}
	if others := s.ask(t, otherLearner, noticeList, nil).ok(t); others.at("viewer.notices.totalCount") != 0.0 {
		t.Errorf("others: %s", others.text)
	}
	if stored := s.ask(t, learner, `{ viewer { data } }`, nil).ok(t); !strings.Contains(stored.text, "UNIT_WAIVED") {
		t.Errorf("not exported: %s", stored.text)
	}
}

func TestNoticesAreMarkedAsRead(t *testing.T) {
	s, _ := notified(t)
	mark := func(who string, ids ...string) answer {
		t.Helper()
		return s.ask(t, who, `mutation ($ids: [ID!]!) { markNoticesRead(input: { ids: $ids }) { viewer { notices { unreadCount } } } }`, map[string]any{"ids": ids})
	}
	first := s.ask(t, learner, noticeList, map[string]any{"unread": true, "first": 2}).ok(t)
	waived := s.ask(t, learner, noticeList, nil).ok(t).str("viewer.notices.nodes.2.id")
	ids := []string{first.str("viewer.notices.nodes.0.id"), first.str("viewer.notices.nodes.1.id")}
	mark(otherLearner, ids...).refused(t, "NOT_FOUND")
	mark(learner, ids[0], "notice/eA").refused(t, "NOT_FOUND")
	mark(learner, ids[0], "term/increment").refused(t, "NOT_FOUND")
	mark(learner).refused(t, "INVALID_INPUT")
	mark(learner, make([]string, 101)...).refused(t, "INVALID_INPUT")
	mark(anonymous, ids...).refused(t, "UNAUTHENTICATED")
	if got := mark(learner, ids[0], ids[0], ids[1]).ok(t); got.at("markNoticesRead.viewer.notices.unreadCount") != 2.0 {
		t.Errorf("marked: %s", got.text)
	}
	s.pass(time.Hour)
	mark(learner, append(ids, waived)...).ok(t)
	all := s.ask(t, learner, noticeList, nil).ok(t)
	if all.str("viewer.notices.nodes.0.readAt") != "2026-11-27T08:00:00Z" || all.str("viewer.notices.nodes.2.readAt") != "2026-11-27T09:00:00Z" {
		t.Errorf("read: %s", all.text)
	}
	after := map[string]any{"unread": true, "after": first.str("viewer.notices.pageInfo.endCursor")}
	if rest := s.ask(t, learner, noticeList, after).ok(t); codes(rest) != "CERTIFICATE_ISSUED" {
		t.Errorf("after reading some: %s", rest.text)
	}
	after["unread"] = false
	s.ask(t, learner, noticeList, after).refused(t, "INVALID_INPUT")
}
