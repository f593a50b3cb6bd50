// Completes a course over the API, as a learner does.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { within } from './deadline.js';
import { data, post } from './http.js';
import { binary } from './server.js';

const short = `courses:
  - slug: short
    title: A short course
    summary: One lesson, and it is completed.
    certificate_months: 24
    units:
      - { id: read, title: What the CSPO is, kind: READING, lesson: what-the-cspo-is, move_on: COMPLETED }
`;

/** Publishes a course of one lesson, called short, beside the program's own content. */
export async function publishShortCourse(server) {
  const files = await mkdtemp(join(tmpdir(), 'scrumkb-course-'));
  try {
    await writeFile(join(files, 'course.yaml'), short);
    await promisify(execFile)(binary, ['seed', 'apply', files, '--name', 'short', '--data-dir', server.dataDir]);
  } finally {
    await rm(files, { recursive: true, force: true });
  }
  const published = async () => {
    while (!(await data(server.url, '{ course(slug: "short") { slug } }')).course) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await within(30_000, 'publication of the course', published());
}

/** Makes a guest complete the course short, and answers their certificate and how they ask. */
export async function completeShortCourse(server) {
  const { startGuestSession } = await data(server.url, 'mutation { startGuestSession { token viewer { id } } }');
  const ask = async (query) => {
    const { json, text } = await post(server.url, { query }, { authorization: `Bearer ${startGuestSession.token}` });
    assert.equal(json.errors, undefined, text);
    return json.data;
  };
  await ask('mutation { enroll(input: { course: "short" }) { progress { state } } }');
  await ask('mutation { completeReading(input: { lesson: "what-the-cspo-is" }) { lesson { slug } } }');
  const { viewer } = await ask('{ viewer { certificates { code status verifyUrl imageUrl credentialUrl credential } } }');
  assert.equal(viewer.certificates.length, 1);
  return { ...viewer.certificates[0], learner: startGuestSession.viewer.id };
}
