package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPracticeSurvivesKill kills the server repeatedly while learners
// practise. After each start, everything acknowledged is there, once; what was
// not acknowledged is there completely or not at all, and repeating the
// request makes it happen once.
func TestPracticeSurvivesKill(t *testing.T) {
	learners, attempts := 6, 20 // of each learner
	life := int64(200)          // maximum requests per server
	most := killsUpTo(t, 100)
	if most <= killsForPeople {
		learners, attempts, life = 3, 4, 20
	}
	chosen := rand.Uint64()
	t.Logf("random seed %d", chosen)
	random := rand.New(rand.NewPCG(chosen, 0))
	all := make([]*pupil, learners)
	for i := range all {
		all[i] = &pupil{name: fmt.Sprintf("learner %d", i), random: rand.New(rand.NewPCG(chosen, uint64(i+1)))}
	}

	dir := t.TempDir()
	applyRig(t, dir)
	kills, begin := 0, time.Now()
	for {
		s := serve(t, dir)
		checkAll(t, s, all, false)
		if t.Failed() {
			return
		}
		f := newFuse(1+random.Int64N(life), time.Duration(random.Int64N(int64(5*time.Millisecond))))
		if kills == most {
			f = newFuse(math.MaxInt64, 0) // nobody waits for the fuse
		}
		if practise(t, s, all, attempts, f) {
			break
		}
		kills++
	}
	s := serve(t, dir)
	checkAll(t, s, all, true)
	certified := 0
	for _, p := range all {
		certified += len(p.certificates)
	}
	if certified == 0 && most > killsForPeople {
		t.Error("nobody has completed the course: nothing was tested")
	}
	if status, log := s.stop(t); status != 0 || strings.Contains(log, "ERROR") {
		t.Errorf("status = %d, log:\n%s", status, log)
	}
	rebuild(t, dir)
	done, lost, effective := 0, 0, 0
	for _, p := range all {
		p.recount(t)
		done += len(p.attempts)
		lost += p.lost
		effective += p.effective
	}
	t.Logf("%d attempts, %d kills in %v: %d requests were not acknowledged, of which %d had taken effect",
		done, kills, time.Since(begin).Round(time.Millisecond), lost, effective)
	if want := learners * attempts; done != want {
		t.Errorf("%d attempts, want %d", done, want)
	}
	if kills == 0 || lost == 0 {
		t.Errorf("%d kills interrupted %d requests: nothing was tested", kills, lost)
	}
}

// fuse kills a server a moment after it has acknowledged a number of requests.
type fuse struct {
	requests atomic.Int64
	moment   time.Duration
	burnt    chan struct{} // closed with the last request
}

func newFuse(requests int64, moment time.Duration) *fuse {
	f := &fuse{moment: moment, burnt: make(chan struct{})}
	f.requests.Store(requests)
	return f
}

func (f *fuse) burn() {
	if f.requests.Add(-1) == 0 {
		close(f.burnt)
	}
}

// practise lets all pupils work until the server is killed, and reports
// whether all have finished by then.
func practise(t *testing.T, s *serving, all []*pupil, attempts int, f *fuse) bool {
	t.Helper()
	var working sync.WaitGroup
	errs := make([]error, len(all))
	for i, p := range all {
		p.acknowledged = f.burn
		working.Go(func() { errs[i] = p.practise(t, s.url, attempts) })
	}
	ended := make(chan struct{})
	go func() { working.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-f.burnt:
		<-time.After(f.moment)
	}
	s.kill(t)
	<-ended
	finished := true
	for i, err := range errs {
		all[i].acknowledged = nil
		finished = finished && err == nil
		if err != nil && !errors.Is(err, errGone) {
			t.Fatalf("%s: %v", all[i].name, err)
		}
	}
	return finished
}

// checkAll checks every attempt of all pupils, or only those that were open at
// the last check.
func checkAll(t *testing.T, s *serving, all []*pupil, every bool) {
	t.Helper()
	var checking sync.WaitGroup
	for _, p := range all {
		checking.Go(func() {
			p.check(t, s, every)
			p.checkProgress(t, s)
		})
	}
	checking.Wait()
}

func (s *serving) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	<-s.rest
	_ = s.cmd.Wait()
}

// errGone means that no answer came: whether the request had an effect is
// unknown.
var errGone = errors.New("the server is gone")

