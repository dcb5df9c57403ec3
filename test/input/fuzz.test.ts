import { array, assert, asyncProperty, constantFrom, oneof } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { idPrefixes, parseId } from '../../src/lib/ids.js';
import { InboxDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import {
  makeBot,
  makeChannel,
  makeContact,
  makeContactConversation,
  makeConversation,
  makeUser,
} from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import { introspect, type RootField, rootFieldsOf } from '../support/root-fields.js';
import { anyVariables, type Pool } from './support/arbitrary.js';
import { brokenInvariants } from './support/invariants.js';

let fields: RootField[];
let pool: Pool;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  fields = rootFieldsOf(await introspect(workspace), 1);
  pool = await fill(workspace);
});

/** Rows of every kind, and their ids by type. */
async function fill(client: TestWorkspace): Promise<Pool> {
  const user = await makeUser(client);
  const bot = await makeBot(client);
  const conversations = await Promise.all(
    Array.from({ length: 5 }, () => [
      makeContactConversation(client, { assigneeId: user.id, message: { text: 'Hello' } }),
      makeContactConversation(client, { assigneeId: bot.id, message: { text: 'Hello', direction: 'INBOUND' } }),
      makeConversation(client, { ownerId: user.id }),
    ]).flat(),
  );
  const list = await ask(client, InboxDocument, {});
  const ids = [
    user.id,
    (await makeUser(client, 'Grace')).id,
    bot.id,
    (await makeChannel(client, { allowMany: true })).id,
    (await makeContact(client)).id,
    ...conversations.flatMap(({ id, contact, channel }) => [id, contact?.id, channel?.id]),
    ...nodesOf(list).flatMap(({ lastMessage, participants }) => [lastMessage?.id, ...participants.map(({ id }) => id)]),
  ].filter((id) => typeof id === 'string');
  const byType = Object.keys(idPrefixes).map((type): [string, string[]] => [
    type,
    ids.filter((id) => parseId(id)?.type === type),
  ]);
  return new Map(byType.filter(([, ofType]) => ofType.length > 0));
}

const takesAway = ({ name }: RootField) => /^(delete|deactivate|merge)/.test(name);

describe('any input that GraphQL itself accepts', () => {
  it('is answered or refused and never breaks anything, 8 requests at a time', { timeout: 60_000 }, async () => {
    const kinds = new Set<string>();
    // What takes away is rarer, so that there is something left for the others.
    const [taking, others] = [fields.filter(takesAway), fields.filter((field) => !takesAway(field))];
    const anyField = oneof(
      { weight: 1, arbitrary: constantFrom(...taking) },
      { weight: 40, arbitrary: constantFrom(...others) },
    );
    const operation = anyField.chain((field) => anyVariables(field, pool).map((variables) => ({ field, variables })));
    await assert(
      asyncProperty(array(operation, { minLength: 8, maxLength: 8 }), async (batch) => {
        await Promise.all(
          batch.map(async ({ field, variables }) => {
            const { status, body } = await workspace.post(field.document, variables);
            const codes = body.errors?.map(({ extensions }) => String(extensions?.code)) ?? [];
            expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
            expect([200, 400]).toContain(status);
            kinds.add(codes[0] ?? String(Object(body.data?.[field.name]).__typename));
          }),
        );
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(kinds.size).toBeGreaterThan(15);
    expect(await brokenInvariants(parley, workspace)).toEqual([]);
  });
});
