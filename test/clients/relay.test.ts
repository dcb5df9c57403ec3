import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLTaggedNode,
  Network,
  RecordSource,
  Store,
} from 'relay-runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { schema } from '../../src/graphql/schema.js';
import { type Example, examplesOf, pages } from '../conformance/support/markdown.js';
import { isComplete, operationOf } from '../conformance/support/run-examples.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { relayRequest } from './support/relay-request.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const complaints: unknown[][] = [];
beforeEach(() => {
  complaints.length = 0;
  for (const method of ['error', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void complaints.push(words));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const openEnvironment = () =>
  new Environment({
    network: Network.create(async ({ text }, variables) => {
      const { body } = await workspace.post(text ?? '', variables);
      return JSON.parse(JSON.stringify(body));
    }),
    store: new Store(new RecordSource()),
  });

/** Runs an operation by Relay's runtime, and returns what its caller gets from the store. */
async function run(text: string, variables: Record<string, unknown>): Promise<unknown> {
  const environment = openEnvironment();
  const request = relayRequest(schema, text);
  const node: GraphQLTaggedNode = request;
  environment.retain(createOperationDescriptor(request, variables));
  if (request.params.operationKind !== 'mutation') return fetchQuery(environment, node, variables).toPromise();
  return new Promise((resolve, reject) => {
    commitMutation(environment, { mutation: node, variables, onCompleted: resolve, onError: reject });
  });
}

const operations = pages.flatMap((page) =>
  examplesOf(page)
    .filter((example) => isComplete(example) && operationOf(example).operation !== 'subscription')
    // A page's cursors are those of another log.
    .filter(({ variables }) => !Object.hasOwn(variables ?? {}, 'after'))
    .map((example, index) => [`${page} ${index + 1} (${operationOf(example).name?.value})`, example] as const),
);

describe('with the runtime of Relay', () => {
  it.each(operations)('%s reaches its caller', async (_name, { operation, variables }: Example) => {
    const [answer] = Object.values(Object(await run(operation, variables ?? {})));
    // Of what only the page's own workspace has, null.
    if (answer !== null)
      expect(Object.keys(Object(answer)), operation).toContainEqual(expect.stringMatching(/^(?!__)/));
    expect(complaints).toEqual([]);
  });

  it.each([
    ['sendMessage', 'SendMessage', 'conversationId: $id, text: "Hello"'],
    ['editMessage', 'EditMessage', 'messageId: $id, text: "Hello"'],
  ])('%s gives the edge of its message, and a refusal its words', async (field, Name, input) => {
    const text = `mutation Change($id: ID!) {
      ${field}(input: { ${input} }) {
        ... on ${Name}Payload { messageEdge { cursor node { id text } } }
        ... on Error { code message }
      }
    }`;
    const { id } = await makeConversation(workspace);
    const sent = await workspace.post<{ sendMessage: { messageEdge: { node: { id: string } } } }>(
      `mutation ($id: ID!) {
        sendMessage(input: { conversationId: $id, text: "Hi" }) {
          ... on SendMessagePayload { messageEdge { node { id } } }
        }
      }`,
      { id },
    );
    const target = field === 'sendMessage' ? id : sent.body.data?.sendMessage.messageEdge.node.id;
    expect(await run(text, { id: target })).toMatchObject({
      [field]: { messageEdge: { cursor: expect.any(String), node: { text: 'Hello' } } },
    });
    const unknown = field === 'sendMessage' ? 'conv_01m7yva7fpfmdbk37hf15m8ddb' : 'msg_01m7yva7pre75tq7nae2twqpz6';
    expect(await run(text, { id: unknown })).toMatchObject({
      [field]: { code: 'NOT_FOUND', message: expect.stringMatching(/^No such/) },
    });
    expect(complaints).toEqual([]);
  });
});
