import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client/core';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { firstValueFrom } from 'rxjs';
import WebSocket from 'ws';

import { within } from '../support/deadline.js';
import { get, post, preflight } from '../support/http.js';
import { assertFacts, assertRevision, cspo, deferred, facts, invalid, published } from '../support/operations.js';
import { serve } from '../support/server.js';

const server = await serve();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** A client without anything cached, and the list of the requests that it makes. */
function connect({ http = {}, before = [], ...options } = {}) {
  const requests = [];
  const link = new HttpLink({
    uri: server.url,
    ...http,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      requests.push({ url: new URL(url), method: init.method, response });
      return response;
    },
  });
  const client = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([...before, link]), ...options });
  return { client, requests };
}

const ask = (client, query = facts) => client.query({ query: parse(query), variables: cspo, fetchPolicy: 'no-cache' });

describe('Apollo Client', () => {
  test('queries with variables over POST', async () => {
    const { client, requests } = connect();
    for (let round = 0; round < 3; round++) assertFacts((await ask(client)).data);
    assert.deepEqual(
      requests.map(({ method, response }) => [method, response.status]),
      Array(3).fill(['POST', 200]),
    );
  });

  test('queries over GET without a custom preflight header', async () => {
    const { client, requests } = connect({ http: { useGETForQueries: true } });
    assertFacts((await ask(client)).data);
    assert.equal(requests[0].method, 'GET');
  });

  for (const [name, headers] of Object.entries({ 'by default': {}, 'as a legacy client': { accept: 'application/json' } })) {
    test(`passes the GraphQL errors of an invalid document to the app ${name}`, async () => {
      const { client } = connect({ http: { headers } });
      await assert.rejects(ask(client, invalid), (error) => {
        assert.ok(CombinedGraphQLErrors.is(error), `${error.name}: ${error.message}`);
        assert.equal(error.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
        return true;
      });
    });
  }

  test('answers a repeated query from its normalised cache', async () => {
    const { client, requests } = connect();
    const query = parse('query Cached($slug: String!) { certification(slug: $slug) { __typename id code training { days } } }');
    for (let round = 0; round < 2; round++) assertFacts((await client.query({ query, variables: cspo })).data);
    assert.equal(requests.length, 1);
    assert.ok(client.extract()['Certification:certification/cspo'], 'the certification is not cached by its id');
  });

  test('subscribes over a WebSocket', async () => {
    const sockets = createClient({ url: server.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const client = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(sockets) });
    const event = await within(8_000, 'event', firstValueFrom(client.subscribe({ query: parse(published) })));
    assertRevision(event.data.contentPublished);
    await sockets.dispose();
  });

  test('delivers a deferred answer in parts', async () => {
    const { client, requests } = connect({ incrementalHandler: new Defer20220824Handler() });
    const states = [];
    const complete = new Promise((resolve, reject) => {
      client.watchQuery({ query: parse(deferred), fetchPolicy: 'no-cache' }).subscribe({
        next: ({ dataState, data, error }) => {
          if (dataState !== 'empty') states.push(dataState);
          if (error) reject(error);
          if (dataState === 'complete') resolve(data);
        },
        error: reject,
      });
    });
    const { certification } = await within(8_000, 'complete answer', complete);
    assert.equal(certification.code, 'CSPO');
    assert.ok(certification.title);
    assert.equal(states.at(-1), 'complete');
    assert.match(requests[0].response.headers.get('content-type'), /^multipart\/mixed/);
  });
});

test('@defer without multipart yields one complete answer', async () => {
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const { json, text } = await post(server.url, { query: deferred }, { accept });
    assert.ok(json.data?.certification.title, text);
    assert.equal(json.hasNext, undefined, text);
  }
});

describe('automatic persisted queries', () => {
  const persisting = () => new PersistedQueryLink({ sha256, useGETForHashedQueries: true });

  test('are registered by one client and served to the next over GET by their hash', async () => {
    const document = facts.replace('Facts', `Facts${process.pid}`);

    const registering = connect({ before: [persisting()] });
    assertFacts((await ask(registering.client, document)).data);
    assert.equal(registering.requests.length, 2);
    const [miss] = registering.requests;
    assert.equal(miss.method, 'GET');
    assert.equal(miss.url.searchParams.get('query'), null);
    assert.match(miss.response.headers.get('cache-control') ?? '', /no-store/);

    const next = connect({ before: [persisting()] });
    assertFacts((await ask(next.client, document)).data);
    assert.deepEqual(
      next.requests.map(({ method, response }) => [method, response.status]),
      [['GET', 200]],
    );
  });

  test('that are unknown get an error code', async () => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: sha256('never registered') } });
    const { json, text } = await get(server.url, { extensions }, preflight);
    assert.equal(json.errors?.[0].extensions.code, 'PERSISTED_QUERY_NOT_FOUND', text);
  });

  test('are refused with the hash of another document', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256('{ __typename }') } };
    const { json, text } = await post(server.url, { query: facts, variables: cspo, extensions });
    assert.ok(json.errors?.length > 0 && !json.data, text);
  });
});

test('a GET that any web page could send is refused', async () => {
  const url = `${server.url}?${new URLSearchParams({ query: '{ __typename }' })}`;
  const response = await fetch(url, { headers: { 'content-type': 'text/plain' } });
  assert.equal(response.status, 415);
});
