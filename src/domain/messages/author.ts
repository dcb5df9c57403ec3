import { mayActForOthers, type Viewer } from '../../auth/viewer.js';
import type { Conversation, Message } from '../../generated/prisma/client.js';
import type { MessageDirection, MessageVisibility } from '../../generated/prisma/enums.js';
import { type ActorRef, actorOf, type SystemRef, sameActor } from '../../lib/actor-ref.js';
import { ForbiddenError, invalid } from '../../lib/errors.js';
import type { JsonObject } from '../../lib/validation.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { isCustomer } from '../conversations/read-position.sql.js';

export type Authorship = { author: ActorRef | SystemRef; direction: MessageDirection };

type Requested = {
  authorId?: ActorRef | SystemRef | undefined;
  direction?: MessageDirection | undefined;
  visibility?: MessageVisibility | undefined;
};

function directionOf(author: ActorRef | SystemRef, conversation: Pick<Conversation, 'ownerId'>): MessageDirection {
  return author.type !== 'SYSTEM' && isCustomer(author, conversation) ? 'INBOUND' : 'OUTBOUND';
}

/**
 * The author and direction of a new message. An API key of the workspace may send as any actor of the conversation and as
 * the system; all other viewers send as themselves. If a key gives direction INBOUND and no author, the author is the
 * contact, or else the owner.
 * @throws {ForbiddenError} if the viewer may not send as this author
 * @throws {ValidationError} if the author or the direction does not suit the conversation
 */
export function authorship(
  viewer: Viewer,
  conversation: Pick<Conversation, 'contactId' | 'ownerId'>,
  { authorId, direction: requested, visibility }: Requested,
): Authorship {
  const forOthers = mayActForOthers(viewer);
  if (authorId && !forOthers && authorId.id !== viewer.actor.id) {
    throw new ForbiddenError('Only an API key of the workspace may send as somebody else. Leave authorId out.');
  }
  const author = authorId ?? (requested === 'INBOUND' && forOthers ? customerOf(conversation) : viewer.actor);
  if (author.type === 'CONTACT' && author.id !== conversation.contactId) {
    throw invalid('authorId', 'Must be the contact of the conversation.');
  }
  const direction = directionOf(author, conversation);
  if (requested && requested !== direction) {
    throw invalid('direction', `Messages from this author must be ${direction}.`);
  }
  if (visibility === 'INTERNAL' && (direction === 'INBOUND' || author.type === 'SYSTEM')) {
    throw invalid('visibility', 'Must be PUBLIC, except for messages from a user of the team, a bot or an API key.');
  }
  return { author, direction };
}

function customerOf({ contactId, ownerId }: Pick<Conversation, 'contactId' | 'ownerId'>): ActorRef {
  if (contactId) return { type: 'CONTACT', id: contactId };
  if (ownerId) return { type: 'USER', id: ownerId };
  throw invalid('direction', 'INBOUND needs a contact or an owner as the author, and the conversation has neither.');
}

type TeamFields = {
  externalId?: string | undefined;
  metadata?: JsonObject | undefined;
  visibility?: MessageVisibility | undefined;
};

/**
 * Throws ForbiddenError if a contact sets externalId, which could collide with an id of the channel, or metadata, which
 * the team would take for its own, or writes a note.
 */
export function assertNoTeamFields({ kind }: Viewer, { externalId, metadata, visibility }: TeamFields): void {
  if (kind !== 'CONTACT') return;
  if (visibility === 'INTERNAL') throw new ForbiddenError('Contacts cannot send INTERNAL messages.');
  if (externalId !== undefined) {
    throw new ForbiddenError('Contacts cannot set externalId; use clientMessageId.');
  }
  if (metadata !== undefined) throw new ForbiddenError('Contacts cannot set metadata; use content.');
}

/** Throws ValidationError if a public message refers to a note, which whoever reads it must not learn of. */
export function assertMayReferTo(target: Message, visibility: MessageVisibility, path: string): void {
  if (visibility === 'PUBLIC' && target.visibility === 'INTERNAL') {
    throw invalid(path, 'Must not be INTERNAL, unless this message is, too.');
  }
}

/** Throws ForbiddenError unless the viewer is the author of the message or may moderate. */
export async function assertMayEdit(work: Work, { authorType, authorId }: Message): Promise<void> {
  const { actor, permissions } = work.viewer;
  if (permissions.has('moderate')) return;
  const author = actorOf(authorType, authorId);
  const current = author.type === 'CONTACT' ? await resolveActor(work, author) : author;
  if (sameActor(current, actor)) return;
  throw new ForbiddenError(
    'Only the author of a message may change it, or an API key of the workspace or a user with the role OWNER or ADMIN.',
  );
}
