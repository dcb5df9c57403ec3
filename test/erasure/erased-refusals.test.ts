import { expect, it } from 'vitest';
import { CreateContactDocument, EraseContactDocument, UpdateConversationDocument } from '../generated/operations.js';
import { act, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url });
const workspace = useFreshWorkspace(parley);

/** Has a request refused that names a conversation by this externalId, and the refusal kept. */
async function refuse(externalId: string): Promise<void> {
  await act(workspace, UpdateConversationDocument, {
    conversationId: externalId,
    client: { bot: 'bot', user: 'user', channel: 'channel' },
    subject: 'x',
    idempotencyKey: `refusal of ${externalId}`,
  });
}

const refused = async () =>
  (
    await database.rows<{ id: string }>(
      `SELECT failure #>> '{details,id}' AS id FROM "IdempotencyClaim" WHERE failure IS NOT NULL ORDER BY 1`,
    )
  ).map(({ id }) => id);

async function eraseContactWith(externalId: string): Promise<void> {
  const { contact } = await succeed(workspace, CreateContactDocument, { name: 'Ada', externalId });
  await succeed(workspace, EraseContactDocument, { contactId: contact.id });
}

it('erasing a contact forgets refusals that repeat what it is known by, and no others, however short that is', async () => {
  await refuse('12');
  await refuse('say "1"');
  await eraseContactWith('1');
  expect(await refused()).toEqual(['12', 'say "1"']);
  await eraseContactWith('12');
  expect(await refused()).toEqual(['say "1"']);
  await eraseContactWith('say "1"');
  expect(await refused()).toEqual([]);
});
