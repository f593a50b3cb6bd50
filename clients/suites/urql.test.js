import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Client, fetchExchange } from '@urql/core';

import { within } from '../support/deadline.js';
import { preflight } from '../support/http.js';
import { assertFacts, assertRevision, cspo, deferred, facts, invalid, published } from '../support/operations.js';
import { serve } from '../support/server.js';

const server = await serve();

// urql aborts a fetch once it has read the last answer, and Node.js then rejects a promise that nothing
// handles.
process.on('unhandledRejection', (error) => {
  if (error?.name !== 'AbortError') throw error;
});

function connect(options = {}) {
  const requests = [];
  const client = new Client({
    url: server.url,
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      requests.push({ method: init.method, type: response.headers.get('content-type') });
      return response;
    },
    ...options,
  });
  return { client, requests };
}

test('urql queries with variables and gets JSON, although it accepts streams', async () => {
  const { client, requests } = connect();
  const { data, error } = await client.query(facts, cspo).toPromise();
  assert.equal(error, undefined);
  assertFacts(data);
  assert.equal(requests.length, 1);
  assert.match(requests[0].type, /^application\/(graphql-response\+)?json\b/);
});

test('urql queries over GET with a preflight header', async () => {
  const { client, requests } = connect({ preferGetMethod: 'force', fetchOptions: { headers: preflight } });
  const { data, error } = await client.query(facts, cspo).toPromise();
  assert.equal(error, undefined);
  assertFacts(data);
  assert.equal(requests[0].method, 'GET');
});

test('urql passes the errors of an invalid document to the app', async () => {
  const { error } = await connect().client.query(invalid, {}).toPromise();
  assert.equal(error.networkError, undefined);
  assert.equal(error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

test('urql subscribes to server-sent events', async () => {
  const { client, requests } = connect({ fetchSubscriptions: true });
  let leave;
  const first = new Promise((resolve) => {
    leave = client.subscription(published, {}).subscribe(resolve).unsubscribe;
  });
  const { data, error } = await within(8_000, 'event', first);
  leave();
  assert.equal(error, undefined);
  assertRevision(data.contentPublished);
  assert.match(requests[0].type, /^text\/event-stream\b/);
});

test('urql merges a deferred answer', async () => {
  const { client } = connect();
  const whole = new Promise((resolve, reject) => {
    client.query(deferred, {}).subscribe(({ data, error, hasNext, stale }) => {
      if (error) reject(error);
      else if (!hasNext && !stale) resolve(data);
    });
  });
  const { certification } = await within(8_000, 'complete answer', whole);
  assert.equal(certification.code, 'CSPO');
  assert.ok(certification.title);
});
