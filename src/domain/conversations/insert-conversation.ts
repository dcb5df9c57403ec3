import type { Conversation, Prisma } from '../../generated/prisma/client.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import { LostRaceError, type Work } from '../../unit-of-work/transaction.js';
import { lockActiveActorForShare } from '../actors/actor.sql.js';
import { lockChannelForShare } from '../channels/channel.sql.js';
import { canJoin, join } from '../participants/participant.sql.js';
import type { ConversationFields } from './conversation-fields.js';
import { scheduleTimers } from './timers.js';

/** The columns that a new conversation is created with. The others have their initial values. */
export type NewConversation = ConversationFields &
  Partial<
    Pick<
      Prisma.ConversationUncheckedCreateInput,
      'id' | 'externalId' | 'channelId' | 'contactId' | 'ownerId' | 'botId' | 'clientBotId' | 'metadata'
    >
  > & { exclusive: boolean };

/**
 * Inserts a conversation; returns null if it violates a unique index. Throws ConflictError if its channel accepts no new
 * conversations or its bot is deactivated.
 */
export async function tryInsertConversation(work: Work, input: NewConversation): Promise<Conversation | null> {
  const { tx, workspaceId, now, newId } = work;
  if (input.channelId) await lockChannelForShare(work, input.channelId);
  if (input.botId) await lockActiveActorForShare(work, { type: 'BOT', id: input.botId });
  const [row] = await tx.conversation.createManyAndReturn({
    data: [
      {
        ...input,
        priority: input.priority ?? 'NORMAL',
        tags: input.tags ?? [],
        metadata: input.metadata ?? {},
        workspaceId,
        id: input.id ?? newId(),
        status: 'OPEN',
        botActive: Boolean(input.botId),
        messageCount: 0,
        inboundCount: 0,
        teamReadSeq: 0,
        teamReadInbound: 0,
        lastInteractionAt: now,
        version: 1,
        createdAt: now,
        updatedAt: now,
      },
    ],
    skipDuplicates: true,
  });
  if (!row) return null;
  work.raises([row.id]);
  scheduleTimers(work, null, row);
  return row;
}

/** Records the creation of a conversation, and makes its contact, owner, bot and creator participants. */
export async function begin(work: Work, conversation: Conversation, by: ActorRef | SystemRef): Promise<void> {
  work.record(conversation, { type: 'conversation.created', payload: {} }, by);
  const { contactId, ownerId, botId } = conversation;
  const members: ActorRef[] = [
    ...(contactId ? [{ type: 'CONTACT' as const, id: contactId }] : []),
    ...(ownerId ? [{ type: 'USER' as const, id: ownerId }] : []),
    ...(botId ? [{ type: 'BOT' as const, id: botId }] : []),
    ...(canJoin(by) ? [by] : []),
  ];
  for (const member of members) await join(work, conversation, member, { by });
}

/** Inserts a conversation after its conflicts were ruled out. Throws LostRaceError, and the transaction is retried. */
export async function insertConversation(
  work: Work,
  input: NewConversation,
  by: ActorRef | SystemRef,
): Promise<Conversation> {
  const conversation = await tryInsertConversation(work, input);
  if (!conversation) throw new LostRaceError();
  await begin(work, conversation, by);
  return conversation;
}
