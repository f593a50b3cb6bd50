// A bare WebSocket that speaks graphql-transport-ws message by message.
import { EventEmitter, once } from 'node:events';

import WebSocket from 'ws';

import { within } from './deadline.js';

export const protocol = 'graphql-transport-ws';
const patience = 5_000;

export class Socket {
  /** Opens a socket; rejects with the HTTP status when the server refuses. */
  static async open(url, { protocols = protocol, headers } = {}) {
    const socket = new Socket(new WebSocket(url, protocols, { headers }));
    await within(patience, 'opened socket', once(socket.ws, 'open'));
    return socket;
  }

  /** Opens a socket and completes the handshake of the protocol. */
  static async ready(url, options) {
    const socket = await Socket.open(url, options);
    socket.send({ type: 'connection_init' });
    await socket.next('connection_ack');
    return socket;
  }

  messages = [];
  #taken = 0;
  #arrival = new EventEmitter();

  constructor(ws) {
    this.ws = ws;
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    ws.on('error', () => {}); // a close follows
    ws.on('message', (text) => {
      this.messages.push(JSON.parse(text));
      this.#arrival.emit('message');
    });
  }

  send(message) {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id, query, variables) {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** Answers the next message and fails unless it has the type, and the id when one is given. */
  async next(type, id, patient = patience) {
    while (this.#taken === this.messages.length) {
      await within(patient, `${type} message`, Promise.race([once(this.#arrival, 'message'), this.#ended(type)]));
    }
    const message = this.messages[this.#taken++];
    if (message.type !== type || (id !== undefined && message.id !== id)) {
      throw new Error(`got ${JSON.stringify(message)} instead of ${type} for ${id}`);
    }
    return message;
  }

  async #ended(type) {
    const { code, reason } = await this.closed;
    throw new Error(`closed with ${code} (${reason}) instead of ${type}`);
  }

  /** Answers the code that the server closes the socket with. */
  async closeCode(patient = patience) {
    return (await within(patient, 'close', this.closed)).code;
  }

  /** Waits until the server has handled all that was sent: a pong follows the answers before it. */
  async settle() {
    this.send({ type: 'ping' });
    await this.next('pong');
  }

  drop() {
    this.ws.terminate();
  }
}
