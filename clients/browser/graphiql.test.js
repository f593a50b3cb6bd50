// Tests GraphiQL as the server delivers it, in a real browser. Saves
// screenshots to screenshots/ for people to look at.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { chromium } from 'playwright-core';

import { serve } from '../support/server.js';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const screenshots = new URL('../screenshots/', import.meta.url).pathname;
const patience = 15_000;

const server = await serve();

describe('GraphiQL', () => {
  let browser;
  let page;
  const requests = [];
  const sockets = [];
  const complaints = []; // console errors, uncaught errors, failed requests and policy violations

  before(async () => {
    await mkdir(screenshots, { recursive: true });
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(patience);
    page.on('request', (request) => requests.push(request.url()));
    page.on('websocket', (socket) => sockets.push(socket.url()));
    page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
    page.on('pageerror', (error) => complaints.push(error.stack));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (violation) => {
        console.error(`policy: ${violation.violatedDirective} ${violation.blockedURI} ${violation.sample}`);
      });
    });
    await page.goto(`${server.origin}/graphiql`);
    await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
  });

  after(() => browser?.close());

  const screenshot = (name) => page.screenshot({ path: `${screenshots}${name}.png` });
  const tab = (name) => page.locator('.graphiql-tabs').getByText(name, { exact: true });

  /** Runs the editor's operation, once GraphiQL has noticed which one that is. */
  const run = async (name = null) => {
    await page.waitForFunction((expected) => {
      const state = JSON.parse(localStorage.getItem('graphiql:tabState'));
      return (state?.tabs[state.activeTabIndex].operationName ?? null) === expected;
    }, name);
    await page.locator('.graphiql-execute-button').click();
  };
  const open = async (name) => {
    await tab(name).click();
    await run(name);
  };

  /** Waits until the shown answer matches, and answers its text. */
  const answer = async (pattern) => {
    const response = page.locator('.graphiql-response .CodeMirror-code').filter({ hasText: pattern });
    await response.waitFor();
    return response.innerText();
  };

  test('has its title and one tab per example', async () => {
    assert.equal(await page.title(), 'scrumkb');
    const names = ['CertificationFacts', 'Topics', 'Search', 'Questions', 'ContentPublished'].concat(
      ['BeginAsGuest', 'StartPractice', 'AnswerQuestion', 'WhatToReview'],
    );
    for (const name of names) await tab(name).waitFor();
    await screenshot('1-examples');
  });

  test('explains the schema', async () => {
    await page.getByLabel('Show Documentation Explorer').click();
    const docs = page.locator('.graphiql-doc-explorer');
    await docs.getByRole('link', { name: 'Query', exact: true }).click();
    await docs.getByText('The certification with this slug, such as').waitFor();
    await screenshot('2-documentation');
    await page.getByLabel('Hide Documentation Explorer').click();
  });

  test('runs an example', async () => {
    await open('CertificationFacts');
    const text = await answer('"CSPO"');
    assert.match(text, /"days": 2/);
    await screenshot('3-query');
  });

  test('runs an example with variables', async () => {
    await open('Search');
    const text = await answer('totalCount');
    assert.match(text, /"title"/);
    await screenshot('4-variables');
  });

  test('shows the events of a subscription until it is stopped', async () => {
    await open('ContentPublished');
    const text = await answer('contentPublished');
    assert.match(text, /"number": [1-9]/);
    await screenshot('5-subscription');
    await page.locator('.graphiql-execute-button').click(); // stops the running operation
    assert.equal(sockets.length, 1);
  });

  /** Puts a text into the editor for variables or headers of the open tab. */
  const fill = async (tool, text) => {
    await page.locator('.graphiql-editor-tools').getByText(tool, { exact: true }).click();
    const editor = page.locator('.graphiql-editor-tool .CodeMirror:visible');
    await editor.evaluate((element, value) => element.CodeMirror.setValue(value), text);
  };

  test('practises as a guest, with a token in the header', async () => {
    await open('BeginAsGuest');
    const [, token] = /"token": "([^"]+)"/.exec(await answer('"expiresAt"'));
    const headers = JSON.stringify({ Authorization: `Bearer ${token}` });

    await tab('StartPractice').click();
    await fill('Headers', headers);
    await run('StartPractice');
    const started = await answer('"resumed": false');
    const [, attempt] = /"id": "(attempt[^"]+)"/.exec(started);
    await screenshot('6-practice');

    await tab('AnswerQuestion').click();
    await fill('Headers', headers);
    await fill('Variables', JSON.stringify({ attempt, slot: 1, options: [] }));
    await run('AnswerQuestion');
    await answer('"TODO"'); // no option is no answer

    await tab('WhatToReview').click();
    await fill('Headers', headers);
    await run('WhatToReview');
    await answer('"RESUME_ATTEMPT"');
  });

  test('shows the errors of an invalid document', async () => {
    await page.getByLabel('New tab').click();
    await page
      .locator('.graphiql-query-editor .CodeMirror')
      .evaluate((editor) => editor.CodeMirror.setValue('{ thisFieldDoesNotExist }'));
    await run();
    await answer('GRAPHQL_VALIDATION_FAILED');
    await screenshot('7-errors');
  });

  test('makes no requests to other hosts', () => {
    assert.ok(requests.length > 5);
    const origins = new Set(
      [...requests, ...sockets]
        .filter((url) => !url.startsWith('data:'))
        .map((url) => new URL(url).host),
    );
    assert.deepEqual([...origins], [new URL(server.origin).host]);
  });

  test('complained about nothing', () => {
    assert.deepEqual(complaints, []);
  });
});
