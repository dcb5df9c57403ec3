import { beforeAll, describe, expect, it } from 'vitest';
import {
  ConversationByExternalIdDocument,
  ConversationsDocument,
  EventCursorDocument,
  NodesDocument,
  WebhookEndpointsDocument,
} from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { introspect, type RootField, rootFieldsOf, smallestVariables } from '../support/root-fields.js';
import { type Everything, makeEverything } from './support/everything.js';

let our: Everything;
let their: Everything;
let queries: RootField[];
/** Of our log, before there was anything. */
let start: string;
const parley = useParley();
const ours = useWorkspace(parley, 'Ours');
const theirs = useWorkspace(parley, 'theirs workspace');
beforeAll(async () => {
  start = await ask(ours, EventCursorDocument, {});
  [our, their] = [await makeEverything(ours, 'ours'), await makeEverything(theirs, 'theirs')];
  const schema = await introspect(ours);
  // All members of an interface to the third level would be more than one operation may ask for.
  const isInterface = ({ name }: RootField) => /^(events|nodes?)$/.test(name);
  queries = [
    ...rootFieldsOf(schema, 1).filter(isInterface),
    ...rootFieldsOf(schema, 2).filter((field) => !isInterface(field)),
  ].filter(({ kind }) => kind === 'query');
});

/** What the queries need: ids of ours, and the name of ours. */
function variablesOf(field: RootField): object {
  return smallestVariables(field, (typeName, name) => {
    if (name === 'after') return start;
    if (typeName !== 'ID') return 'ours external';
    return our.idFor(name === 'id' ? `${field.name}Id` : name);
  });
}

/** What two workspaces share: the system. */
const isOwn = (id: string) => !id.startsWith('sys_');

describe('the data a workspace can read', () => {
  it('includes its own rows and none of another workspace in every query, three levels deep', async () => {
    const seen: string[] = [];
    for (const field of queries) {
      const { body } = await ours.post(field.document, variablesOf(field));
      expect(body.errors, field.name).toBeUndefined();
      const text = JSON.stringify(body);
      expect(text, field.name).not.toContain('theirs');
      for (const id of their.ids.filter(isOwn)) expect(text, field.name).not.toContain(id);
      expect(text, field.name).not.toContain(theirs.id);
      seen.push(text);
    }
    // Deliveries lie one level deeper.
    seen.push(JSON.stringify(await ours.run(WebhookEndpointsDocument, {})));
    const all = seen.join();
    for (const id of our.ids.filter(isOwn)) expect(all).toContain(id);
    for (const what of [
      'subject',
      'metadata',
      'text',
      'contact',
      'channel',
      'bot',
      'user',
      'prospect',
      'tag',
      'summary',
    ]) {
      expect(all).toContain(`ours ${what}`);
    }
  });

  it('includes nothing of another workspace by id, name or search', async () => {
    const nodes = await ask(ours, NodesDocument, { ids: their.ids });
    expect(nodes.filter((node) => node !== null)).toEqual([]);
    const byName = await ours.run(ConversationByExternalIdDocument, { externalId: 'theirs external' });
    expect(byName.conversationByExternalId).toBeNull();
    for (const filter of [{ tags: ['theirs tag'] }, { search: 'theirs' }]) {
      const conversations = await ask(ours, ConversationsDocument, { filter });
      expect(conversations).toMatchObject({ totalCount: 0, edges: [] });
    }
    const found = await theirs.run(ConversationsDocument, { filter: { search: 'theirs' } });
    expect(found.conversations.totalCount).toBe(1);
  });
});

describe('a cursor of another workspace', () => {
  const events = 'query ($after: String) { events(after: $after) { nodes { id } } }';

  it('into its log gets BAD_USER_INPUT, whether from an event, eventCursor or a page', async () => {
    const { body } = await theirs.post<{
      eventCursor: string;
      events: { nodes: { cursor: string }[]; pageInfo: { endCursor: string } };
    }>('{ eventCursor events { nodes { cursor } pageInfo { endCursor } } }');
    const data = body.data;
    const cursors = [data?.eventCursor, data?.events.pageInfo.endCursor, data?.events.nodes[0]?.cursor];
    for (const after of cursors) {
      expect(typeof after).toBe('string');
      const answer = await ours.post(events, { after });
      expect(answer.body.data).toBeNull();
      expect(answer.body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['after'] } }]);
      expect((await theirs.post(events, { after })).body.errors).toBeUndefined();
    }
  });

  it("into a conversation's events is refused there too", async () => {
    const { body } = await theirs.post<{ eventCursor: string }>('{ eventCursor }');
    const { id } = await makeConversation(ours);
    const answer = await ours.post(
      'query ($id: ID!, $after: String) { conversation(id: $id) { events(after: $after) { nodes { id } } } }',
      { id, after: body.data?.eventCursor },
    );
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['after'] } }]);
  });
});
