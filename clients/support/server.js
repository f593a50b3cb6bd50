// Starts scrumkb as an operator would, with its own data directory.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export const binary = new URL('../.build/scrumkb', import.meta.url).pathname;
const startLimit = 60_000;
const stopLimit = 30_000;

/** Starts a server for the calling file, stopped and checked after its last test. */
export async function serve(...args) {
  const server = await Server.start(...args);
  after(() => server.stop());
  return server;
}

export class Server {
  static async start(...args) {
    const dataDir = await mkdtemp(join(tmpdir(), 'scrumkb-clients-'));
    const child = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data-dir', dataDir, ...args], {
      env: { PATH: process.env.PATH, HOME: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new Server(child, dataDir);
    try {
      server.url = await server.#announced();
    } catch (error) {
      child.kill('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
    return server;
  }

  #log = '';

  constructor(child, dataDir) {
    this.child = child;
    this.dataDir = dataDir;
    this.exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#log += text;
      });
    }
  }

  get log() {
    return this.#log;
  }

  get origin() {
    return new URL(this.url).origin;
  }

  get socketUrl() {
    return this.url.replace(/^http/, 'ws');
  }

  /** Asks the server to end, and fails unless it does so by itself with status 0. */
  async stop() {
    this.child.kill('SIGTERM');
    const overdue = setTimeout(() => this.child.kill('SIGKILL'), stopLimit);
    const exit = await this.exited;
    clearTimeout(overdue);
    await rm(this.dataDir, { recursive: true, force: true });
    assert.deepEqual(exit, { code: 0, signal: null }, `the server failed:\n${this.#log}`);
    assert.doesNotMatch(this.#log, /^panic:|^goroutine \d+ \[|DATA RACE/m);
  }

  #announced() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no address within ${startLimit} ms:\n${this.#log}`)), startLimit);
      this.exited.then(() => {
        clearTimeout(late);
        reject(new Error(`the server exited before it listened:\n${this.#log}`));
      });
      const look = () => {
        const [url] = /http:\/\/127\.0\.0\.1:\d+\/graphql\b/.exec(this.#log) ?? [];
        if (url) {
          clearTimeout(late);
          resolve(url);
        }
      };
      this.child.stdout.on('data', look);
      this.child.stderr.on('data', look);
    });
  }
}
