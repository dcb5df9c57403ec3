import type { ResultOf, VariablesOf } from 'gql.tada';
import { expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { fetchTransport } from '../../docs/recipes/fetch-transport.js';
import { FOLLOW, graphql, lineOf, type SEND, send, THREAD, typed } from '../../docs/recipes/gql-tada.js';
import { CloseConversationDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

// `npm run check` runs the compiler over these.
it('gql.tada knows the types of variables and results from the printed schema', () => {
  expectTypeOf<VariablesOf<typeof THREAD>>().toEqualTypeOf<{ id: string; before?: string | null }>();
  expectTypeOf<ResultOf<typeof THREAD>['eventCursor']>().toEqualTypeOf<string>();
  type Sent = ResultOf<typeof SEND>['sendMessage'];
  expectTypeOf<Sent['__typename']>().toEqualTypeOf<
    | 'SendMessagePayload'
    | 'ValidationError'
    | 'NotFoundError'
    | 'ForbiddenError'
    | 'ConflictError'
    | 'ConversationExistsError'
    | 'InvalidTransitionError'
  >();
  expectTypeOf<Extract<Sent, { __typename: 'InvalidTransitionError' }>['from']>().toEqualTypeOf<
    'OPEN' | 'PENDING' | 'SNOOZED' | 'CLOSED'
  >();
  const scalars = graphql(`
    query Scalars {
      conversations {
        nodes {
          createdAt
          metadata
        }
      }
    }
  `);
  expectTypeOf<ResultOf<typeof scalars>['conversations']['nodes']>().toEqualTypeOf<
    { createdAt: string; metadata: Record<string, unknown> }[]
  >();
  // @ts-expect-error: a field that the payload does not have.
  expectTypeOf<Extract<Sent, { __typename: 'SendMessagePayload' }>['issues']>();
  // @ts-expect-error: a variable that is missing.
  expect({} satisfies VariablesOf<typeof THREAD>).toEqual({});
});

it('gql.tada reads a page, sends, tells refusals apart, and follows what comes after a cut', async () => {
  const { id } = await makeConversation(workspace);
  await say(workspace, id, { text: 'First' });
  const wire = await useWire(parley);
  const client = typed(fetchTransport(wire.url, async () => workspace.apiKey));
  const lines: string[] = [];
  const failures: unknown[] = [];
  const stop = client.follow(
    FOLLOW,
    { id },
    {
      reload: async () => {
        const { eventCursor, conversation } = await client.request(THREAD, { id });
        lines.push(...(conversation?.messages.edges.map(({ node }) => lineOf(node)) ?? []));
        return eventCursor;
      },
      next: ({ events }) => {
        if (events.__typename === 'MessageAdded' && events.message) lines.push(lineOf(events.message));
      },
      fail: (reason) => failures.push(reason),
    },
  );
  onTestFinished(stop);
  await eventually(() => lines.length === 1, 'the page');
  expect(await send(client, { conversationId: id, text: 'Second' })).toBeNull();
  await eventually(() => lines.length === 2, 'what was sent');
  wire.cut();
  await say(workspace, id, { text: 'Missed' });
  await eventually(() => lines.length === 3, 'what was missed');
  expect(lines).toEqual(['First key: First', 'First key: Second', 'First key: Missed']);
  expect(await send(client, { conversationId: id, text: '' })).toMatch(/^text: /);
  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  expect(await send(client, { conversationId: id, text: 'Late' })).toBe('The conversation is CLOSED: reopen it first.');
  expect(failures).toEqual([]);
});
