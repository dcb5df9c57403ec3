import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { TestWorkspace } from '../../../support/parley.js';

const PATIENCE_MS = 60_000;
const RETRY_MS = 50;

/**
 * A workspace whose operations go to the server that is next, and again to the one after it where one is gone or cannot
 * reach its database. What is sent again may have been done before.
 */
export function insistentClient(nextUrl: () => string, { id, apiKey }: { id: string; apiKey: string }): TestWorkspace {
  const post: TestWorkspace['post'] = async (query, variables = {}, key = apiKey) => {
    const headers = { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) };
    const body = JSON.stringify({ query, variables });
    const response = await fetch(nextUrl(), { method: 'POST', headers, body });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  async function run<Result, Variables extends object>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
    key?: string,
  ): Promise<Result> {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(RETRY_MS)) {
      let failure: string;
      try {
        const { body } = await post<Result>(print(document), variables, key);
        if (body.data && !body.errors) return body.data;
        failure = JSON.stringify(body.errors);
      } catch (error) {
        failure = String(error);
      }
      if (failure.includes('BAD_USER_INPUT') || Date.now() > deadline) throw new Error(failure);
    }
  }
  return { id, apiKey, post, run };
}
