// A learner on two devices: a guest's session, an attempt, and its changes over a socket and an event stream.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { within } from '../support/deadline.js';
import { data, post } from '../support/http.js';
import { serve } from '../support/server.js';
import { protocol } from '../support/socket.js';

const server = await serve();
const session = await data(server.url, 'mutation { startGuestSession { token viewer { id guest } } }');
const { token } = session.startGuestSession;
const bearer = { authorization: `Bearer ${token}` };

async function ask(query, variables) {
  const { json, text } = await post(server.url, { query, variables }, bearer);
  assert.equal(json.errors, undefined, text);
  return json.data;
}

const watch = 'subscription ($id: ID!) { attemptUpdated(id: $id) { answered slots { number state } } }';

describe('an attempt', async () => {
  const started = await ask(
    `mutation { startAttempt(input: { practice: { mode: TOPIC, topic: "PO5", questions: 20 } }) {
      attempt { id slots { number question { type options { id } } } } } }`,
  );
  const { id, slots } = started.startAttempt.attempt;
  const choices = slots.filter(({ question }) => question.type === 'SINGLE_CHOICE');
  const answer = ({ number, question }) =>
    ask(
      `mutation ($i: AnswerQuestionInput!) { answerQuestion(input: $i) { slot { state review { explanation } } } }`,
      { i: { attemptId: id, slot: number, response: { options: [question.options[0].id] } } },
    );

  test('can be refetched by node, only by its learner', async () => {
    const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    assert.deepEqual(await ask(query, { id }), { node: { __typename: 'Attempt', id } });
    assert.deepEqual(await data(server.url, query, { id }), { node: null });
  });

  test('sends each answer to the other device over a socket', async () => {
    const client = createClient({
      url: server.socketUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { Authorization: `Bearer ${token}` },
    });
    after(() => client.dispose());
    const events = client.iterate({ query: watch, variables: { id } });
    const first = await within(5_000, 'first event', events.next());
    const before = first.value.data.attemptUpdated.answered;
    const { slot } = (await answer(choices[0])).answerQuestion;
    assert.match(slot.state, /^GRADED_/);
    assert.ok(slot.review.explanation.length > 50);
    const next = await within(5_000, 'event for the answer', events.next());
    assert.equal(next.value.data.attemptUpdated.answered, before + 1);
    await events.return();
  });

  test('sends each answer to the other device as an event stream', async () => {
    const abort = new AbortController();
    const response = await fetch(server.url, {
      method: 'POST',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...bearer },
      body: JSON.stringify({ query: watch, variables: { id } }),
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    const count = async (n) => {
      while (seen.split('event: next').length <= n) {
        const { value, done } = await within(5_000, `event ${n}`, reader.read());
        assert.equal(done, false, seen);
        seen += value;
      }
    };
    await count(1);
    await answer(choices[1]);
    await count(2);
    abort.abort();
  });
});

test('a socket with a wrong token is closed with 4403', async () => {
  const socket = new WebSocket(server.socketUrl, protocol);
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: 'Bearer wrong' } }));
  assert.equal(await within(5_000, 'close', closed), 4403);
});

test('a wrong token is refused even for public content', async () => {
  const { json } = await post(server.url, { query: '{ roles { slug } }' }, { authorization: 'Bearer wrong' });
  assert.equal(json.errors[0].extensions.code, 'UNAUTHENTICATED');
});
