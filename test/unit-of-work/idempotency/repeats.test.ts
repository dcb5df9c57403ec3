import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  CloseConversationsDocument,
  CreateConversationDocument,
  DeleteConversationDocument,
  ReopenConversationDocument,
  TransferConversationDocument,
} from '../../generated/operations.js';
import { act, failWith, succeed } from '../../support/act.js';
import { testClock } from '../../support/clock.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { introspect, type RootField, rootFieldsOf } from '../../support/root-fields.js';
import { digestRows } from '../../support/workspace-rows.js';
import { eventsAfter, headOf } from '../support/cursors.js';
import { everyMutation } from '../support/every-mutation.js';

const clock = testClock('2026-03-01T12:00:00.000Z');
const parley = useParley({ clock: clock.now });
/** Another process on the same database. */
const second = useParley({ clock: clock.now });
const workspace = useFreshWorkspace(parley);

const DAY_MS = 24 * 60 * 60 * 1000;
const withSecrets = [
  'createApiKey',
  'createBot',
  'createContactExportLink',
  'createSessionToken',
  'createUpload',
  'createWebhookEndpoint',
  'rotateWebhookSecret',
];

let fields: Map<string, RootField>;
beforeAll(async () => {
  const all = rootFieldsOf(await introspect(await parley.newWorkspace()), 1);
  fields = new Map(all.filter(({ kind }) => kind === 'mutation').map((field) => [field.name, field]));
});

/** Sends a mutation with all fields of its answer; null as the key sends none. */
async function send({ post }: Pick<TestWorkspace, 'post'>, name: string, input: object, idempotencyKey: string | null) {
  const { body } = await post(fields.get(name)?.document ?? '', { input: { ...input, idempotencyKey } });
  return body;
}

it('every mutation takes an idempotency key, except those whose answer contains a secret', async () => {
  const schema = await introspect(workspace);
  const without = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(
    ({ args }) => !JSON.stringify(Object.keys(Object(args[0]?.type).ofType.getFields())).includes('idempotencyKey'),
  );
  expect(without.map(({ name }) => name).sort()).toEqual(withSecrets);
  expect([...fields.keys()].sort()).toEqual(Object.keys(everyMutation).sort());
});

const repeatable = Object.entries(everyMutation).filter(([name]) => !withSecrets.includes(name));

