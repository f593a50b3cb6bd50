// Subscriptions as server-sent events: the graphql-sse client in its distinct
// connections mode, and the rules of EventSource.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { createClient } from 'graphql-sse';

import { collect } from '../support/collect.js';
import { within } from '../support/deadline.js';
import { events } from '../support/eventstream.js';
import { data, post, preflight } from '../support/http.js';
import { assertFacts, assertRevision, cspo, facts, invalid, published } from '../support/operations.js';
import { serve } from '../support/server.js';

const server = await serve();

describe('the graphql-sse client', () => {
  const client = createClient({ url: server.url, retryAttempts: 0 });
  after(() => client.dispose());

  const first = async (payload) => {
    const stream = client.iterate(payload);
    const { value } = await within(10_000, 'event', stream.next());
    await stream.return();
    return value;
  };

  test('receives one answer to a query', async () => {
    const results = await collect(client.iterate({ query: facts, variables: cspo }));
    assert.equal(results.length, 1);
    assertFacts(results[0].data);
  });

  test('receives the current revision at once', async () => {
    assertRevision((await first({ query: published })).data.contentPublished);
  });

  test('runs 20 subscriptions at a time', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => first({ query: published })));
    for (const result of results) assertRevision(result.data.contentPublished);
  });

  test('receives the errors of an invalid document', async () => {
    const outcome = await first({ query: invalid }).catch((error) => error);
    assert.match(JSON.stringify(outcome.errors ?? outcome) + outcome.message, /Field|400/);
  });
});

/** Opens a stream; leave() ends it from the client's side. */
async function open(query, { method = 'POST', variables } = {}) {
  const controller = new AbortController();
  const accept = 'text/event-stream';
  const response =
    method === 'GET'
      ? await fetch(`${server.url}?${new URLSearchParams({ query })}`, {
          headers: { accept, ...preflight },
          signal: controller.signal,
        })
      : await fetch(server.url, {
          method,
          headers: { accept, 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
          signal: controller.signal,
        });
  return { response, leave: () => controller.abort() };
}

async function firstEvent(response) {
  for await (const event of events(response.body)) {
    if (event.type) return event;
  }
  throw new Error('the stream ended without an event');
}

describe('an event stream', () => {
  test('has its media type and is never cached', async () => {
    const { response, leave } = await open(published);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/event-stream\b/);
    assert.match(response.headers.get('cache-control'), /no-cache|no-store/);
    leave();
  });

  test('of a query has one next event and a complete event that EventSource sees', async () => {
    const { response } = await open(facts, { variables: cspo });
    const seen = (await collect(events(response.body))).filter((event) => event.type);
    assert.deepEqual(
      seen.map((event) => event.type),
      ['next', 'complete'],
    );
    assertFacts(JSON.parse(seen[0].data).data);
  });

  test('of an invalid document has its errors', async () => {
    const { response } = await open(invalid);
    const body =
      response.status >= 400 ? await response.json() : JSON.parse((await firstEvent(response)).data);
    assert.equal(body.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  });

  for (const method of ['POST', 'GET']) {
    test(`of a subscription over ${method} delivers events before it ends`, async () => {
      const { response, leave } = await open(published, { method });
      const event = await within(5_000, 'event', firstEvent(response));
      assert.equal(event.type, 'next');
      assertRevision(JSON.parse(event.data).data.contentPublished);
      leave();
    });
  }

  test('is kept alive by comments while idle', async () => {
    const { response, leave } = await open(published);
    const alive = (async () => {
      let quiet = false; // whether the event has passed
      for await (const event of events(response.body)) {
        if (quiet && event.comment !== undefined) return;
        quiet ||= event.type === 'next';
      }
      throw new Error('the stream ended');
    })();
    await within(40_000, 'comment', alive);
    leave();
  });

  test('may be dropped by many clients at once', async () => {
    const streams = await Promise.all(Array.from({ length: 30 }, () => open(published)));
    for (const { leave } of streams) leave();
    assertFacts(await data(server.url, facts, cspo));
  });
});

test('a subscription without a stream is refused before it runs', async () => {
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const { json, text } = await post(server.url, { query: published }, { accept });
    assert.equal(json.errors?.[0].extensions.code, 'SUBSCRIPTION_NOT_SUPPORTED', text);
    assert.equal(json.data ?? null, null, text);
  }
});