// pupil is a learner who remembers what the server has acknowledged.
type pupil struct {
	name     string
	random   *rand.Rand
	token    string
	attempts []*sitting

	acknowledged func()      // called for each acknowledged request, unless nil
	starting     string      // the quiz of an unacknowledged start, or ""
	lost         int         // unacknowledged requests
	effective    int         // how many of these took effect
	final        []attempted // at the last check

	enrolled     bool // acknowledged
	certificates []registered
}

// sitting is an attempt as its learner knows it.
type sitting struct {
	id         string
	quiz       string
	number     int
	immediate  bool
	slots      []*place
	answering  *answering // an unacknowledged answer, or nil
	submitted  bool       // acknowledged
	submitting bool       // sent but not acknowledged
	checked    bool       // since it was submitted
}

// place is a slot.
type place struct {
	question asked
	given    string // the acknowledged answer, in canonical form; "" for none
	revision int
}

type answering struct {
	slot     int // index
	response map[string]any
	given    string
	key      string
}

type asked struct {
	ID      string
	Type    string
	Options []identified
	Prompts []identified
}

type identified struct{ ID string }

// attempted is an attempt as returned by the server.
type attempted struct {
	ID           string
	Number       int
	State        string
	FeedbackMode string
	Answered     int
	Total        int
	Quiz         struct {
		Slug        string
		PassPercent float64
	}
	Slots []struct {
		Number   int
		Revision int
		State    string
		Question asked
		Response *responded
		Review   *reviewed
		Withheld *struct{ Code string }
	}
	Score *scored
}

type responded struct {
	Options []identified
	Pairs   []struct{ Prompt, Option identified }
	Order   []identified
	Text    *string
	Number  *float64
}

type reviewed struct {
	Fraction, Marks, MaxMarks float64
	Scheme                    string
	Options                   []struct {
		Option          identified
		Picked, Correct bool
	}
	Prompts, Places []struct{ Correct bool }
	Accepted        []string
	Number          *struct{ Value, Tolerance float64 }
}

type scored struct {
	Marks, MaxMarks, Percent float64
	Passed                   bool
	ByTopic, ByObjective     []struct{ Marks, MaxMarks float64 }
}

const attemptFields = `id number state feedbackMode answered total quiz { slug passPercent }
	slots { number revision state question { id type options { id } prompts { id } }
		response { options { id } pairs { prompt { id } option { id } } order { id } text number }
		review { fraction marks maxMarks scheme options { option { id } picked correct } prompts { correct } places { correct }
			accepted number { value tolerance } }
		withheld { code } }
	score { marks maxMarks percent passed byTopic { marks maxMarks } byObjective { marks maxMarks } }`

// quizzes have both feedback modes, with and without a time limit.
var quizzes = []string{"po1", "sf3", "cspo-readiness", "certification-and-renewal"}

// practise works until the learner has finished a number of attempts. It fails
// with errGone, and continues where it was when it is called again.
func (p *pupil) practise(t *testing.T, url string, attempts int) error {
	t.Helper()
	ctx := t.Context()
	if p.token == "" {
		var data struct{ StartGuestSession struct{ Token string } }
		if err := p.ask(ctx, url, `mutation { startGuestSession { token } }`, nil, &data); err != nil {
			return err
		}
		p.token = data.StartGuestSession.Token
	}
	if !p.enrolled {
		if err := p.enroll(t, url); err != nil {
			return err
		}
	}
	for {
		if n := len(p.attempts); n == 0 || p.attempts[n-1].submitted {
			if n == attempts {
				return nil
			}
			if err := p.start(ctx, url); err != nil {
				return err
			}
		}
		if err := p.sit(ctx, url, p.attempts[len(p.attempts)-1]); err != nil {
			return err
		}
	}
}

func (p *pupil) start(ctx context.Context, url string) error {
	if p.starting == "" {
		p.starting = quizzes[p.random.IntN(len(quizzes))]
	}
	var data struct{ StartAttempt struct{ Attempt attempted } }
	query := `mutation($quiz: String!) { startAttempt(input: {quiz: $quiz}) { attempt { ` + attemptFields + ` } } }`
	if err := p.ask(ctx, url, query, map[string]any{"quiz": p.starting}, &data); err != nil {
		return err
	}
	a := data.StartAttempt.Attempt
	number := 1
	for _, earlier := range p.attempts {
		if earlier.quiz == p.starting {
			number++
		}
	}
	if a.Quiz.Slug != p.starting || a.Number != number || a.State != "IN_PROGRESS" || a.Answered != 0 {
		return fmt.Errorf("attempt %d at %s is %s with %d answers; want a new one, %d at %s",
			a.Number, a.Quiz.Slug, a.State, a.Answered, number, p.starting)
	}
	begun := &sitting{id: a.ID, quiz: a.Quiz.Slug, number: a.Number, immediate: a.FeedbackMode == "IMMEDIATE"}
	for _, slot := range a.Slots {
		begun.slots = append(begun.slots, &place{question: slot.Question})
	}
	p.attempts, p.starting = append(p.attempts, begun), ""
	return nil
}

