// The audits of graphql-http, the reference implementation of GraphQL over HTTP.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serverAudits } from 'graphql-http';

import { preflight } from '../support/http.js';
import { serve } from '../support/server.js';

const server = await serve();

const audits = serverAudits({
  url: server.url,
  fetchFn: (url, init = {}) => fetch(url, { ...init, headers: { ...preflight, ...init.headers } }),
});

test('there are 61 audits', () => assert.equal(audits.length, 61));

for (const { id, name, fn } of audits) {
  test(`${id} ${name}`, async () => {
    const result = await fn();
    assert.equal(result.status, 'ok', `${result.reason}: HTTP status ${result.response?.status}`);
  });
}
