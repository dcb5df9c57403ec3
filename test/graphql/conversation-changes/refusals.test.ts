import { describe, expect, it, onTestFinished } from 'vitest';
import { EventCursorDocument, TagConversationsDocument } from '../../generated/operations.js';
import { connect, listen } from '../../live/support/listen.js';
import { ask, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';
import { signInAs } from '../../support/token.js';
import { digestRows } from '../../support/workspace-rows.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const ARGUMENTS = '(filter: $filter, after: $after)';
const CHANGE = '... on ConversationUpsert { conversation { id } } ... on ConversationRemoval { conversationId }';
const FOLLOW = `subscription ($filter: ConversationFilter, $after: String) { conversationChanges${ARGUMENTS} { ${CHANGE} } }`;
const CATCH_UP = `query ($filter: ConversationFilter, $after: String!) {
  conversationChanges${ARGUMENTS} { nodes { ${CHANGE} } }
}`;

const elsewhere = async () => ask(await parley.newWorkspace(), EventCursorDocument, {});
const here = () => ask(workspace, EventCursorDocument, {});

const refused: [what: string, variables: () => Promise<{ filter: object; after: string }>, path: string[]][] = [
  ['a filter with search', async () => ({ filter: { search: 'order' }, after: await here() }), ['filter', 'search']],
  ['a cursor of another workspace', async () => ({ filter: {}, after: await elsewhere() }), ['after']],
  ['a cursor that is none', async () => ({ filter: {}, after: 'nonsense' }), ['after']],
];

describe.each(refused)('%s', (_what, variablesOf, path) => {
  it('is refused by the query, and ends the subscription with a code while others of the socket go on', async () => {
    const { id } = await makeConversation(workspace, { subject: 'A big order' });
    const variables = await variablesOf();
    const client = connect(parley.url, workspace.apiKey);
    onTestFinished(() => client.dispose());
    const other = listen(client, FOLLOW, { filter: {}, after: await here() });
    const rows = await digestRows(parley, workspace);
    const errors = [{ extensions: { code: 'BAD_USER_INPUT', path } }];
    expect((await workspace.post(CATCH_UP, variables)).body.errors).toMatchObject(errors);
    const followed = listen(client, FOLLOW, variables);
    await followed.ended;
    expect(followed.results).toHaveLength(1);
    expect(followed.results[0]?.errors).toMatchObject(errors);
    expect(await digestRows(parley, workspace)).toEqual(rows);
    await succeed(workspace, TagConversationsDocument, { conversationIds: [id], add: ['vip'] });
    expect((await other.until(1))[0]?.data).toEqual({ conversationChanges: { conversation: { id } } });
  });
});

it('a cursor of another viewer may be gone on from, and shows no more than the viewer sees', async () => {
  const [owner, agent] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'AGENT')];
  const after = await ask(owner, EventCursorDocument, {});
  await makeConversation(workspace, { ownerId: owner.actorId });
  const { id } = await makeConversation(workspace);
  const { body } = await agent.post(CATCH_UP, { filter: {}, after });
  expect(body).toEqual({ data: { conversationChanges: { nodes: [{ conversation: { id } }] } } });
});
