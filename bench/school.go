package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/scrumkb/scrumkb/internal/identity"
)

// learners is the number of learners, each with an open attempt: enough for
// concurrent requests to use different ones.
const learners = 64

// attempt is an open attempt of twenty questions.
type attempt struct {
	token   string
	id      string
	choices []choice
}

// choice is a slot with two options to pick in turn. An exam shows nothing
// before its end, so an answer may be replaced any number of times.
type choice struct {
	slot    int
	options [2]string
}

// createSchool creates a data directory with the built-in content and an
// attempt for each learner.
func createSchool(ctx context.Context, binary, dir string) (school []attempt, err error) {
	server, err := startServer(ctx, binary, "", dir)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	key, err := identity.LoadOrCreateKey(dir, identity.TokenKey, rand.Reader)
	if err != nil {
		return nil, err
	}
	tokens, err := identity.NewIssuer(identity.IssuerConfig{Key: key, Issuer: "scrumkb", Audience: "scrumkb", TTL: time.Hour, Now: time.Now})
	if err != nil {
		return nil, err
	}
	for i := range learners {
		token, _, err := tokens.Issue(fmt.Sprintf("learner-%d", i), []identity.Role{identity.RoleLearner}, false, 0)
		if err != nil {
			return nil, err
		}
		a, err := begin(ctx, server, token)
		if err != nil {
			return nil, err
		}
		school = append(school, a)
	}
	return school, nil
}

func begin(ctx context.Context, server *process, token string) (attempt, error) {
	const start = `mutation { startAttempt(input: { practice: { mode: EXAM_SIMULATION, questions: 20 } }) {
		attempt { id slots { number question { type options { id } } } } } }`
	request := post(server.url+"/graphql", map[string]any{"query": start})
	request.header.Set("Authorization", "Bearer "+token)
	response, err := request.send(ctx)
	if err != nil {
		return attempt{}, err
	}
	var answer struct {
		Data struct {
			StartAttempt struct {
				Attempt struct {
					ID    string
					Slots []struct {
						Number   int
						Question struct {
							Type    string
							Options []struct{ ID string }
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal(response.Body, &answer); err != nil {
		return attempt{}, err
	}
	got := answer.Data.StartAttempt.Attempt
	a := attempt{token: token, id: got.ID}
	for _, slot := range got.Slots {
		if q := slot.Question; q.Type == "SINGLE_CHOICE" && len(q.Options) > 1 {
			a.choices = append(a.choices, choice{slot.Number, [2]string{q.Options[0].ID, q.Options[1].ID}})
		}
	}
	if len(got.Slots) != 20 || len(a.choices) == 0 {
		return attempt{}, fmt.Errorf("no attempt of twenty questions: %s", response.Body)
	}
	return a, nil
}

// request is sent repeatedly.
type request struct {
	method string
	url    string
	header http.Header
	body   []byte
}

func post(url string, body map[string]any) request {
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err) // maps of strings and numbers always encode
	}
	return request{http.MethodPost, url, headers("Content-Type", "application/json"), encoded}
}

// headers returns pairs as a header. It asks for no compression, so that the
// baseline can replay plain bytes.
func headers(pairs ...string) http.Header {
	h := http.Header{"Accept": {"application/json"}, "Accept-Encoding": {"identity"}}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// recording is a recorded answer.
type recording struct {
	Status int
	Header http.Header
	Body   []byte
}

// send fails unless the answer is good.
func (r request) send(ctx context.Context) (recording, error) {
	asked, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return recording{}, err
	}
	asked.Header = r.header.Clone()
	response, err := http.DefaultClient.Do(asked)
	if err != nil {
		return recording{}, err
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return recording{}, err
	}
	if !good(response.StatusCode, body) {
		return recording{}, fmt.Errorf("%s %s: %s %s", r.method, r.url, response.Status, body)
	}
	return recording{response.StatusCode, response.Header, body}, nil
}

// good reports whether an answer has data and no errors, which come first.
func good(status int, body []byte) bool {
	return status == http.StatusNotModified || status == http.StatusOK && bytes.HasPrefix(body, []byte(`{"data":{`))
}
