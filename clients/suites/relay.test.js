// Relay's server specification: connections, global object identification, and
// a query through relay-runtime.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import relay from 'relay-runtime';

import { code, data, post } from '../support/http.js';
import { assertFacts, cspo, facts } from '../support/operations.js';
import { serve } from '../support/server.js';

const server = await serve();
const ask = (query, variables) => data(server.url, query, variables);

const connections = {
  questions: { call: 'questions(', node: 'id' },
  'questions with a filter': { call: 'questions(filter: { difficulties: [EASY] }, ', node: 'id' },
  search: { call: 'search(query: "product backlog", ', node: 'node { id }' },
  'search with kinds': { call: 'search(query: "sprint", kinds: [TERM, LESSON], ', node: 'node { id }' },
};

for (const [name, { call, node }] of Object.entries(connections)) {
  describe(`the connection ${name}`, () => {
    const declared = '$first: Int, $after: String, $last: Int, $before: String';
    const paging = 'first: $first, after: $after, last: $last, before: $before';
    const document = `query Page(${declared}) { page: ${call}${paging}) {
      totalCount
      edges { cursor node { ${node} } }
      nodes { ${node} }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }`;
    const page = async (variables) => (await ask(document, variables)).page;
    const idOf = (edge) => edge.node.id ?? edge.node.node.id;
    const ids = (edges) => edges.map(idOf);

    let all; // every edge, in order

    before(async () => {
      all = [];
      let after;
      do {
        const { edges, nodes, pageInfo, totalCount } = await page({ first: 100, after });
        assert.deepEqual(
          nodes,
          edges.map((edge) => edge.node),
        );
        all.push(...edges);
        after = pageInfo.endCursor;
        if (!pageInfo.hasNextPage) assert.equal(all.length, totalCount);
        assert.ok(all.length <= totalCount, 'pages continue past the total');
        if (!pageInfo.hasNextPage) break;
      } while (after);
      assert.ok(all.length >= 5, `only ${all.length} nodes`);
    });

    test('has unique cursors and nodes', () => {
      assert.equal(new Set(all.map((edge) => edge.cursor)).size, all.length);
      assert.equal(new Set(ids(all)).size, all.length);
    });

    for (const size of [1, 2, 7]) {
      test(`walks forward, ${size} per page`, async () => {
        const some = all.slice(0, 20 * size);
        const seen = [];
        let after = null;
        while (seen.length < some.length) {
          const { edges, pageInfo } = await page({ first: size, after });
          seen.push(...edges);
          assert.equal(edges.length, Math.min(size, all.length - seen.length + edges.length));
          assert.equal(pageInfo.startCursor, edges[0].cursor);
          assert.equal(pageInfo.endCursor, edges.at(-1).cursor);
          assert.equal(pageInfo.hasNextPage, seen.length < all.length);
          after = pageInfo.endCursor;
        }
        assert.deepEqual(ids(seen), ids(all.slice(0, seen.length)));
      });

      test(`walks backward, ${size} per page`, async () => {
        const some = all.slice(-20 * size);
        const seen = [];
        let before = null;
        while (seen.length < some.length) {
          const { edges, pageInfo } = await page({ last: size, before });
          seen.unshift(...edges);
          assert.equal(edges.length, Math.min(size, all.length - seen.length + edges.length));
          assert.equal(pageInfo.hasPreviousPage, seen.length < all.length);
          before = pageInfo.startCursor;
        }
        assert.deepEqual(ids(seen), ids(all.slice(-seen.length)));
      });
    }

    test('returns the edges before a cursor in forward order', async () => {
      const { edges } = await page({ last: 2, before: all[3].cursor });
      assert.deepEqual(ids(edges), ids(all.slice(1, 3)));
    });

    test('returns the edges between two cursors', async () => {
      const { edges } = await page({ first: 10, after: all[0].cursor, before: all[4].cursor });
      assert.deepEqual(ids(edges), ids(all.slice(1, 4)));
    });

    test('is empty after the last edge and before the first', async () => {
      assert.deepEqual((await page({ first: 5, after: all.at(-1).cursor })).edges, []);
      assert.deepEqual((await page({ last: 5, before: all[0].cursor })).edges, []);
    });

    test('has an empty page of size 0, without cursors', async () => {
      const { edges, pageInfo, totalCount } = await page({ first: 0 });
      assert.deepEqual(edges, []);
      assert.equal(pageInfo.startCursor, null);
      assert.equal(pageInfo.endCursor, null);
      assert.equal(totalCount, all.length);
    });

    const refused = {
      'a negative first': { first: -1 },
      'a negative last': { last: -1 },
      'more than 100': { first: 101 },
      'first and last together': { first: 1, last: 1 },
      'an invalid cursor': { first: 1, after: '!!not-a-cursor' },
      'a cursor of another type': { first: 1, after: 'Y3Vyc29yOjE=' },
    };
    for (const [what, variables] of Object.entries(refused)) {
      test(`refuses ${what}`, async () => {
        assert.equal(await code(server.url, document, variables), 'INVALID_INPUT');
      });
    }
  });
}