describe.each(repeatable)('%s with an idempotency key', (name, prepare) => {
  const succeeded = { data: { [name]: { __typename: expect.stringMatching(/Payload$/) } } };

  it('whose answer was lost is answered the same later and elsewhere, and writes nothing', async () => {
    const there = second.connect(workspace);
    const input = await prepare(workspace, parley);
    const before = await headOf(workspace);
    const first = await send(workspace, name, input, 'key-1');
    expect(first).toMatchObject(succeeded);
    const events = await eventsAfter(workspace, before);
    const rows = await digestRows(parley, workspace);
    expect(await send(there, name, input, 'key-1')).toEqual(first);
    clock.tick(8 * DAY_MS);
    // A session token has expired by then.
    if (name !== 'revokeSessionToken') {
      for (const client of [workspace, there]) expect(await send(client, name, input, 'key-1')).toEqual(first);
    }
    const other = name === 'updateWorkspace' ? 'createContact' : 'updateWorkspace';
    const refused = { errors: [{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }] };
    expect(await send(workspace, other, { name: 'Other' }, 'key-1')).toMatchObject(refused);
    expect(await digestRows(parley, workspace)).toEqual(rows);

    const concurrent = await parley.newWorkspace();
    const sameInput = await prepare(concurrent, parley);
    const start = await headOf(concurrent);
    const both = [concurrent, second.connect(concurrent)];
    const answers = await Promise.all(
      [...both, ...both, ...both].map((client) => send(client, name, sameInput, 'key-1')),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject(succeeded);
    const once = await eventsAfter(concurrent, start);
    expect(once.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
  });
});

describe('an expected failure', () => {
  let conversationId: string;
  beforeEach(async () => {
    conversationId = (await makeContactConversation(workspace)).id;
  });

  it('is repeated as it was, though the request could succeed by then, and writes nothing', async () => {
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const input = { conversationId, idempotencyKey: 'key-1' };
    const failure = await failWith(workspace, 'InvalidTransitionError', CloseConversationDocument, input);
    await succeed(workspace, ReopenConversationDocument, { conversationId });
    const rows = await digestRows(parley, workspace);
    clock.tick(8 * DAY_MS);
    const again = await Promise.all(Array.from({ length: 5 }, () => act(workspace, CloseConversationDocument, input)));
    for (const answer of again) expect(answer).toEqual(failure);
    expect(await digestRows(parley, workspace)).toEqual(rows);
    await succeed(workspace, CloseConversationDocument, { conversationId, idempotencyKey: 'key-2' });
  });

  it('leaves nothing of what was written before it', async () => {
    const input = { subject: 'Order', message: { text: 'Hello', replyToId: unknownId('Message') } };
    const rows = await digestRows(parley, workspace);
    await failWith(workspace, 'NotFoundError', CreateConversationDocument, { ...input, idempotencyKey: 'key-1' });
    const { IdempotencyClaim: _claims, ...after } = await digestRows(parley, workspace);
    expect(rows).toMatchObject(after);
  });

  it('has the same type and fields, whichever it is', async () => {
    const [ada, { channel, contact }] = [await makeUser(workspace), await makeContactConversation(workspace)];
    await succeed(workspace, TransferConversationDocument, { conversationId, toAssigneeId: ada.id });
    const failing: [string, object, string][] = [
      ['createConversation', { channelId: channel?.id, contactId: contact?.id }, 'ConversationExistsError'],
      ['createConversation', { expiresAt: '2020-01-01T00:00:00Z' }, 'ValidationError'],
      ['transferConversation', { conversationId, toAssigneeId: ada.id }, 'ConflictError'],
      ['updateUser', { userId: unknownId('User'), name: 'Other' }, 'NotFoundError'],
      ['assignConversation', { conversationId, assigneeId: null, expectedVersion: 99 }, 'ConflictError'],
    ];
    for (const [index, [name, input, type]] of failing.entries()) {
      const first = await send(workspace, name, input, `key-${index}`);
      expect(first).toMatchObject({ data: { [name]: { __typename: type } } });
      expect(await send(workspace, name, input, `key-${index}`)).toEqual(first);
    }
  });

  it('of some of many conversations is repeated with what became of the others', async () => {
    const { id: other } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const missing = unknownId('Conversation');
    const input = { conversationIds: [conversationId, other, missing], idempotencyKey: 'key-1' };
    const first = await succeed(workspace, CloseConversationsDocument, input);
    expect(first).toMatchObject({
      closedCount: 1,
      results: [{ error: { code: 'INVALID_TRANSITION' } }, { error: null }, {}],
    });
    expect(await succeed(workspace, CloseConversationsDocument, input)).toEqual(first);
  });

  it('is not that what was done has been deleted since', async () => {
    await succeed(workspace, CloseConversationDocument, { conversationId, idempotencyKey: 'key-1' });
    await succeed(workspace, DeleteConversationDocument, { conversationId });
    const input = { conversationId, idempotencyKey: 'key-1' };
    const { id } = await failWith(workspace, 'NotFoundError', CloseConversationDocument, input);
    expect(id).toBe(conversationId);
  });
});

describe('the header Idempotency-Key', () => {
  const ask = async (query: string, key: string, input: object = { name: 'Carla' }) => {
    const response = await fetch(parley.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${workspace.apiKey}`,
        'idempotency-key': key,
      },
      body: JSON.stringify({ query, variables: query.includes('$input') ? { input } : {} }),
    });
    return response.json();
  };
  const create =
    'mutation ($input: CreateContactInput!) { createContact(input: $input) { ... on CreateContactPayload { contact { id } } } }';
  const refusal = { errors: [{ extensions: { code: 'BAD_USER_INPUT', path: ['Idempotency-Key'] } }] };

  it('is the key of the only mutation, also beside the same key in its input', async () => {
    const first = await ask(create, 'key-1');
    expect(first).toMatchObject({ data: { createContact: { contact: {} } } });
    expect(await ask(create, ' key-1 ')).toEqual(first);
    expect(await ask(create, 'key-1', { name: 'Carla', idempotencyKey: 'key-1' })).toEqual(first);
    expect(await workspace.post(create, { input: { name: 'Carla', idempotencyKey: 'key-1' } })).toMatchObject({
      body: first,
    });
  });

  it('is refused with another key, for several mutations, for a secret, and if it is too long', async () => {
    const rows = await digestRows(parley, workspace);
    const one = (alias: string) => `${alias}: createContact(input: { name: "Carla" }) { __typename }`;
    const answers = [
      await ask(create, 'key-1', { name: 'Carla', idempotencyKey: 'key-2' }),
      await ask(`mutation { ${one('a')} ${one('b')} }`, 'key-1'),
      await ask('mutation { createBot(input: { name: "Robo" }) { __typename } }', 'key-1'),
      await ask(create, 'k'.repeat(256)),
    ];
    for (const answer of answers) expect(answer).toMatchObject(refusal);
    expect(await digestRows(parley, workspace)).toEqual(rows);
  });

  it('says nothing to a query', async () => {
    expect(await ask('{ __typename }', 'key-1')).toEqual({ data: { __typename: 'Query' } });
  });
});
