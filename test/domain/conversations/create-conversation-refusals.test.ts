import { describe, expect, it } from 'vitest';
import type { CreateConversationMutationVariables } from '../../generated/operations.js';
import { CreateConversationDocument } from '../../generated/operations.js';
import { act } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId, uuidOf } from '../../support/ids.js';
import { makeBot, makeChannel, makeContact, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

type Input = CreateConversationMutationVariables['input'];

const parley = useParley();
const workspace = useWorkspace(parley);

/** Everything that a create could leave behind in the workspace. */
async function written() {
  const { prisma } = parley.database;
  const where = { workspaceId: uuidOf(workspace.id) };
  return {
    conversations: await prisma.conversation.count({ where }),
    contacts: await prisma.contact.count({ where }),
    bots: await prisma.bot.count({ where }),
    channels: await prisma.channel.count({ where }),
    events: await prisma.event.count({ where }),
  };
}

const client = { bot: 'robo', user: 'carla', channel: 'site' };
const validConversation = unknownId('Conversation');

const invalidInputs: [name: string, path: string[], input: Input][] = [
  ['a subject of spaces', ['subject'], { subject: '   ' }],
  ['a subject over 500 characters', ['subject'], { subject: 'x'.repeat(501) }],
  ['51 tags', ['tags'], { tags: Array.from({ length: 51 }, (_, index) => `tag ${index}`) }],
  ['an empty tag', ['tags', '1'], { tags: ['fine', ' '] }],
  ['a tag over 64 characters', ['tags', '0'], { tags: ['x'.repeat(65)] }],
  ['metadata over 16 KB', ['metadata'], { metadata: { text: 'x'.repeat(16 * 1024) } }],
  ['a time to live that is over', ['expiresAt'], { expiresAt: '2001-01-01T00:00:00Z' }],
  ['a malformed id', ['channelId'], { channelId: 'website' }],
  ['an id of another type', ['contactId'], { contactId: validConversation }],
  ['a contact as assignee', ['assigneeId'], { assigneeId: unknownId('Contact') }],
  ['a bot as owner', ['ownerId'], { ownerId: unknownId('Bot') }],
  ['a malformed participant', ['participantIds', '1'], { participantIds: [unknownId('User'), validConversation] }],
  ['51 participants', ['participantIds'], { participantIds: Array.from({ length: 51 }, () => unknownId('User')) }],
  ['an empty externalId', ['externalId'], { externalId: ' ' }],
  ['a contact by nothing', ['contact', 'phone'], { contact: { name: 'Ada' } }],
  ['a malformed phone number', ['contact', 'phone'], { contact: { phone: '030 123456' } }],
  ['a malformed e-mail address', ['contact', 'email'], { contact: { email: 'ada@' } }],
  ['two contacts', ['contact'], { contactId: unknownId('Contact'), contact: { email: 'a@example.com' } }],
  ['a client key with a channel', ['channelId'], { client, channelId: unknownId('Channel') }],
  ['a client key with a bot', ['botId'], { client, botId: unknownId('Bot') }],
  ['an empty name in the client key', ['client', 'user'], { client: { ...client, user: '' } }],
  ['a message that says nothing', ['message', 'text'], { message: {} }],
  ['an empty text', ['message', 'text'], { message: { text: ' \n' } }],
  ['a text over 64 KB', ['message', 'text'], { message: { text: 'é'.repeat(32 * 1024 + 1) } }],
  [
    'a customer’s message without a customer',
    ['message', 'direction'],
    { message: { text: 'Hi', direction: 'INBOUND' } },
  ],
  ['an idempotency key over 255 characters', ['idempotencyKey'], { idempotencyKey: 'x'.repeat(256) }],
];

describe('createConversation refuses the input and writes nothing for', () => {
  it.each(invalidInputs)('%s', async (_name, path, input) => {
    const before = await written();
    expect(await act(workspace, CreateConversationDocument, input)).toMatchObject({
      __typename: 'ValidationError',
      code: 'VALIDATION_FAILED',
      issues: [{ path }],
    });
    expect(await written()).toEqual(before);
  });

  it('several broken rules, each of which it names', async () => {
    const answer = await act(workspace, CreateConversationDocument, {
      subject: '',
      tags: [''],
      message: {},
      flowId: '',
    });
    expect(answer).toMatchObject({
      issues: [{ path: ['subject'] }, { path: ['tags', '0'] }, { path: ['flowId'] }, { path: ['message', 'text'] }],
    });
  });
});

const references: [
  field: string,
  noun: string,
  unknown: string,
  make: (of: TestWorkspace) => Promise<{ id: string }>,
][] = [
  ['channelId', 'channel', unknownId('Channel'), makeChannel],
  ['contactId', 'contact', unknownId('Contact'), makeContact],
  ['botId', 'bot', unknownId('Bot'), makeBot],
  ['ownerId', 'user', unknownId('User'), makeUser],
  ['assigneeId', 'user', unknownId('User'), makeUser],
  ['assigneeId', 'bot', unknownId('Bot'), makeBot],
  ['participantIds', 'contact', unknownId('Contact'), makeContact],
];

describe('createConversation does not find', () => {
  it.each(references)(
    'the id in %s (a %s), whether unknown or of another workspace',
    async (field, noun, unknown, make) => {
      const foreign = await make(await parley.newWorkspace());
      const before = await written();
      for (const id of [unknown, foreign.id]) {
        const input = { contact: { email: 'new@example.com' }, [field]: field === 'participantIds' ? [id] : id };
        if (field === 'contactId') Reflect.deleteProperty(input, 'contact');
        expect(await act(workspace, CreateConversationDocument, input)).toEqual({
          __typename: 'NotFoundError',
          code: 'NOT_FOUND',
          message: `No such ${noun}. Check the id and the workspace of your key or token.`,
          id,
        });
      }
      expect(await written()).toEqual(before);
    },
  );
});

describe('createConversation, with a top-level error,', () => {
  it('refuses input that is invalid GraphQL, and returns no data', async () => {
    const mutation = 'mutation($input: CreateConversationInput!) { createConversation(input: $input) { __typename } }';
    for (const input of [
      { priority: 'HUGE' },
      { subject: 'a\0b' },
      { tags: ['\ud800'] },
      { expiresAt: '2030-02-30' },
    ]) {
      const { body } = await workspace.post(mutation, { input });
      expect(body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(body.data ?? null).toBeNull();
    }
  });
});
