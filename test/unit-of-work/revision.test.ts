import { type GraphQLSchema, getNamedType, isLeafType, isObjectType, isRequiredArgument, isUnionType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  JoinConversationDocument,
  MarkConversationReadDocument,
  MergeContactsDocument,
  SendMessageDocument,
  UpdateConversationDocument,
} from '../generated/operations.js';
import { connect, listen } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContact, makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { introspect, rootFieldsOf } from '../support/root-fields.js';
import { signIn, signInAs } from '../support/token.js';
import { headOf } from './support/cursors.js';
import { everyMutation } from './support/every-mutation.js';

const parley = useParley();
const workspace = useWorkspace(parley);

type Seen = { id: string; revision: number; version: number; updatedAt: string };
type Revised = { revision: number };

let schema: GraphQLSchema;
let everythingOfConversations: string;
beforeAll(async () => {
  schema = await introspect(workspace);
  const ids = ['channel', 'contact', 'owner', 'bot'].map((name) => `${name} { id }`).join(' ');
  const parts = ['assignment', 'flow', 'closure', 'reopening'].map((name) => `${name} { ${leavesOf(typeOf(name))} }`);
  const lists = [
    `participants(includeLeft: true) { ${leavesOf('Participant')} actor { id } }`,
    `messages(first: 100) { nodes { ${leavesOf('Message')} } }`,
    `transfers { ${leavesOf('Transfer')} }`,
    'prospects { nodes { id } }',
  ];
  const selection = [leavesOf('Conversation'), ids, 'assignee { ... on Node { id } }', ...parts, ...lists].join(' ');
  everythingOfConversations = `{ conversations(first: 10) { nodes { ${selection} } } }`;
});

const typeOf = (field: string) => {
  const conversation = schema.getType('Conversation');
  const found = isObjectType(conversation) ? conversation.getFields()[field] : undefined;
  return found ? getNamedType(found.type).name : '';
};

/** The fields of a type without fields of their own, except for a participant's name, which is that of the actor. */
function leavesOf(typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`There is no ${typeName}.`);
  const leaves = Object.values(type.getFields()).filter(
    ({ name, type, args }) => isLeafType(getNamedType(type)) && !args.some(isRequiredArgument) && name !== 'name',
  );
  return leaves.map(({ name }) => name).join(' ');
}

/** All that there is to see of the conversations, by id. */
async function see({ post }: Pick<TestWorkspace, 'post'>): Promise<Map<string, Seen>> {
  const { body } = await post<{ conversations: { nodes: Seen[] } }>(everythingOfConversations);
  if (!body.data) throw new Error(JSON.stringify(body.errors));
  return new Map(body.data.conversations.nodes.map((node) => [node.id, node]));
}

async function seeOne(client: Pick<TestWorkspace, 'post'>, id: string): Promise<Seen> {
  const { body } = await client.post<{ conversation: Seen | null }>(
    'query ($id: ID!) { conversation(id: $id) { id revision version updatedAt } }',
    { id },
  );
  if (!body.data?.conversation) throw new Error(JSON.stringify(body));
  return body.data.conversation;
}

/** What a payload tells of conversations, with their revisions. */
function conversationsIn(name: string): string {
  const union = schema.getType(`${name}Result`);
  const members = isUnionType(union) ? union.getTypes() : [];
  const fields = members.find((member) => member.name === `${name}Payload`)?.getFields() ?? {};
  const conversation = 'conversation { id revision }';
  return [
    'cursor',
    ...(fields.conversation ? [conversation] : []),
    ...(fields.results ? [`results { ${conversation} }`] : []),
    ...(fields.messageEdge ? [`messageEdge { node { ${conversation} } }`] : []),
  ].join(' ');
}

/** All conversations with a revision in an answer. */
function revisedIn(answer: unknown): { id: string; revision: number }[] {
  if (typeof answer !== 'object' || answer === null) return [];
  if ('id' in answer && 'revision' in answer) return [{ id: String(answer.id), revision: Number(answer.revision) }];
  return Object.values(answer).flatMap(revisedIn);
}

async function send({ post }: Pick<TestWorkspace, 'post'>, name: string, input: object) {
  const Name = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { body } = await post(
    `mutation ($input: ${Name}Input!) { ${name}(input: $input) { __typename ... on ${Name}Payload { ${conversationsIn(Name)} } } }`,
    { input },
  );
  expect(body.errors).toBeUndefined();
  return body.data;
}

it('every mutation is tried below', () => {
  const names = rootFieldsOf(schema, 0).filter(({ kind }) => kind === 'mutation');
  expect(Object.keys(everyMutation).sort()).toEqual(names.map(({ name }) => name).sort());
});