test('a cursor from another connection is refused', async () => {
  const { questions } = await ask('{ questions(first: 1) { pageInfo { endCursor } } }');
  const after = questions.pageInfo.endCursor;
  const search = 'query ($after: String) { search(query: "product", first: 1, after: $after) { totalCount } }';
  assert.equal(await code(server.url, search, { after }), 'INVALID_INPUT');
});

describe('global object identification', () => {
  const everything = `{
    sources { ...is } lessons { ...is } terms { ...is } quizzes { ...is } courses { ...is }
    roles { ...is responsibilities { ...is } skills { ...is } }
    certifications { ...is audiences { ...is } benefits { ...is } usages { ...is } steps { ...is } renewal { steps { ...is } } }
    topics { ...is objectives { ...is } }
    questions(first: 20) { nodes { ...is } }
  } fragment is on Node { __typename id }`;

  const objects = new Map();

  before(async () => {
    const collect = (value) => {
      if (value === null || typeof value !== 'object') return;
      if (value.id) objects.set(value.id, value.__typename);
      Object.values(value).forEach(collect);
    };
    collect(await ask(everything));
  });

  const records = ['Attempt', 'Certificate', 'Cohort', 'CohortMember', 'CohortMembership'];

  test('is open to every type of content that implements Node', async () => {
    const { __type } = await ask('{ __type(name: "Node") { possibleTypes { name } } }');
    assert.deepEqual(
      [...new Set(objects.values())].sort(),
      // Records are only readable by their owners; see practice.test.js and certificate.test.js.
      __type.possibleTypes.map(({ name }) => name).filter((name) => !records.includes(name)).sort(),
    );
  });

  test('refetches one object of every type by node', async () => {
    const samples = new Map([...objects].map(([id, type]) => [type, id]));
    for (const [type, id] of samples) {
      const { node } = await ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
      assert.deepEqual(node, { __typename: type, id });
    }
  });

  test('refetches all of them by nodes, in the requested order', async () => {
    const all = [...objects].reverse();
    for (let from = 0; from < all.length; from += 100) {
      const some = all.slice(from, from + 100);
      const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
        ids: some.map(([id]) => id),
      });
      assert.deepEqual(
        nodes.map((node) => [node?.id, node?.__typename]),
        some,
      );
    }
  });

  for (const id of ['nope', '', '0', 'f'.repeat(24), 'question/', 'question/nope', '/', 'Question/x', 'a/b/c']) {
    test(`returns null or a clear error for the unknown id ${JSON.stringify(id)}`, async () => {
      const { status, json, text } = await post(server.url, {
        query: 'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }',
        variables: { id },
      });
      assert.ok(status < 500, text);
      if (json.errors) assert.match(json.errors[0].extensions.code, /^(INVALID_INPUT|NOT_FOUND)$/);
      else assert.deepEqual(json.data, { node: null, nodes: [null] });
    });
  }

  test('refuses more than 100 ids', async () => {
    const ids = Array(101).fill('term/increment');
    assert.equal(await code(server.url, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }), 'INVALID_INPUT');
  });
});

test('relay-runtime runs a query and normalises its answer', async () => {
  const { Environment, Network, RecordSource, Store, fetchQuery } = relay;
  const field = (name, extra = {}) => ({ kind: 'ScalarField', name, alias: null, args: null, storageKey: null, ...extra });
  const linked = (name, concreteType, selections, args = null) => ({
    kind: 'LinkedField',
    name,
    alias: null,
    args,
    concreteType,
    plural: false,
    selections,
    storageKey: null,
  });
  const argumentDefinitions = [{ kind: 'LocalArgument', name: 'slug', defaultValue: null }];
  const slug = [{ kind: 'Variable', name: 'slug', variableName: 'slug' }];
  const training = linked('training', 'CertificationTraining', [field('days')]);
  const text = facts.replace('{ code', '{ id code');
  const request = {
    kind: 'Request',
    fragment: {
      kind: 'Fragment',
      name: 'Facts',
      type: 'Query',
      abstractKey: null,
      metadata: null,
      argumentDefinitions,
      selections: [linked('certification', 'Certification', [field('code'), training], slug)],
    },
    operation: {
      kind: 'Operation',
      name: 'Facts',
      argumentDefinitions,
      selections: [linked('certification', 'Certification', [field('id'), field('code'), training], slug)],
    },
    params: { cacheID: 'facts', id: null, metadata: {}, name: 'Facts', operationKind: 'query', text },
  };

  const source = new RecordSource();
  const environment = new Environment({
    store: new Store(source),
    network: Network.create(async ({ text: query }, variables) => (await post(server.url, { query, variables })).json),
  });
  assertFacts(await fetchQuery(environment, request, cspo).toPromise());
  assert.equal(source.get('certification/cspo')?.code, 'CSPO');
});
