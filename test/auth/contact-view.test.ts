import { beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../../src/lib/ids.js';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  ConversationHistoryDocument,
  ConversationsDocument,
  type ConversationsQueryVariables,
  DeleteConversationDocument,
  EventCursorDocument,
  EventsDocument,
  NodeDocument,
  NodesDocument,
  ProspectsDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { idTypeOf } from '../input/support/well-formed.js';
import { connect, listen } from '../live/support/listen.js';
import { ask, succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import {
  eventSubscriptions,
  introspect,
  type RootField,
  rootFieldsOf,
  smallestVariables,
} from '../support/root-fields.js';
import { signIn } from '../support/token.js';
import { makeHidden, makeOwn, type Own } from './support/hidden-rows.js';

const parley = useParley();
const workspace = useWorkspace(parley);
/** The workspace as the contact sees it. */
let asContact: TestWorkspace;
let fields: RootField[];
let everyEvent: string[];
/** The rows of the contact's own conversation, and those it must not see. */
let own: Own;
let hidden: string[];
/** Where the log stood before anything was done. */
let beginning: string;

const HIDDEN = /hidden/i;

beforeAll(async () => {
  beginning = await ask(workspace, EventCursorDocument, {});
  own = await makeOwn(parley, workspace);
  hidden = await makeHidden(workspace);
  asContact = await signIn(parley, workspace, own.contact);
  const schema = await introspect(workspace);
  everyEvent = eventSubscriptions(schema, 2);
  fields = [
    ...rootFieldsOf(schema, 1),
    ...rootFieldsOf(schema, 2).filter(({ name }) => !/^(events|nodes?)$/.test(name)),
  ];
});

/** What a field is asked with: its ids are among these, and its texts name something that is hidden. */
function variablesWith(field: RootField, ids: string[]): object {
  return smallestVariables(field, (typeName, name) => {
    if (typeName !== 'ID') return 'hidden external';
    const type = idTypeOf(name === 'id' ? `${field.name}Id` : name);
    return ids.find((id) => parseId(id)?.type === type) ?? ids[0];
  });
}

describe('a contact', () => {
  it('finds nothing hidden in any query, three levels deep', async () => {
    const seen: string[] = [];
    for (const field of fields.filter(({ kind }) => kind === 'query')) {
      for (const ids of [Object.values(own), hidden]) {
        const { body } = await asContact.post(field.document, variablesWith(field, ids));
        const text = JSON.stringify(body);
        expect(text, field.name).not.toMatch(HIDDEN);
        for (const id of hidden) {
          const asked = JSON.stringify(variablesWith(field, ids)).includes(id);
          if (!asked) expect(text, field.name).not.toContain(id);
        }
        seen.push(text);
      }
    }
    const all = seen.join();
    for (const shown of [
      'Shown subject',
      'Shown text',
      'Cora',
      'Ulla',
      'Website',
      'RESOLVED',
      'You are now talking to',
    ])
      expect(all).toContain(shown);
    for (const id of Object.values(own)) expect(all).toContain(id);
  });

  it('finds by node only what its conversations show, and null for everything else', async () => {
    const key = (await ask(workspace, ViewerDocument, {})).actor.id;
    const ids = [...Object.values(own), workspace.id, ...hidden, key];
    const nodes = await ask(asContact, NodesDocument, { ids });
    const found = ids.filter((_id, index) => nodes[index] !== null);
    expect(found).toEqual([...Object.values(own), workspace.id]);
    for (const id of hidden) expect(await ask(asContact, NodeDocument, { id })).toBeNull();
  });

  it('sees its conversation without the fields meant for the team', async () => {
    const { body } = await asContact.post(`{ conversation(id: "${own.conversation}") {
      assignment { note } closure { resolution reason notes by { name } } flow { flowId } tags metadata
      transfers { reason } prospects { totalCount nodes { id } } assignee { ... on User { name email role } }
      channel { name externalId } bot { name externalId }
      contact { email tags metadata } participants { name role lastReadSeq actor { __typename ... on Contact { name email phone } } }
      messages { nodes { text externalId metadata errorMessage author { __typename name } transportStatuses { at } } }
    } }`);
    expect(body.errors).toBeUndefined();
    const { conversation } = Object(body.data);
    expect(conversation).toMatchObject({
      assignment: null,
      closure: { resolution: 'RESOLVED', reason: null, notes: null, by: { name: 'Team' } },
      flow: null,
      tags: [],
      metadata: {},
      transfers: [],
      prospects: { totalCount: 0, nodes: [] },
      assignee: { name: 'Ulla', email: null, role: 'AGENT' },
      channel: { name: 'Website', externalId: null },
      bot: { externalId: null },
      contact: { email: expect.stringContaining('@'), tags: [], metadata: {} },
    });
    const others = conversation.participants.map(({ actor }: { actor: object }) => actor);
    expect(others).toContainEqual({ __typename: 'Contact', name: 'Otto', email: null, phone: null });
    const spoken = conversation.messages.nodes.find(({ text }: { text: string }) => text === 'Shown text');
    expect(spoken).toMatchObject({ externalId: null, metadata: {}, errorMessage: null, transportStatuses: [] });
    expect(spoken.author).toEqual({ __typename: 'ApiKey', name: 'Team' });
  });

  const visible = /^(message\.|participant\.|conversation\.(closed|reopened|deleted)$)/;

  it('reads messages, arrivals, departures and status changes of its own conversations from the log', async () => {
    const events = await ask(asContact, EventsDocument, { first: 100 });
    const types = nodesOf(events).map(({ type }) => type);
    expect(types.filter((type) => !visible.test(type))).toEqual([]);
    expect(new Set(types)).toEqual(
      new Set([
        'participant.joined',
        'message.added',
        'message.updated',
        'conversation.closed',
        'conversation.reopened',
      ]),
    );
    expect(new Set(nodesOf(events).map(({ conversationId }) => conversationId))).toEqual(new Set([own.conversation]));
    const counted = Object((await asContact.post('{ events(first: 1) { totalCount } }')).body.data);
    expect(counted.events.totalCount).toBe(types.length);
    const history = await asContact.run(ConversationHistoryDocument, { id: own.conversation });
    expect(nodesOf(history.conversation?.events).map(({ type }) => type)).toEqual(types);
    const nested = Object(
      (await asContact.post(`{ conversation(id: "${own.conversation}") { events { totalCount } } }`)).body.data,
    );
    expect(nested.conversation.events.totalCount).toBe(types.length);
  });

  it('receives exactly the same events over a subscription, with nothing hidden in them', async () => {
    const client = connect(parley.url, asContact.apiKey);
    const heard = everyEvent.map((document) =>
      listen<{ events: { type: string } }, { after: string }>(client, document, { after: beginning }),
    );
    const events = await ask(asContact, EventsDocument, { first: 100 });
    for (const each of heard) await each.until(events.edges.length);
    const { id } = await makeConversation(workspace, { contactId: own.contact, tags: ['hidden tag'] });
    await succeed(workspace, AssignConversationDocument, {
      conversationId: id,
      assigneeId: own.user,
      note: 'hidden note',
    });
    await succeed(workspace, CloseConversationDocument, { conversationId: id, notes: 'hidden notes' });
    await makeHidden(workspace);
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    for (const each of heard) {
      const results = await each.until(events.edges.length + 4);
      expect(results.flatMap(({ errors = [] }) => errors)).toEqual([]);
      const text = JSON.stringify(results);
      expect(text).not.toMatch(HIDDEN);
      for (const hiddenId of hidden) expect(text).not.toContain(hiddenId);
      const types = results.map(({ data }) => data?.events.type);
      const news = ['participant.joined', 'participant.joined', 'conversation.closed', 'conversation.deleted'];
      expect(types).toEqual([...nodesOf(events).map(({ type }) => type), ...news]);
    }
    await client.dispose();
  });

  it('cannot discover hidden values by filtering', async () => {
    const prospects = await ask(workspace, ProspectsDocument, { first: 100 });
    const filters: ConversationsQueryVariables['filter'][] = [
      { tags: ['hidden tag'] },
      { tags: [] },
      { search: 'hidden' },
      ...nodesOf(prospects).map(({ id }) => ({ prospectId: id })),
    ];
    expect(filters.length).toBeGreaterThan(4);
    for (const filter of filters) {
      expect((await ask(asContact, ConversationsDocument, { filter })).totalCount).toBe(0);
    }
    expect((await ask(asContact, ConversationsDocument, {})).totalCount).toBe(1);
  });
});