describe('the revision of a conversation', () => {
  it.each(Object.entries(everyMutation))(
    'rises with %s if and only if there is something else to see',
    async (name, prepare) => {
      const fresh = await parley.newWorkspace();
      const input = await prepare(fresh, parley);
      // The second time, most change nothing, and some are refused.
      for (let time = 1; time <= 2; time += 1) {
        const before = await see(fresh);
        const answer = await send(fresh, name, input);
        const after = await see(fresh);
        for (const [id, now] of after) {
          const then = before.get(id);
          if (!then) continue;
          const changed = JSON.stringify({ ...now, revision: null }) !== JSON.stringify({ ...then, revision: null });
          expect({ id, rose: now.revision > then.revision }).toEqual({ id, rose: changed });
          expect(now.revision).toBeGreaterThanOrEqual(then.revision);
        }
        for (const { id, revision } of revisedIn(answer)) expect(revision).toBe(after.get(id)?.revision);
      }
    },
  );

  it('rises with what a viewer has read, which changes neither version nor updatedAt', async () => {
    const { id, contact } = await makeContactConversation(workspace, { message: { text: 'Hello' } });
    const customer = await signIn(parley, workspace, contact?.id ?? '');
    const auditor = await signInAs(parley, workspace, 'READ_ONLY');
    for (const reader of [customer, auditor]) {
      const before = await seeOne(workspace, id);
      const query = `mutation ($input: MarkConversationReadInput!) {
        markConversationRead(input: $input) { ... on MarkConversationReadPayload { conversation { revision } } }
      }`;
      const { body } = await reader.post(query, { input: { conversationId: id } });
      const after = await seeOne(workspace, id);
      expect(after).toEqual({ ...before, revision: before.revision + 1 });
      expect(body.data).toEqual({ markConversationRead: { conversation: { revision: after.revision } } });
      expect(await seeOne(reader, id)).toEqual(after);
      await reader.post(query, { input: { conversationId: id } });
      expect(await seeOne(workspace, id)).toEqual(after);
    }
  });

  it('differs for any two states, and rises with them, whoever writes at the same time', async () => {
    const { id: conversationId, contact } = await makeContactConversation(workspace, { message: { text: 'Hello' } });
    const start = (await seeOne(workspace, conversationId)).revision;
    const users = await Promise.all(Array.from({ length: 5 }, (_, index) => makeUser(workspace, `User ${index}`)));
    const customer = await signIn(parley, workspace, contact?.id ?? '');
    const revisionOf = async (name: string, input: object) => {
      const [row] = revisedIn(await send(workspace, name, { conversationId, ...input }));
      return { name, revision: row?.revision ?? 0 };
    };
    const written = await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => revisionOf('updateConversation', { subject: `Order ${index}` })),
      ...users.map(({ id: actorId }) => revisionOf('joinConversation', { actorId })),
    ]);
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, index) => say(workspace, conversationId, { text: `Message ${index}` })),
    );
    await succeed(customer, MarkConversationReadDocument, { conversationId });
    expect(new Set(written.map(({ revision }) => revision)).size).toBe(written.length);
    expect((await seeOne(workspace, conversationId)).revision).toBe(start + written.length + sent.length + 1);
  });

  it('of 20 messages that are sent at once rises with each of them', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const sent = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await succeed(workspace, SendMessageDocument, { conversationId, text: `Message ${index}` });
        const { body } = await workspace.post<{ conversation: Revised & { messageCount: number } }>(
          'query ($id: ID!) { conversation(id: $id) { revision messageCount } }',
          { id: conversationId },
        );
        return body.data?.conversation;
      }),
    );
    for (const state of sent) expect(state?.revision).toBe((state?.messageCount ?? 0) + 1);
    expect((await seeOne(workspace, conversationId)).revision).toBe(21);
  });

  it('comes with events and changes, also with those of a read', async () => {
    const { id, contact } = await makeContactConversation(workspace, { message: { text: 'Hello' } });
    const customer = await signIn(parley, workspace, contact?.id ?? '');
    const after = await headOf(workspace);
    const selection = 'conversation { id revision }';
    const subscriptions = [
      `subscription ($after: String) { events(after: $after) { ${selection} } }`,
      `subscription ($after: String) { changes(after: $after) { ... on NodeUpsert { node { ... on Conversation { id revision } } } } }`,
      `subscription ($after: String) { conversationChanges(after: $after) { ... on ConversationUpsert { ${selection} } } }`,
    ];
    await succeed(customer, MarkConversationReadDocument, { conversationId: id });
    const { revision } = await seeOne(workspace, id);
    const client = connect(parley.url, workspace.apiKey);
    for (const query of subscriptions) {
      const heard = listen<unknown, { after: string }>(client, query, { after });
      const [first] = await heard.until(1);
      expect(revisedIn(first?.data)).toEqual([{ id, revision }]);
      heard.stop();
    }
    await client.dispose();
  });

  it('rises also where a merged contact only takes part', async () => {
    const { id: contactId } = await makeContact(workspace);
    const { id: survivorId } = await makeContact(workspace);
    const { id: other } = await makeContactConversation(workspace);
    await succeed(workspace, JoinConversationDocument, { conversationId: other, actorId: contactId });
    const before = await seeOne(workspace, other);
    await succeed(workspace, MergeContactsDocument, { survivorId, contactIds: [contactId] });
    expect(await seeOne(workspace, other)).toEqual({ ...before, revision: before.revision + 1 });
  });

  it('rises once with what changes several things', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const { id: assigneeId } = await makeUser(workspace);
    const { revision } = await seeOne(workspace, conversationId);
    await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId });
    await succeed(workspace, UpdateConversationDocument, { conversationId, status: 'PENDING', subject: 'Order' });
    expect((await seeOne(workspace, conversationId)).revision).toBe(revision + 2);
  });
});
