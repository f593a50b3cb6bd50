// What clients see when an operator stops a busy server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';

import { collect } from '../support/collect.js';
import { within } from '../support/deadline.js';
import { events } from '../support/eventstream.js';
import { data } from '../support/http.js';
import { assertFacts, cspo, facts, published } from '../support/operations.js';
import { Server } from '../support/server.js';
import { Socket } from '../support/socket.js';

const patience = 15_000;

test('an open socket is closed with 1001', async () => {
  const server = await Server.start();
  const idle = await Socket.ready(server.socketUrl);
  const busy = await Socket.ready(server.socketUrl);
  busy.subscribe('s', published);
  await busy.next('next', 's');

  const stopped = server.stop();
  assert.equal(await busy.closeCode(patience), 1001);
  assert.equal(await idle.closeCode(patience), 1001);
  await stopped;
});

test('an event stream ends without a complete event, so that clients reconnect', async () => {
  const server = await Server.start();
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: published }),
  });
  let begun;
  const first = new Promise((resolve) => {
    begun = resolve;
  });
  const seen = collect(
    (async function* () {
      for await (const event of events(response.body)) {
        if (event.type === 'next') begun();
        if (event.type) yield event.type;
      }
    })(),
  );
  await within(patience, 'event', first);

  const stopped = server.stop();
  assert.deepEqual(await within(patience, 'end of the stream', seen), ['next']);
  await stopped;
});

test('a request whose body is still arriving is answered', async () => {
  const server = await Server.start();
  const body = JSON.stringify({ query: facts, variables: cspo });
  const { port, host } = new URL(server.url);
  const wire = connect(Number(port), '127.0.0.1');
  let answer = '';
  wire.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  await once(wire, 'connect');
  wire.write(
    `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
      `Accept: application/json\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
  );
  assertFacts(await data(server.url, facts, cspo)); // by now the server has read the first part

  const ended = once(wire, 'close');
  const stopped = server.stop();
  await within(patience, 'closed door', refused(Number(port)));
  wire.write(body.slice(20));
  await within(patience, 'answer', ended);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assertFacts(JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)).data);
  await stopped;
});

test('a server without clients stops at once', async () => {
  const server = await Server.start();
  await within(5_000, 'end', server.stop());
});

/** Resolves when nobody listens on the port any more. */
async function refused(port) {
  for (;;) {
    const probe = connect(port, '127.0.0.1');
    const outcome = await Promise.race([
      once(probe, 'connect').then(() => 'open'),
      once(probe, 'error').catch((error) => error).then(() => 'refused'),
    ]).catch(() => 'refused');
    probe.destroy();
    if (outcome === 'refused') return;
    await new Promise(setImmediate);
  }
}
