import assert from 'node:assert/strict';

/** What a GET needs to show that it is not a cross-site request of a plain HTML page. */
export const preflight = { 'apollo-require-preflight': '1' };

export async function post(url, body, headers = {}) {
  return read(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
      body: JSON.stringify(body),
    }),
  );
}

export async function get(url, parameters, headers = {}) {
  return read(await fetch(`${url}?${new URLSearchParams(parameters)}`, { headers }));
}

async function read(response) {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

/** Answers the data of a query that has to succeed. */
export async function data(url, query, variables) {
  const { status, json, text } = await post(url, { query, variables });
  assert.equal(status, 200, text);
  assert.equal(json.errors, undefined, text);
  return json.data;
}

/** Answers the code of the first error of a request that has to fail. */
export async function code(url, query, variables) {
  const { status, json, text } = await post(url, { query, variables });
  assert.ok(json.errors?.length > 0, `accepted: ${text}`);
  assert.ok(status < 500, `HTTP status ${status}: ${text}`);
  return json.errors[0].extensions?.code;
}