// sit answers the remaining questions, sometimes one of them again, and
// submits.
func (p *pupil) sit(ctx context.Context, url string, a *sitting) error {
	for {
		if a.answering == nil {
			open := slices.IndexFunc(a.slots, func(s *place) bool { return s.given == "" })
			if a.submitting || open < 0 || p.random.IntN(30) == 0 {
				return p.submit(ctx, url, a)
			}
			if !a.immediate && p.random.IntN(5) == 0 {
				open = p.random.IntN(len(a.slots))
			}
			response := p.respond(a.slots[open].question)
			a.answering = &answering{slot: open, response: response, given: canonical(response), key: fmt.Sprintf("%016x", p.random.Uint64())}
		}
		if err := p.answer(ctx, url, a); err != nil {
			return err
		}
	}
}

func (p *pupil) answer(ctx context.Context, url string, a *sitting) error {
	sent, slot := a.answering, a.slots[a.answering.slot]
	var data struct {
		AnswerQuestion struct {
			Slot struct{ Revision int }
		}
	}
	const query = `mutation($in: AnswerQuestionInput!) { answerQuestion(input: $in) { slot { revision } } }`
	input := map[string]any{"attemptId": a.id, "slot": sent.slot + 1, "response": sent.response, "idempotencyKey": sent.key}
	if err := p.ask(ctx, url, query, map[string]any{"in": input}, &data); err != nil {
		return err
	}
	revision := slot.revision
	if sent.given != slot.given {
		revision++
	}
	if got := data.AnswerQuestion.Slot.Revision; got != revision {
		return fmt.Errorf("slot %d of %s %d has revision %d after the answer, want %d", sent.slot+1, a.quiz, a.number, got, revision)
	}
	slot.given, slot.revision, a.answering = sent.given, revision, nil
	return nil
}

func (p *pupil) submit(ctx context.Context, url string, a *sitting) error {
	a.submitting = true
	var data struct {
		SubmitAttempt struct{ Attempt struct{ State string } }
	}
	const query = `mutation($id: ID!) { submitAttempt(input: {attemptId: $id}) { attempt { state } } }`
	if err := p.ask(ctx, url, query, map[string]any{"id": a.id}, &data); err != nil {
		return err
	}
	if state := data.SubmitAttempt.Attempt.State; state != "FINISHED" {
		return fmt.Errorf("%s %d is %s after it was submitted", a.quiz, a.number, state)
	}
	a.submitting, a.submitted = false, true
	return nil
}

