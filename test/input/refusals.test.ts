import { describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { signInAs } from '../support/token.js';

const parley = useParley();
const workspace = useWorkspace(parley);

/** What the weakest caller sends, and how many characters the refusal has. */
async function refuse(query: string, variables: object) {
  const contact = await signInAs(parley, workspace, 'CONTACT');
  const { body } = await contact.post(query, variables);
  return { body, size: JSON.stringify(body).length };
}

const LONG = 'x'.repeat(200_000);

describe('a refusal is small', () => {
  it.each([
    [
      'a long text for a number',
      'query ($first: Int) { conversations(first: $first) { totalCount } }',
      { first: LONG },
    ],
    [
      'thousands of wrong values in a list',
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: Array.from({ length: 50_000 }, () => ({})) },
    ],
    [
      'a long text for each of many variables',
      `query (${Array.from({ length: 100 }, (_, index) => `$a${index}: Int`).join(' ')}) { eventCursor }`,
      Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a${index}`, 'x'.repeat(2_000)])),
    ],
    [
      'thousands of unknown events',
      'query ($types: [String!]) { viewer { id } events(types: $types) { nodes { id } } }',
      { types: Array.from({ length: 20_000 }, () => 'no') },
    ],
  ])('for %s', async (_what, query, variables) => {
    const { body, size } = await refuse(query, variables);
    expect(body.errors?.length).toBeGreaterThan(0);
    expect(body.errors?.length).toBeLessThanOrEqual(20);
    expect(size).toBeLessThan(20_000);
  });

  it('for thousands of mistakes in a document', async () => {
    const { body, size } = await refuse(
      `{ ${Array.from({ length: 2_000 }, (_, i) => `a${i}: no${i}`).join(' ')} }`,
      {},
    );
    expect(body.errors?.length).toBeLessThanOrEqual(20);
    expect(size).toBeLessThan(20_000);
  });

  it('for a list that is too long, without a word about its items', async () => {
    const { body } = await workspace.post(
      'mutation ($input: CloseConversationsInput!) { closeConversations(input: $input) { ... on ValidationError { issues { path message } } } }',
      { input: { conversationIds: Array.from({ length: 5_000 }, () => 'no') } },
    );
    expect(body.data).toEqual({
      closeConversations: { issues: [{ path: ['conversationIds'], message: 'Must have at most 100 ids.' }] },
    });
  });

  it('for many mistakes in an input, of which it names the first 20', async () => {
    const { body } = await workspace.post(
      'mutation ($input: CloseConversationsInput!) { closeConversations(input: $input) { ... on ValidationError { message issues { path } } } }',
      { input: { conversationIds: Array.from({ length: 100 }, () => 'no') } },
    );
    expect(body.data).toMatchObject({ closeConversations: { issues: { length: 20 } } });
  });

  it('for variables of more than 256 KB', async () => {
    const { body } = await refuse('query ($id: ID!) { node(id: $id) { id } }', { id: 'x'.repeat(256 * 1024) });
    expect(body.errors).toMatchObject([
      {
        message: 'Variables may have at most 256 KB as JSON. Send long lists in parts.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });
});
