package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// testCase pairs a request to a server with its baseline.
type testCase struct {
	name   string
	most   float64 // the highest acceptable CPU time, as a multiple of the baseline's
	server *process
	stored string // the store calls that the baseline makes: "", getCalls or putCalls

	// ask returns request number n of a series that continues across rounds.
	ask func(n int) request
}

// What the baseline does in addition to writing bytes.
const (
	getCalls = "get"
	putCalls = "get and replace"
)

// The highest acceptable CPU time per request, as a multiple of the
// baseline's.
const (
	mostAgain  = 1.5
	mostFirst  = 4
	mostRead   = 5
	mostAnswer = 2.2
)

type publicQuery struct{ name, text string }

func publicQueries() []publicQuery {
	return []publicQuery{
		{"a certification with all its fields", `{ certification(slug: "cspo") {
			id code title summary
			role { title summary delivers responsibilities { title description skills { title } } skills { title description } }
			issuer { name description nonProfit url }
			audiences { id title description citations { section source { title url } } }
			benefits { id title description citations { section source { title url } } }
			usages { id title description citations { section source { title url } } }
			eligibility { open summary recommended }
			training { days examRequired deliveredBy covers awards exampleLocations }
			steps { position title description }
			renewal { everyMonths fee { amount currency } seusRequired steps { position title description } }
			next { code title }
			claims { subject statements { text citation { source { title } } } }
		} }`},
		{"20 questions with options", `{ questions(first: 20) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
			id type stem instruction options { id text } prompts { id text } difficulty objective { code title }
		} } } }`},
		{"a topic with objectives and lessons", `{ topic(code: "PO1") { code title summary questionCount objectives {
			code title bloomLevel questionCount prerequisites { code } lessons { title summary readingMinutes body(format: HTML) } facts { title }
		} } }`},
		{"search", `{ search(query: "product goal", first: 10) { totalCount nodes { kind title snippet node { id } } } }`},
	}
}

const readBack = `query ReadBack($id: ID!) { attempt(id: $id) { state answered total secondsLeft slots { number state revision flagged hints
	question { stem instruction options { id text } prompts { id text } }
	response { options { id } pairs { prompt { id } option { id } } order { id } text number }
	review { fraction marks scheme options { option { id } picked correct feedback } explanation citations { section source { title } } } } } }`

const answerQuestion = `mutation Answer($input: AnswerQuestionInput!) { answerQuestion(input: $input) {
	slot { number state revision response { options { id } } } attempt { answered total secondsLeft } } }`

// prepare returns the cases. It first sends the requests that they depend on:
// some documents must be known, and some answers' tags.
func prepare(ctx context.Context, school []attempt, caching, plain *process) ([]testCase, error) {
	var cases []testCase
	for _, q := range publicQueries() {
		body := map[string]any{"query": q.text}
		again, first := post(caching.url+"/graphql", body), post(plain.url+"/graphql", body)
		if _, err := first.send(ctx); err != nil {
			return nil, err
		}
		get, err := persisted(ctx, caching, q.text)
		if err != nil {
			return nil, err
		}
		answer, err := get.send(ctx)
		if err != nil {
			return nil, err
		}
		tag := answer.Header.Get("ETag")
		if tag == "" {
			return nil, errors.New(q.name + ": the answer has no ETag")
		}
		match := request{get.method, get.url, get.header.Clone(), nil}
		match.header.Set("If-None-Match", tag)
		cases = append(cases,
			testCase{q.name + ", first time", mostFirst, plain, "", same(first)},
			testCase{q.name + ", again", mostAgain, caching, "", same(again)},
			testCase{q.name + ", again by APQ GET", mostAgain, caching, "", same(get)},
			testCase{q.name + ", unchanged (304)", mostAgain, caching, "", same(match)},
		)
	}
	return append(cases,
		testCase{"an attempt of 20 slots, read back", mostRead, caching, getCalls, reading(caching, school)},
		testCase{"answerQuestion", mostAnswer, caching, putCalls, answering(caching, school)},
	), nil
}

func same(r request) func(int) request { return func(int) request { return r } }

// persisted returns the GET of a document that the server knows by its hash.
func persisted(ctx context.Context, server *process, text string) (request, error) {
	sum := sha256.Sum256([]byte(text))
	extensions := map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hex.EncodeToString(sum[:])}}
	if _, err := post(server.url+"/graphql", map[string]any{"query": text, "extensions": extensions}).send(ctx); err != nil {
		return request{}, err
	}
	encoded, err := json.Marshal(extensions)
	if err != nil {
		return request{}, err
	}
	query := url.Values{"extensions": {string(encoded)}}
	return request{http.MethodGet, server.url + "/graphql?" + query.Encode(), headers("Apollo-Require-Preflight", "true"), nil}, nil
}

func reading(server *process, school []attempt) func(int) request {
	requests := make([]request, 0, len(school))
	for _, a := range school {
		r := post(server.url+"/graphql", map[string]any{"query": readBack, "variables": map[string]any{"id": a.id}})
		r.header.Set("Authorization", "Bearer "+a.token)
		requests = append(requests, r)
	}
	return func(n int) request { return requests[n%len(requests)] }
}

// answering cycles through the attempts, then moves to their next slots; the
// next round picks the other options, so that each answer is a change.
func answering(server *process, school []attempt) func(int) request {
	return func(n int) request {
		a := school[n%len(school)]
		turn := n / len(school)
		c := a.choices[turn%len(a.choices)]
		r := post(server.url+"/graphql", map[string]any{"query": answerQuestion, "variables": map[string]any{"input": map[string]any{
			"attemptId": a.id, "slot": c.slot,
			"response": map[string]any{"options": []string{c.options[turn/len(a.choices)%2]}},
		}}})
		r.header.Set("Authorization", "Bearer "+a.token)
		return r
	}
}

// forBaseline returns r with the baseline's address.
func (m *testCase) forBaseline(baseline *process, index int) func(int) request {
	return func(n int) request {
		r := m.ask(n)
		r.url = fmt.Sprintf("%s/%d", baseline.url, index)
		return r
	}
}
