// Follows the README's quick start in a clean clone, with an empty data
// directory, and checks the answer to a newcomer's first query.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const limit = 60_000; // from starting the command to the answer, including compilation, with a warm module cache
const query = `{
  certification(slug: "cspo") {
    code
    issuer { name nonProfit }
    eligibility { open }
    training { days examRequired }
    renewal { everyMonths fee { amount currency } steps { title } }
    steps { title }
    audiences { title }
    benefits { title }
    usages { title }
    role { responsibilities { title } skills { title } }
  }
}`;

const clone = join(mkdtempSync(join(tmpdir(), 'scrumkb-quickstart-')), 'scrumkb');
execFileSync('git', ['clone', '--quiet', '.', clone]);

const begin = Date.now();
const server = spawn('go', ['run', '.', 'serve', '--listen', '127.0.0.1:0'], {
  cwd: clone,
  detached: true, // its own process group, so that the compiled program gets the signal too
  stdio: ['ignore', 'pipe', 'pipe'],
});
const exited = once(server, 'close');
let log = '';

try {
  const certification = await answer(await address());
  console.log(`answered ${((Date.now() - begin) / 1000).toFixed(1)} s after the start`);
  assert.ok(Date.now() - begin < limit, 'the first answer took too long');

  const { audiences, benefits, code, eligibility, issuer, renewal, role, steps, training, usages } = certification;
  assert.equal(code, 'CSPO');
  assert.deepEqual(issuer, { name: 'Scrum Alliance', nonProfit: true });
  assert.deepEqual(eligibility, { open: true });
  assert.deepEqual(training, { days: 2, examRequired: false });
  assert.equal(renewal.everyMonths, 24);
  assert.equal(Number(renewal.fee.amount), 100);
  assert.equal(renewal.fee.currency, 'USD');
  assert.equal(renewal.steps.length, 3);
  assert.equal(steps.length, 3);
  assert.ok(audiences.length >= 9, `${audiences.length} audiences`);
  assert.equal(benefits.length, 5);
  assert.equal(usages.length, 5);
  assert.equal(role.responsibilities.length, 5);
  assert.equal(role.skills.length, 5);
} catch (error) {
  console.error(log);
  throw error;
} finally {
  process.kill(-server.pid, 'SIGTERM');
  await exited;
  rmSync(join(clone, '..'), { recursive: true, force: true });
}

function address() {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no address within ${limit} ms`)), limit);
    exited.then(() => reject(new Error('the server ended')));
    const look = (chunk) => {
      log += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:\d+\/graphql\b/.exec(log) ?? [];
      if (url) {
        clearTimeout(late);
        resolve(url);
      }
    };
    server.stdout.on('data', look);
    server.stderr.on('data', look);
  });
}

async function answer(url) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data.certification;
}
