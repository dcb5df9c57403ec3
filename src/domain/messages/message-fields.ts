import { z } from 'zod';
import { MessageDirection, MessageStatus, MessageVisibility } from '../../generated/prisma/enums.js';
import { type SystemRef, system, systemId } from '../../lib/actor-ref.js';
import { optional, type Refuse, rule } from '../../lib/input.js';
import { actorRef, enumOf, externalId, id, list, metadata } from '../../lib/rules.js';
import { uploadKeys } from '../uploads/upload-key.js';
import { messageText } from './content-schemas.js';
import { contentDescription, messageContent } from './message-content.js';

export const direction = enumOf('MessageDirection', MessageDirection, 'INBOUND or OUTBOUND');
export const visibility = enumOf('MessageVisibility', MessageVisibility, 'PUBLIC or INTERNAL');
export const status = enumOf('MessageStatus', MessageStatus, 'a status');

type AuthorType = Parameters<typeof actorRef>[0];

/** The public id of an author: an actor of one of these kinds, or the system. */
export function authorRef<Type extends AuthorType>(...types: Type[]) {
  const actor = actorRef(...types);
  const schema = z.unknown().transform((value, context): z.output<typeof actor> | SystemRef => {
    if (value === systemId) return system;
    const parsed = actor.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
  return rule('ID', schema);
}

/** The fields of every input that sends a message. */
export const messageFields = {
  text: optional(messageText, 'The text of the message.'),
  content: optional(messageContent, contentDescription),
  uploadKeys: optional(
    uploadKeys,
    'Keys of stored uploads to attach. An upload belongs to the first message that uses it.',
  ),
  metadata: optional(metadata, 'Any data to store with the message. Contacts can neither set nor see it.'),
  direction: optional(
    direction,
    "Default: INBOUND for contacts, OUTBOUND for everyone else. A channel connector (an API key) relays a customer's message as INBOUND.",
  ),
  authorId: optional(
    authorRef('USER', 'BOT', 'CONTACT'),
    'The user, bot, contact or system to send as; API keys only. ForbiddenError for a user whose role is above that of the user who made the key. Default: the viewer, or the contact if INBOUND.',
  ),
  externalId: optional(
    externalId,
    "The channel's own id of the message. Sending it again returns the stored message. Not available to contacts.",
  ),
  clientMessageId: optional(
    externalId,
    "The sender's own id of the message. Sending it again returns the stored message.",
  ),
  replyToId: optional(
    id('Message'),
    'The message this one replies to, in the same conversation. Dropped if the message is routed to another conversation because this one is closed.',
  ),
};

const MAX_MENTIONS = 50;

/** The users whom a note mentions. */
export const mentionedUserIds = list(id('User'), MAX_MENTIONS, 'users');

/** The fields that make a message a note. */
export const noteFields = {
  visibility: optional(
    visibility,
    'INTERNAL makes it a note among the team: contacts never learn of it, and it changes nothing of the conversation. Notes can be added to a CLOSED conversation, too. ForbiddenError for contacts; the author must be a user, a bot or an API key. Default: PUBLIC.',
  ),
  mentionedUserIds: optional(
    mentionedUserIds,
    'Active users whom the note mentions. They find it with `mentionedUserId` in filters. Only with INTERNAL.',
  ),
};

type NoteInput = {
  direction?: MessageDirection | undefined;
  visibility?: MessageVisibility | undefined;
  mentionedUserIds?: string[] | undefined;
};

/** Refuses a note from the customer, and mentions where customers would see them. */
export function checkNote(
  { direction: given, visibility: wanted, mentionedUserIds: users }: NoteInput,
  refuse: Refuse,
) {
  if (wanted === 'INTERNAL' && given === 'INBOUND')
    refuse('visibility', 'Must be PUBLIC for what the customer writes.');
  if (wanted !== 'INTERNAL' && users && users.length > 0) {
    refuse('mentionedUserIds', 'Only a message with visibility INTERNAL can mention users.');
  }
}

type Body = { text?: string | undefined; content?: object | undefined; uploadKeys?: string[] | undefined };

/** Refuses a message without text, content and uploads. */
export function requireBody({ text, content, uploadKeys: keys = [] }: Body, refuse: Refuse): void {
  if (text === undefined && content === undefined && keys.length === 0) {
    refuse('text', 'Give text, content or uploadKeys.');
  }
}
