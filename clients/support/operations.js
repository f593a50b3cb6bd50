// Operations that several suites send, and what a correct answer looks like.
import assert from 'node:assert/strict';

export const facts = 'query Facts($slug: String!) { certification(slug: $slug) { code training { days } } }';
export const cspo = { slug: 'cspo' };

export function assertFacts(data) {
  assert.equal(data?.certification?.code, 'CSPO');
  assert.equal(data.certification.training.days, 2);
}

export const invalid = '{ thisFieldDoesNotExist }';

export const published = 'subscription Published { contentPublished { number publishedAt } }';

export function assertRevision(revision) {
  assert.ok(revision?.number >= 1, `revision ${JSON.stringify(revision)}`);
  assert.ok(!Number.isNaN(Date.parse(revision.publishedAt)), `published at ${revision.publishedAt}`);
}

export const deferred = 'query Deferred { certification(slug: "cspo") { code ... @defer(label: "late") { title } } }';
