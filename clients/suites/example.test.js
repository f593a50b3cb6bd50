// Runs the typed example program, compiled from TypeScript, as a reader would.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { serve } from '../support/server.js';

const program = new URL('../.build/example/main.js', import.meta.url).pathname;
const run = promisify(execFile);

const server = await serve();

test('the example prints the facts and a page of questions', async () => {
  const { stdout } = await run(process.execPath, [program, server.url]);
  assert.match(stdout, /^CSPO: .+ awarded by Scrum Alliance \(non-profit\)$/m);
  assert.match(stdout, /^Training: 2 days, no exam$/m);
  assert.match(stdout, /^Renewal: every 24 months for 100(\.00)? USD$/m);
  assert.equal(stdout.match(/^ {2}[123]\. .+$/gm)?.length, 3);
  assert.equal(stdout.match(/^\[(EASY|MEDIUM|HARD)\] .+$/gm)?.length, 3);
});

test('the example reports errors', async () => {
  await assert.rejects(run(process.execPath, [program, `${server.url}/absent`]), ({ code }) => code === 1);
});
