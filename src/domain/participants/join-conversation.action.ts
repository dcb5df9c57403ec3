import { z } from 'zod';
import { mayActForOthers, type Viewer } from '../../auth/viewer.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import { ForbiddenError, invalid } from '../../lib/errors.js';
import { actorRef, id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/require-actors.js';
import { holdActors } from '../contacts/merged-contact.sql.js';
import { lockConversation } from '../conversations/conversation.sql.js';
import { assertActive } from '../conversations/lifecycle.js';
import { canJoin, join } from './join.js';

export const membershipInput = z.object({
  conversationId: id('Conversation'),
  actorId: actorRef('USER', 'BOT', 'CONTACT').optional(),
});

/** Lets somebody join a conversation; whoever is in it already stays as they are. */
export async function joinConversation(context: ActionContext, input: unknown): Promise<Conversation> {
  const { conversationId, actorId } = parse(membershipInput, input);
  const member = memberOf(context.viewer, actorId);
  return transact(context, async (work) => {
    const row = await lockConversation(work, conversationId);
    assertActive(row.status, 'joined');
    const [actor = member] = await holdActors(work, [member]);
    await requireActors(work, [actor]);
    await join(work, row, actor);
    return row;
  });
}

/** Whom a join or leave is about: the one that is named, else the viewer. */
export function memberOf(viewer: Viewer, actor: ActorRef | undefined): ActorRef {
  if (actor && actor.id !== viewer.actor.id && !mayActForOthers(viewer)) {
    throw new ForbiddenError('Only a key of the workspace may do this for somebody else. Leave actorId out.');
  }
  const member = actor ?? viewer.actor;
  if (!canJoin(member)) throw invalid('actorId', 'Must be given: an API key is not in conversations itself.');
  return member;
}
