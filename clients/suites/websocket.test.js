// graphql-transport-ws: the graphql-ws client, and the protocol message by message.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { CloseCode, createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { collect } from '../support/collect.js';
import { within } from '../support/deadline.js';
import { data } from '../support/http.js';
import { assertFacts, assertRevision, cspo, facts, invalid, published } from '../support/operations.js';
import { serve } from '../support/server.js';
import { Socket, protocol } from '../support/socket.js';

const server = await serve();

describe('the graphql-ws client', () => {
  const client = createClient({ url: server.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  after(() => client.dispose());

  test('receives one answer to a query', async () => {
    const results = await collect(client.iterate({ query: facts, variables: cspo }));
    assert.equal(results.length, 1);
    assertFacts(results[0].data);
  });

  test('receives the current revision at once and can unsubscribe', async () => {
    const stream = client.iterate({ query: published });
    const { value } = await within(5_000, 'event', stream.next());
    assertRevision(value.data.contentPublished);
    assert.equal((await stream.return()).done, true);
  });

  test('receives the errors of an invalid document', async () => {
    await assert.rejects(client.iterate({ query: invalid }).next(), (errors) => {
      assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
      return true;
    });
  });

  test('receives events when it connects lazily', async () => {
    const lazy = createClient({ url: server.socketUrl, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0 });
    for (let round = 0; round < 3; round++) {
      const stream = lazy.iterate({ query: published });
      assertRevision((await within(5_000, 'event', stream.next())).value.data.contentPublished);
      await stream.return();
    }
    await lazy.dispose();
  });
});

/** Registers a test with a socket that is dropped at its end. */
function raw(name, open, body) {
  test(name, async () => {
    const socket = await open(server.socketUrl);
    try {
      await body(socket);
    } finally {
      socket.drop();
    }
  });
}

describe('the handshake', () => {
  raw('negotiates the subprotocol', Socket.open, (socket) => {
    assert.equal(socket.ws.protocol, protocol);
  });

  raw('answers a ping before it', Socket.open, async (socket) => {
    socket.send({ type: 'ping' });
    await socket.next('pong');
  });

  raw('is required before operations (4401)', Socket.open, async (socket) => {
    socket.subscribe('1', '{ __typename }');
    assert.equal(await socket.closeCode(), CloseCode.Unauthorized);
  });

  raw('is allowed only once (4429)', Socket.ready, async (socket) => {
    socket.send({ type: 'connection_init' });
    assert.equal(await socket.closeCode(), CloseCode.TooManyInitialisationRequests);
  });

  raw('must arrive in time (4408)', Socket.open, async (socket) => {
    assert.equal(await socket.closeCode(15_000), CloseCode.ConnectionInitialisationTimeout);
  });

  test('is refused for an unknown subprotocol', async () => {
    await assert.rejects(Socket.open(server.socketUrl, { protocols: 'graphql-ws' }));
  });

  test('is refused for pages of other origins', async () => {
    await assert.rejects(Socket.open(server.socketUrl, { headers: { origin: 'https://evil.example' } }), /403/);
  });

  test('is allowed for pages of the server itself', async () => {
    const socket = await Socket.ready(server.socketUrl, { headers: { origin: server.origin } });
    socket.drop();
  });
});

describe('a message outside the protocol closes the socket with 4400', () => {
  const messages = {
    'unknown type': { type: 'shenanigans' },
    'no type': { id: '1' },
    'no JSON': '{type:',
    'not an object': '"ping"',
    'an array': '[]',
    'subscribe without id': { type: 'subscribe', payload: { query: '{ __typename }' } },
    'subscribe with an empty id': { id: '', type: 'subscribe', payload: { query: '{ __typename }' } },
    'subscribe without payload': { id: '1', type: 'subscribe' },
    'complete without id': { type: 'complete' },
  };
  for (const [name, message] of Object.entries(messages)) {
    raw(name, Socket.ready, async (socket) => {
      socket.send(message);
      assert.equal(await socket.closeCode(), CloseCode.BadRequest);
    });
  }
});

describe('an operation', () => {
  raw('of a query yields one next and one complete', Socket.ready, async (socket) => {
    socket.subscribe('q', facts, cspo);
    assertFacts((await socket.next('next', 'q')).payload.data);
    await socket.next('complete', 'q');
    await socket.settle();
  });

  for (const [name, query] of Object.entries({ 'is invalid': invalid, 'cannot be parsed': '{' })) {
    raw(`that ${name} yields only one error and leaves the socket open`, Socket.ready, async (socket) => {
      socket.subscribe('e', query);
      const { payload } = await socket.next('error', 'e');
      assert.ok(Array.isArray(payload) && payload[0].message && payload[0].extensions.code, JSON.stringify(payload));
      await socket.settle();
      socket.subscribe('q', facts, cspo);
      await socket.next('next', 'q');
      await socket.next('complete', 'q');
    });
  }

  raw('frees its id when it ends', Socket.ready, async (socket) => {
    for (const query of [facts, invalid, facts]) {
      socket.subscribe('again', query, query === facts ? cspo : undefined);
      if (query === invalid) {
        await socket.next('error', 'again');
      } else {
        await socket.next('next', 'again');
        await socket.next('complete', 'again');
      }
    }
  });

  raw('frees its id when the client ends it', Socket.ready, async (socket) => {
    for (let round = 0; round < 5; round++) {
      socket.subscribe('again', published);
      assertRevision((await socket.next('next', 'again')).payload.data.contentPublished);
      socket.send({ id: 'again', type: 'complete' });
    }
    await socket.settle();
  });

  raw('with the id of a running operation closes the socket with 4409', Socket.ready, async (socket) => {
    socket.subscribe('twin', published);
    await socket.next('next', 'twin');
    socket.subscribe('twin', published);
    assert.equal(await socket.closeCode(), CloseCode.SubscriberAlreadyExists);
  });

  raw('may be ended when unknown', Socket.ready, async (socket) => {
    socket.send({ id: 'never-seen', type: 'complete' });
    await socket.settle();
  });
});

describe('a socket', () => {
  raw('carries 50 subscriptions', Socket.ready, async (socket) => {
    for (let id = 0; id < 50; id++) socket.subscribe(String(id), published);
    const seen = new Set();
    while (seen.size < 50) {
      const { id, payload } = await socket.next('next');
      assertRevision(payload.data.contentPublished);
      seen.add(id);
    }
  });

  raw('is closed by a message over 2 MiB, and the server keeps running', Socket.ready, async (socket) => {
    socket.subscribe('big', `{ __typename #${'x'.repeat(2 << 20)}\n}`);
    assert.equal(await socket.closeCode(), 1009);
    assertFacts(await data(server.url, facts, cspo));
  });

  test('may vanish repeatedly with running subscriptions', async () => {
    for (let round = 0; round < 3; round++) {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => Socket.ready(server.socketUrl)));
      await Promise.all(
        sockets.map(async (socket) => {
          socket.subscribe('left', published);
          await socket.next('next', 'left');
          socket.drop();
        }),
      );
    }
    assertFacts(await data(server.url, facts, cspo));
  });
});
