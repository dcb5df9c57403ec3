import type { IdType } from '../../../src/lib/ids.js';
import { unknownId } from '../../support/ids.js';

const idTypes: [field: RegExp, type: IdType][] = [
  [/^(conversationId|conversationIds)$/, 'Conversation'],
  [/^(messageId|messageIds|replyToId|upToMessageId)$/, 'Message'],
  [/^(contactId|contactIds|survivorId)$/, 'Contact'],
  [/^prospectId$/, 'Prospect'],
  [/^botId$/, 'Bot'],
  [/^channelId$/, 'Channel'],
  [/^apiKeyId$/, 'ApiKey'],
  [/^endpointId$/, 'WebhookEndpoint'],
  [/^deliveryId$/, 'WebhookDelivery'],
  [/^(userId|ownerId|assigneeId|toAssigneeId|transferTo|actorId|authorId|participantId|participantIds)$/, 'User'],
];

/** Which type of id a field of this name takes; a conversation's where the name does not say. */
export function idTypeOf(name: string): IdType {
  return idTypes.find(([field]) => field.test(name))?.[1] ?? 'Conversation';
}

/** A value that nothing is wrong with, except that ids name nothing. */
export function wellFormed(typeName: string, name: string): unknown {
  switch (typeName) {
    case 'ID':
      return unknownId(idTypeOf(name));
    case 'DateTime':
      return '2999-01-01T00:00:00Z';
    case 'JSON':
    case 'JSONObject':
      return name === 'headers' ? { 'X-Name': 'a' } : { a: 1 };
    case 'String':
      return textFor(name);
    default:
      return 1;
  }
}

function textFor(name: string): string {
  if (name === 'email') return 'someone@example.com';
  if (name === 'extension') return 'png';
  if (name === 'phone') return '+4930123456';
  if (name === 'events') return 'message.added';
  if (name === 'after') return 'x'.repeat(20);
  if (name === 'url') return 'https://example.com/webhooks';
  return name === 'avatarUrl' ? 'https://example.com/a.png' : 'x';
}
