import type { Conversation } from '../../generated/prisma/client.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import { withMembers } from '../../lib/collections.js';
import { laterOf, type Work } from '../../unit-of-work/transaction.js';
import { type ConversationChanges, setColumns } from '../conversations/conversation.sql.js';
import { isCustomer, readPositionAdvanced } from '../conversations/read-position.sql.js';
import { open } from '../conversations/status-transitions.js';
import { canJoin, findParticipant, joinAsAuthor } from '../participants/participant.sql.js';
import { attachUploads } from '../uploads/upload.sql.js';
import { insertMessage, type NewMessage, type WrittenMessage } from './message.sql.js';

type PublicMessage = Omit<NewMessage, 'visibility' | 'mentionedUserIds'>;

/**
 * Adds a public message to a locked conversation that is not closed, with its side effects: the author joins and has read
 * everything up to this message, a customer's message opens the conversation, and an agent's takes over from the bot.
 * `participant` is the one that the author is, or null if it is none; it is looked up if it is left out.
 */
export async function appendMessage(
  work: Work,
  conversation: Conversation,
  { uploads = [], ...input }: PublicMessage,
  participant: string | null | undefined = undefined,
): Promise<WrittenMessage> {
  const { now, record } = work;
  const { author } = input;
  const participantId = participant === undefined ? await findParticipant(work, conversation, author) : participant;
  const joining = canJoin(author) ? [joinAsAuthor(work, conversation, author, participantId)] : [];
  const opening = openingBy(input, conversation, now);
  if (opening) record(conversation, opening.event, author);
  const takesOver = takesOverFromBot(author, conversation);
  if (takesOver) {
    const changes = [{ field: 'botActive', from: true, to: false }];
    record(conversation, { type: 'conversation.updated', payload: { changes } }, author);
  }

  const seq = conversation.messageCount + 1;
  const inboundSeq = conversation.inboundCount + (input.direction === 'INBOUND' ? 1 : 0);
  const { deletedInbound, deletedOutbound } = conversation;
  const position = { seq, inboundCount: inboundSeq, deletedInbound, deletedOutbound };
  const changes: ConversationChanges = {
    ...opening?.changes,
    ...(takesOver ? { botActive: false } : {}),
    ...(isTeamMember(author, conversation)
      ? { teamReadSeq: seq, teamReadInbound: inboundSeq, teamReadDeleted: deletedInbound }
      : {}),
    messageCount: seq,
    inboundCount: inboundSeq,
    firstMessageAt: conversation.firstMessageAt ?? now,
    lastMessageAt: laterOf(now, conversation.lastMessageAt ?? now),
    lastInteractionAt: laterOf(now, conversation.lastInteractionAt),
  };
  const updatedAt = laterOf(now, conversation.updatedAt);
  const version = conversation.version + (opening || takesOver ? 1 : 0);
  const message = insertMessage(
    work,
    conversation,
    withMembers(input, { visibility: 'PUBLIC' as const, seq, inboundSeq }),
    [
      ...joining,
      setColumns(work, conversation, withMembers(changes, { updatedAt, version })),
      ...(author.type === 'SYSTEM' ? [] : [readPositionAdvanced(work, conversation.id, author, position)]),
    ],
  );
  await attachUploads(work, message.id, uploads);
  record(
    conversation,
    { type: 'message.added', payload: { messageId: message.id, seq, direction: input.direction } },
    author,
  );
  return message;
}

function openingBy({ author, direction }: PublicMessage, conversation: Conversation, now: Date) {
  const opens = direction === 'INBOUND' && ['PENDING', 'SNOOZED'].includes(conversation.status);
  return opens ? open(conversation, author, now) : null;
}

function takesOverFromBot(author: ActorRef | SystemRef, conversation: Conversation): boolean {
  return conversation.botActive && author.type === 'USER' && !isCustomer(author, conversation);
}

function isTeamMember(author: ActorRef | SystemRef, conversation: Conversation): boolean {
  return author.type !== 'SYSTEM' && !isCustomer(author, conversation);
}
