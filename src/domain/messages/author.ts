import { mayActForOthers, type Viewer } from '../../auth/viewer.js';
import type { Conversation, Message } from '../../generated/prisma/client.js';
import type { MessageDirection } from '../../generated/prisma/enums.js';
import { type ActorRef, actorOf, type SystemRef, sameActor } from '../../lib/actor-ref.js';
import { ForbiddenError, invalid } from '../../lib/errors.js';
import type { JsonObject } from '../../lib/validation.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { isCustomer } from '../conversations/unread.js';

export type Authorship = { author: ActorRef | SystemRef; direction: MessageDirection };

type Asked = { authorId?: ActorRef | SystemRef | undefined; direction?: MessageDirection | undefined };

/** Which way a message of this author goes. */
function directionOf(author: ActorRef | SystemRef, conversation: Pick<Conversation, 'ownerId'>): MessageDirection {
  return author.type !== 'SYSTEM' && isCustomer(author, conversation) ? 'INBOUND' : 'OUTBOUND';
}

/**
 * Who writes a message, and which way it goes. A key may write as anyone who can be in the conversation, and as the
 * system; everyone else writes as themselves. An inbound message without an author is the contact's, or else the
 * owner's.
 */
export function authorship(
  viewer: Viewer,
  conversation: Pick<Conversation, 'contactId' | 'ownerId'>,
  { authorId, direction }: Asked,
): Authorship {
  const forOthers = mayActForOthers(viewer);
  if (authorId && !forOthers && authorId.id !== viewer.actor.id) {
    throw new ForbiddenError('Only a key of the workspace may write as somebody else. Leave authorId out.');
  }
  const author = authorId ?? (direction === 'INBOUND' && forOthers ? customerOf(conversation) : viewer.actor);
  if (author.type === 'CONTACT' && author.id !== conversation.contactId) {
    throw invalid('authorId', "Must be the conversation's own contact.");
  }
  const natural = directionOf(author, conversation);
  if (direction && direction !== natural) {
    throw invalid('direction', `What this author writes is ${natural}.`);
  }
  return { author, direction: natural };
}

function customerOf({ contactId, ownerId }: Pick<Conversation, 'contactId' | 'ownerId'>): ActorRef {
  if (contactId) return { type: 'CONTACT', id: contactId };
  if (ownerId) return { type: 'USER', id: ownerId };
  throw invalid('direction', 'The conversation has neither a contact nor an owner who could have written this.');
}

type Kept = { externalId?: string | undefined; metadata?: JsonObject | undefined };

/**
 * Throws ForbiddenError where a contact names its message by the channel's id, with which what comes from there would
 * clash, or writes what only the team reads, who would take it for the team's own.
 */
export function assertOwnFields({ kind }: Viewer, { externalId, metadata }: Kept): void {
  if (kind !== 'CONTACT') return;
  if (externalId !== undefined) {
    throw new ForbiddenError('externalId is the id of a channel. A contact gives clientMessageId.');
  }
  if (metadata !== undefined) throw new ForbiddenError("metadata is the team's. A contact says it in content.");
}

/** Throws ForbiddenError where a viewer may not change a message: only its author may, and whoever may moderate. */
export async function assertMayChange(work: Work, { authorType, authorId }: Message): Promise<void> {
  const { actor, permissions } = work.viewer;
  if (permissions.has('moderate')) return;
  const author = actorOf(authorType, authorId);
  const current = author.type === 'CONTACT' ? await resolveActor(work, author) : author;
  if (sameActor(current, actor)) return;
  throw new ForbiddenError('Only its author may change a message, or a key, OWNER or ADMIN of the workspace.');
}
