package resolvers_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/driver"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
	"github.com/scrumkb/scrumkb/seed"
)

// BenchmarkPractice reads an attempt of 20 slots through the real handler,
// with the given number of other stored attempts. Times must not grow with
// that number.
func BenchmarkPractice(b *testing.B) {
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		b.Fatal(err)
	}
	library := publish(b, loaded.Content)
	for _, stored := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(stored), func(b *testing.B) {
			dir := b.TempDir()
			s := newSchool(b, library, schoolOptions{dir: dir})
			const twenty = `practice: { mode: EXAM_SIMULATION, questions: 20 }`
			done := s.begin(b, learner, twenty)
			s.submit(b, done)
			stock(b, dir, stored)
			id := s.begin(b, learner, twenty)

			slot, picks := choice(b, s, id)
			answers := make([]string, 0, len(picks))
			for _, pick := range picks {
				answers = append(answers, fmt.Sprintf(`mutation { answerQuestion(input: { attemptId: %q, slot: %d, response: { options: [%q] } }) { slot { state revision } attempt { answered secondsLeft } } }`, id, slot, pick))
			}
			b.Run("AnswerQuestion", func(b *testing.B) { s.measure(b, answers...) })
			b.Run("ReadOpen", func(b *testing.B) { s.measure(b, readBack(id)) })
			b.Run("ReadReviewed", func(b *testing.B) { s.measure(b, readBack(done)) })
			b.Run("List", func(b *testing.B) {
				s.measure(b, `{ viewer { attempts(first: 10) { totalCount nodes { id state score { percent } } } } }`)
			})
		})
	}
}

func readBack(id string) string {
	return fmt.Sprintf(`{ attempt(id: %q) { state answered total secondsLeft slots { number state revision flagged hints
		question { stem instruction options { id text } prompts { id text } }
		response { options { id } pairs { prompt { id } option { id } } order { id } text number }
		review { fraction marks scheme options { option { id } picked correct feedback } explanation citations { section source { title } } } }
		score { percent passed byTopic { topic { code } percent } } } }`, id)
}

// choice returns a slot of the attempt with single-choice options, and two of
// them.
func choice(b testing.TB, s *school, id string) (slot int, picks []string) {
	b.Helper()
	got := s.ask(b, learner, fmt.Sprintf(`{ attempt(id: %q) { slots { question { type options { id } } } } }`, id), nil).ok(b)
	for i := range 20 {
		at := fmt.Sprintf("attempt.slots.%d.question.", i)
		if got.str(at+"type") == "SINGLE_CHOICE" {
			return i + 1, []string{got.str(at + "options.0.id"), got.str(at + "options.1.id")}
		}
	}
	b.Fatal("no question has a single answer")
	return 0, nil
}

// measure sends the requests in turn, as the learner.
func (s *school) measure(b *testing.B, queries ...string) {
	b.Helper()
	send := s.sender(b, learner, queries...)
	b.ReportAllocs()
	for b.Loop() {
		send()
	}
}

// stock copies the only attempt of the database, ten times for each of as many
// learners as needed. It uses one transaction, because the regular way, with
// each attempt on disk before the next, takes too long here.
func stock(b *testing.B, dir string, attempts int) {
	b.Helper()
	stockOf(b, dir, attempts, func(i int) (string, int, time.Duration) { return fmt.Sprintf("learner-%d", i/10), 1 + i%10, 0 })
}

// stockOf is stock with learners and numbers from of, and with attempts
// shifted into the past.
func stockOf(b *testing.B, dir string, attempts int, of func(i int) (learner string, number int, earlier time.Duration)) {
	b.Helper()
	check := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	db, err := driver.Open("file:" + filepath.Join(dir, sqlitestore.File))
	check(err)
	defer func() { check(db.Close()) }()
	rows, err := db.QueryContext(b.Context(), `SELECT * FROM attempts`)
	check(err)
	columns, err := rows.Columns()
	check(err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	rows.Next()
	check(rows.Scan(into...))
	check(rows.Close())
	at := func(column string) *any { return &values[slices.Index(columns, column)] }
	var a quiz.Attempt
	encoded, _ := (*at("doc")).([]byte)
	check(bson.Unmarshal(encoded, &a))

	tx, err := db.BeginTx(b.Context(), nil)
	check(err)
	insert, err := tx.PrepareContext(b.Context(), `INSERT INTO attempts ("`+strings.Join(columns, `", "`)+`") VALUES (?`+strings.Repeat(`, ?`, len(columns)-1)+`)`)
	check(err)
	for i := range attempts {
		learner, number, ago := of(i)
		a := earlier(a, ago)
		a.LearnerID, a.Number = learner, number
		a.ID = fmt.Sprintf("%s/%s/%d", a.LearnerID, a.Key, a.Number)
		doc, err := bson.Marshal(a)
		check(err)
		*at("_id"), *at("learner_id"), *at("number"), *at("doc") = a.ID, a.LearnerID, a.Number, doc
		_, err = insert.ExecContext(b.Context(), values...)
		check(err)
	}
	check(insert.Close())
	check(tx.Commit())
}

// earlier returns a finished attempt as if everything had happened that much
// earlier.
func earlier(a quiz.Attempt, ago time.Duration) quiz.Attempt {
	before := func(at *time.Time) *time.Time {
		if at == nil {
			return nil
		}
		then := at.Add(-ago)
		return &then
	}
	a.StartedAt, a.FinishedAt = a.StartedAt.Add(-ago), before(a.FinishedAt)
	a.Slots = slices.Clone(a.Slots)
	for i := range a.Slots {
		a.Slots[i].AnsweredAt = before(a.Slots[i].AnsweredAt)
	}
	return a
}
