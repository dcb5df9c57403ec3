import { describe, expect, it } from 'vitest';
import { EventCursorDocument } from '../generated/operations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContact } from '../support/make.js';

const parley = useParley();
const workspace = useWorkspace(parley);
const stranger = useWorkspace(parley);

const QUERY = '{ contacts { totalCount } }';

async function ask(query: string, cursor: string, extensions?: object) {
  const response = await fetch(parley.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${workspace.apiKey}`,
      'min-cursor': cursor,
    },
    body: JSON.stringify({ query, extensions }),
  });
  const { data, errors } = await response.json();
  return { data, codes: errors?.map((error: { extensions: { code: string } }) => error.extensions.code) };
}

describe('the header Min-Cursor', () => {
  it('says what a query has to show at least, which the primary always does', async () => {
    await makeContact(workspace);
    const { eventCursor } = await workspace.run(EventCursorDocument, {});
    expect(await ask(QUERY, eventCursor)).toEqual({ data: { contacts: { totalCount: 1 } } });
  });

  it('is refused if it is no cursor of the log of the workspace', async () => {
    const refused = { data: undefined, codes: ['BAD_USER_INPUT'] };
    expect(await ask(QUERY, 'tomorrow')).toEqual(refused);
    expect(await ask(QUERY, (await stranger.run(EventCursorDocument, {})).eventCursor)).toEqual(refused);
  });

  it('gives way to the extension, and says nothing with a mutation', async () => {
    const { eventCursor } = await workspace.run(EventCursorDocument, {});
    expect(await ask(QUERY, 'tomorrow', { minCursor: eventCursor })).toMatchObject({ data: { contacts: {} } });
    expect(await ask(QUERY, eventCursor, { minCursor: 7 })).toMatchObject({ codes: ['BAD_USER_INPUT'] });
    const mutation = 'mutation { createContact(input: { name: "Ada" }) { __typename } }';
    expect(await ask(mutation, 'tomorrow')).toEqual({
      data: { createContact: { __typename: 'CreateContactPayload' } },
    });
  });
});
