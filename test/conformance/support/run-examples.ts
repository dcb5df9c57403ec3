import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect } from 'vitest';
import type { TestWorkspace } from '../../support/parley.js';
import { type Example, examplesOf } from './markdown.js';

/** What differs between workspaces: signed URLs and keys of uploads, ids, times and cursors. */
const PERSONAL =
  /http:[^"]+\/uploads\/[^"]+|\b[0-9a-f]{32}\.\w+|\b[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=")[\w-]{40,}(?=")/g;

const impersonal = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(PERSONAL, 'personal'));
const personal = (value: unknown): string[] => JSON.stringify(value).match(PERSONAL) ?? [];

/** The example's operation; a page has one operation in each of its blocks. */
export function operationOf({ operation }: Example): OperationDefinitionNode {
  const [definition] = parse(operation).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`This is no operation:\n${operation}`);
  return definition;
}

/** Whether the page gives a value for every variable that needs one. */
export function isComplete(example: Example): boolean {
  return (operationOf(example).variableDefinitions ?? []).every(
    ({ type, defaultValue, variable }) =>
      type.kind !== Kind.NON_NULL_TYPE || defaultValue || Object.hasOwn(example.variables ?? {}, variable.name.value),
  );
}

/** Does what the manual does with curl: stores a file of the size that the manual then shows. */
async function upload(url: string): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg' },
    body: new Uint8Array(48_213),
  });
  expect(response.ok).toBe(true);
}

/** Subscribes over Server-Sent Events; the function returned waits for the first result, and unsubscribes. */
async function subscribe(url: string, apiKey: string, body: object): Promise<() => Promise<unknown>> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
  };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  expect(response.status).toBe(200);
  return async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const [, data] = /^event: next\ndata: (.*)\n\n/m.exec(text) ?? [];
      // Returning cancels the response, which ends the subscription.
      if (data !== undefined) return JSON.parse(data);
    }
    throw new Error('The subscription ended without a result.');
  };
}

/**
 * Sends the page's operations one after the other, and compares the results with the page's answers. A subscription
 * stays open meanwhile, and is compared at the end. `here` maps the ids, times and cursors that pages show to those of
 * the workspace; it is read and extended.
 */
export async function runExamples(
  page: string,
  workspace: TestWorkspace,
  url: string,
  here: Map<string, string>,
): Promise<void> {
  const subscriptions: (() => Promise<void>)[] = [];
  for (const example of examplesOf(page).filter(isComplete)) {
    const { operation: query, variables, answer } = example;
    const sent = JSON.parse(JSON.stringify(variables ?? {}).replaceAll(PERSONAL, (there) => here.get(there) ?? there));
    if (operationOf(example).operation === 'subscription') {
      if (answer === null) continue;
      const firstResult = await subscribe(url, workspace.apiKey, { query, variables: sent });
      subscriptions.push(async () => expect(impersonal(await firstResult()), query).toEqual(impersonal(answer)));
      continue;
    }
    const { body } = await workspace.post(query, sent);
    expect(body.errors, query).toBeUndefined();
    if (answer === null) continue;
    expect(impersonal(body), query).toEqual(impersonal(answer));
    const ours = personal(body);
    for (const signed of ours.filter((each) => each.includes('/uploads/'))) await upload(signed);
    for (const [index, there] of personal(answer).entries()) here.set(there, ours[index] ?? there);
  }
  for (const compare of subscriptions) await compare();
}
