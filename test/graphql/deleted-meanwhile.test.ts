import { expect, it, onTestFinished } from 'vitest';
import { SendMessageDocument, SendTestWebhookDocument, UpdateMessageStatusDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { untilWaiting } from '../support/held-messages.js';
import { makeContactConversation, makeConversation } from '../support/make.js';
import { useScratchDatabase, withClient } from '../support/scratch-database.js';
import { makeEndpoint } from '../webhook-delivery/support/endpoints.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url });
const workspace = useWorkspace(parley);

/**
 * Deletes rows as soon as the transaction that writes to a table commits, until the test ends. To the server this is another
 * request, whose deletion comes between the commit and what is read for the answer.
 */
async function deleteOnCommit(table: string, statements: string): Promise<void> {
  await database.rows(`
    CREATE OR REPLACE FUNCTION public.delete_on_commit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN ${statements} RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER delete_on_commit AFTER INSERT OR UPDATE ON "${table}"
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.delete_on_commit();`);
  onTestFinished(async () => {
    await database.rows(`DROP TRIGGER delete_on_commit ON "${table}"`);
  });
}

const CONVERSATION = ['Message', 'Participant', 'ReadPosition', 'Transfer', 'ProspectLink']
  .map((table) => `DELETE FROM "${table}" WHERE "conversationId" = NEW."conversationId";`)
  .concat('DELETE FROM "Conversation" WHERE id = NEW."conversationId";')
  .join('\n');

const ENDPOINT = `
  DELETE FROM "WebhookDelivery" WHERE "endpointId" = NEW."endpointId";
  DELETE FROM "WebhookEndpoint" WHERE id = NEW."endpointId";`;

async function run(query: string, input: object) {
  const { body } = await workspace.post(query, { input });
  return body;
}

const messages = [
  ['sendMessage', (conversationId: string) => ({ conversationId, text: 'Second' })],
  ['editMessage', (_: string, messageId: string) => ({ messageId, text: 'Second' })],
  ['updateMessageStatus', (_: string, messageId: string) => ({ messageId, status: 'SENT' })],
  ['deleteMessage', (_: string, messageId: string) => ({ messageId })],
] as const;

const typeOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

it.each(messages)(
  '%s is answered with its message even if the conversation is deleted before the answer is read',
  async (name, inputFor) => {
    const { id } = await makeConversation(workspace);
    const first = await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'First' });
    const messageId = first.messageEdge.node.id;
    await deleteOnCommit('Message', CONVERSATION);
    const answer = await run(
      `mutation ($input: ${typeOf(name)}Input!) {
        ${name}(input: $input) {
          __typename
          ... on ${typeOf(name)}Payload {
            cursor
            messageEdge { node { conversation { id unreadCount lastMessage { id } messages { nodes { id } } } } }
          }
        }
      }`,
      inputFor(id, messageId),
    );
    const conversation = { id, unreadCount: 0, lastMessage: null, messages: { nodes: [] } };
    expect(answer).toEqual({
      data: {
        [name]: {
          __typename: `${typeOf(name)}Payload`,
          cursor: expect.any(String),
          messageEdge: { node: { conversation } },
        },
      },
    });
    expect(await database.rows('SELECT FROM "Message"')).toEqual([]);
  },
);

it.each(['sendTestWebhook', 'redeliverWebhook'])(
  '%s is answered with its delivery even if the endpoint is deleted before the answer is read',
  async (name) => {
    const { id } = await makeEndpoint(workspace, { url: 'https://example.com/hook', events: ['message.added'] });
    const answerTo = (mutation: string, input: object) =>
      run(
        `mutation ($input: ${typeOf(mutation)}Input!) {
          ${mutation}(input: $input) {
            __typename
            ... on ${typeOf(mutation)}Payload { delivery { id webhookEndpoint { id } } }
          }
        }`,
        input,
      );
    const first = await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
    const deliveryId = first.delivery.id;
    await deleteOnCommit('WebhookDelivery', ENDPOINT);
    expect(await answerTo(name, name === 'sendTestWebhook' ? { endpointId: id } : { deliveryId })).toEqual({
      data: {
        [name]: {
          __typename: `${typeOf(name)}Payload`,
          delivery: { id: expect.any(String), webhookEndpoint: { id } },
        },
      },
    });
    expect(await database.rows('SELECT FROM "WebhookEndpoint"')).toEqual([]);
  },
);

it('the statuses of copies are read with their participants, so that a deletion leaves none of nobody', async () => {
  const { id: conversationId } = await makeContactConversation(workspace);
  const sent = await succeed(workspace, SendMessageDocument, { conversationId, text: 'First' });
  const messageId = sent.messageEdge.node.id;
  const { body } = await workspace.post<{ conversation: { participants: { id: string }[] } }>(
    'query ($id: ID!) { conversation(id: $id) { participants { id } } }',
    { id: conversationId },
  );
  const participantId = body.data?.conversation.participants[0]?.id ?? '';
  await succeed(workspace, UpdateMessageStatusDocument, { messageId, participantId, status: 'DELIVERED' });
  const read = () =>
    workspace.post(
      'query ($id: ID!) { node(id: $id) { ... on Message { transportStatuses { participant { id } } } } }',
      {
        id: messageId,
      },
    );
  expect((await read()).body).toEqual({
    data: { node: { transportStatuses: [{ participant: { id: participantId } }] } },
  });

  const answer = await withClient(database.url, async (client) => {
    await client.query('BEGIN; LOCK TABLE "Participant" IN ACCESS EXCLUSIVE MODE');
    const answered = read();
    await untilWaiting(database, 1);
    await client.query('DELETE FROM "MessageTransportStatus"; DELETE FROM "Participant"; COMMIT');
    return answered;
  });
  expect(answer.body).toEqual({ data: { node: { transportStatuses: [] } } });
});
