// A small front-end program without a framework that asks for the facts of one
// certification and for a page of questions, with every answer typed by the schema.
// Run it with the API's address: node main.js http://127.0.0.1:8080/graphql
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

import { graphql } from './gql/gql.js';

const CertificationFacts = graphql(`
  query CertificationFacts($slug: String!) {
    certification(slug: $slug) {
      code
      title
      issuer {
        name
        nonProfit
      }
      training {
        days
        examRequired
      }
      renewal {
        everyMonths
        fee {
          amount
          currency
        }
      }
      steps {
        position
        title
      }
    }
  }
`);

const PageOfQuestions = graphql(`
  query PageOfQuestions($filter: QuestionFilter, $first: Int!, $after: String) {
    questions(filter: $filter, first: $first, after: $after) {
      totalCount
      nodes {
        type
        difficulty
        stem
        options {
          text
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

async function execute<Data, Variables>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const result = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (result.errors || !result.data) {
    throw new Error(result.errors?.map((error) => error.message).join('; ') ?? `HTTP status ${response.status}`);
  }
  return result.data;
}

async function main(url: string): Promise<void> {
  const { certification } = await execute(url, CertificationFacts, { slug: 'cspo' });
  if (!certification) {
    throw new Error('no certification "cspo"');
  }
  const { code, title, issuer, training, renewal, steps } = certification;
  console.log(`${code}: ${title}, awarded by ${issuer.name}${issuer.nonProfit ? ' (non-profit)' : ''}`);
  console.log(`Training: ${training.days} days, ${training.examRequired ? 'with an exam' : 'no exam'}`);
  console.log(`Renewal: every ${renewal.everyMonths} months for ${renewal.fee.amount} ${renewal.fee.currency}`);
  for (const step of steps) {
    console.log(`  ${step.position}. ${step.title}`);
  }

  const { questions } = await execute(url, PageOfQuestions, {
    filter: { topics: ['PO1'], types: ['SINGLE_CHOICE'] },
    first: 3,
  });
  console.log(`Questions on PO1 with one answer: ${questions.totalCount}`);
  for (const { difficulty, stem, options } of questions.nodes) {
    console.log(`\n[${difficulty}] ${stem}`);
    for (const { text } of options) {
      console.log(`  - ${text}`);
    }
  }
}

await main(process.argv[2] ?? 'http://127.0.0.1:8080/graphql');