// ask fails with errGone if no answer comes.
func (p *pupil) ask(ctx context.Context, url, query string, variables map[string]any, data any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	defer response.Body.Close()
	var answer struct{ Data, Errors json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	if answer.Errors != nil {
		return fmt.Errorf("%s: %s", query, answer.Errors)
	}
	if p.acknowledged != nil {
		p.acknowledged()
	}
	return json.Unmarshal(answer.Data, data)
}

// respond answers the question at random.
func (p *pupil) respond(q asked) map[string]any {
	ids := make([]string, 0, len(q.Options))
	for _, o := range q.Options {
		ids = append(ids, o.ID)
	}
	p.random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	switch q.Type {
	case "SINGLE_CHOICE", "TRUE_FALSE":
		return map[string]any{"options": ids[:1]}
	case "MULTIPLE_RESPONSE":
		return map[string]any{"options": ids[:1+p.random.IntN(len(ids))]}
	case "MATCHING":
		pairs := []map[string]string{}
		for i, prompt := range q.Prompts {
			pairs = append(pairs, map[string]string{"prompt": prompt.ID, "option": ids[i%len(ids)]})
		}
		return map[string]any{"pairs": pairs}
	case "ORDERING":
		return map[string]any{"order": ids}
	case "SHORT_TEXT":
		return map[string]any{"text": fmt.Sprintf("term %d", p.random.IntN(100))}
	default:
		return map[string]any{"number": float64(p.random.IntN(100))}
	}
}

// canonical is the same for equivalent answers.
func canonical(response map[string]any) string {
	var parts []string
	for field, value := range response {
		switch value := value.(type) {
		case []string:
			if field == "options" {
				value = slices.Sorted(slices.Values(value))
			}
			parts = append(parts, value...)
		case []map[string]string:
			for _, pair := range value {
				parts = append(parts, pair["prompt"]+"="+pair["option"])
			}
			slices.Sort(parts)
		default:
			parts = append(parts, fmt.Sprint(value))
		}
	}
	return strings.Join(parts, " ")
}

func (r *responded) canonical() string {
	ids := func(of []identified) []string {
		list := []string{}
		for _, i := range of {
			list = append(list, i.ID)
		}
		return list
	}
	switch {
	case r == nil:
		return ""
	case r.Text != nil:
		return canonical(map[string]any{"text": *r.Text})
	case r.Number != nil:
		return canonical(map[string]any{"number": *r.Number})
	case len(r.Order) > 0:
		return canonical(map[string]any{"order": ids(r.Order)})
	case len(r.Pairs) > 0:
		pairs := []map[string]string{}
		for _, pair := range r.Pairs {
			pairs = append(pairs, map[string]string{"prompt": pair.Prompt.ID, "option": pair.Option.ID})
		}
		return canonical(map[string]any{"pairs": pairs})
	default:
		return canonical(map[string]any{"options": ids(r.Options)})
	}
}

// check compares everything that the server has about the learner with what it
// has acknowledged.
func (p *pupil) check(t *testing.T, s *serving, every bool) {
	t.Helper()
	if p.token == "" {
		return
	}
	var data struct {
		Viewer struct {
			Attempts struct {
				TotalCount int
				Nodes      []attempted
			}
		}
	}
	const list = `{ viewer { attempts(first: 100) { totalCount nodes { id number quiz { slug } } } } }`
	if err := p.ask(t.Context(), s.url, list, nil, &data); err != nil {
		t.Errorf("%s: %v", p.name, err)
		return
	}
	found := data.Viewer.Attempts
	slices.Reverse(found.Nodes) // oldest first
	if p.starting != "" {
		p.lost++
		if found.TotalCount == len(p.attempts)+1 && found.Nodes[len(p.attempts)].Quiz.Slug == p.starting {
			p.effective++
			found.TotalCount--
			found.Nodes = found.Nodes[:len(p.attempts)]
		}
	}
	type known struct {
		ID, Quiz string
		Number   int
	}
	var want, got []known
	for _, a := range p.attempts {
		want = append(want, known{a.id, a.quiz, a.number})
	}
	for _, a := range found.Nodes {
		got = append(got, known{a.ID, a.Quiz.Slug, a.Number})
	}
	if diff := cmp.Diff(want, got); diff != "" || found.TotalCount != len(want) {
		t.Errorf("%s has %d attempts; they differ (-acknowledged +stored):\n%s", p.name, found.TotalCount, diff)
		return
	}
	p.final = p.final[:0]
	for _, a := range p.attempts {
		if a.checked && !every {
			continue
		}
		var data struct{ Attempt attempted }
		query := `query($id: ID!) { attempt(id: $id) { ` + attemptFields + ` } }`
		if err := p.ask(t.Context(), s.url, query, map[string]any{"id": a.id}, &data); err != nil {
			t.Errorf("%s: %v", p.name, err)
			return
		}
		p.compare(t, a, data.Attempt)
		a.checked = a.submitted
		p.final = append(p.final, data.Attempt)
	}
}

// compare accepts either of two states if a request was not acknowledged.
func (p *pupil) compare(t *testing.T, a *sitting, stored attempted) {
	t.Helper()
	at := fmt.Sprintf("%s: %s %d", p.name, a.quiz, a.number)
	switch {
	case a.submitting:
		p.lost++
		if stored.State == "FINISHED" {
			p.effective++
		} else if stored.State != "IN_PROGRESS" {
			t.Errorf("%s is %s", at, stored.State)
		}
	case (stored.State == "FINISHED") != a.submitted || stored.State != "FINISHED" && stored.State != "IN_PROGRESS":
		t.Errorf("%s is %s; its submission was acknowledged: %t", at, stored.State, a.submitted)
	}
	answered := 0
	for i, slot := range stored.Slots {
		want, got := a.slots[i], slot.Response.canonical()
		if slot.Withheld != nil { // it is compared when the open exam has ended
			got = want.given
			if sent := a.answering; sent != nil && sent.slot == i && slot.Revision == want.revision+1 {
				got = sent.given
			}
		}
		if got != "" {
			answered++
		}
		if diff := cmp.Diff(want.question, slot.Question); diff != "" {
			t.Errorf("%s: the question of slot %d differs (-drawn +stored):\n%s", at, i+1, diff)
		}
		if sent := a.answering; sent != nil && sent.slot == i && sent.given != want.given {
			p.lost++
			if got == sent.given && slot.Revision == want.revision+1 {
				p.effective++
				continue
			}
		}
		if got != want.given || slot.Revision != want.revision {
			t.Errorf("%s: slot %d has %q in revision %d, and %q in revision %d was acknowledged", at, i+1, got, slot.Revision, want.given, want.revision)
		}
		if graded := slot.Review != nil || slot.Withheld != nil; graded != (stored.State == "FINISHED" || a.immediate && got != "") {
			t.Errorf("%s: slot %d, %s, is reviewed: %t", at, i+1, slot.State, graded)
		}
	}
	if len(stored.Slots) != len(a.slots) || stored.Total != len(a.slots) || stored.Answered != answered {
		t.Errorf("%s reports %d of %d answered, but %d of %d slots are", at, stored.Answered, stored.Total, answered, len(stored.Slots))
	}
	if (stored.Score != nil) != (stored.State == "FINISHED") {
		t.Errorf("%s is %s; it has a score: %t", at, stored.State, stored.Score != nil)
	}
}

// recount computes independently what the learner's finished attempts are
// worth.
func (p *pupil) recount(t *testing.T) {
	t.Helper()
	for _, a := range p.final {
		at := fmt.Sprintf("%s: %s %d", p.name, a.Quiz.Slug, a.Number)
		marks := 0.0
		for _, slot := range a.Slots {
			worth := slot.Review.worth(slot.Response)
			if !shows(slot.Review.Fraction, worth, 1) || !shows(slot.Review.Marks, worth, 1) || slot.Review.MaxMarks != 1 {
				t.Errorf("%s: slot %d, %s, is worth %g by its review, but got %g of %g", at, slot.Number, slot.Question.Type, worth, slot.Review.Marks, slot.Review.MaxMarks)
			}
			marks += worth
		}
		most := float64(len(a.Slots))
		topics, objectives := 0.0, 0.0
		for _, part := range a.Score.ByTopic {
			topics += part.Marks
		}
		for _, part := range a.Score.ByObjective {
			objectives += part.Marks
		}
		want := 100 * marks / most
		if !shows(a.Score.Marks, marks, 1) || a.Score.MaxMarks != most || a.Score.Percent != math.Floor(100*want+1e-6)/100 ||
			!shows(topics, marks, len(a.Score.ByTopic)) || !shows(objectives, marks, len(a.Score.ByObjective)) || a.Score.Passed != (want+1e-9 >= a.Quiz.PassPercent) {
			t.Errorf("%s: score = %+v; a recount gives %g of %g", at, *a.Score, marks, most)
		}
	}
}

// worth computes the mark from the review's details.
func (r *reviewed) worth(given *responded) float64 {
	share := func(parts []struct{ Correct bool }) float64 {
		right := 0.0
		for _, part := range parts {
			if part.Correct {
				right++
			}
		}
		return right / float64(len(parts))
	}
	switch {
	case given == nil:
		return 0
	case given.Text != nil:
		if slices.ContainsFunc(r.Accepted, func(a string) bool { return strings.EqualFold(a, *given.Text) }) {
			return 1
		}
		return 0
	case given.Number != nil:
		if math.Abs(*given.Number-r.Number.Value) <= r.Number.Tolerance {
			return 1
		}
		return 0
	case len(r.Prompts) > 0:
		return share(r.Prompts)
	case len(r.Places) > 0:
		return share(r.Places)
	}
	var n, c, right, wrong float64
	for _, o := range r.Options {
		n++
		switch {
		case o.Correct && o.Picked:
			c, right = c+1, right+1
		case o.Correct:
			c++
		case o.Picked:
			wrong++
		}
	}
	if r.Scheme == "NET_CORRECT" {
		return max(0, (right-wrong)/c)
	}
	if right == c && wrong == 0 {
		return 1
	}
	return 0
}

// shows reports whether the exact marks can be displayed as the sum of n marks
// rounded to four decimals.
func shows(sum, marks float64, parts int) bool {
	return math.Abs(sum-marks) < 0.00005*float64(parts)+1e-9
}
