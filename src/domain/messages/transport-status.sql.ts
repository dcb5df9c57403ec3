import type { Message } from '../../generated/prisma/client.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';
import { invalid, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { rises } from './status.js';

export type Receipt = { status: MessageStatus; errorMessage: string | null };

/**
 * Raises the status of one participant's copy of a message of a locked conversation. The first report is kept whatever it
 * is; an equal or lower one changes nothing. Answers whether it rose. Throws NotFoundError where the conversation has no
 * such participant.
 */
export async function raiseCopy(
  { tx, workspaceId, now }: Work,
  message: Message,
  participantId: string,
  { status, errorMessage }: Receipt,
): Promise<boolean> {
  const participant = await tx.participant.findUnique({
    where: { workspaceId_id: { workspaceId, id: participantId } },
  });
  if (participant?.conversationId !== message.conversationId) {
    throw new NotFoundError('participant', encodeId('Participant', participantId));
  }
  if (participant.actorId === message.authorId) throw invalid('participantId', 'Must not be the author.');
  const key = { workspaceId, messageId: message.id, participantId };
  const where = { workspaceId_messageId_participantId: key };
  const copy = await tx.messageTransportStatus.findUnique({ where });
  if (copy && !rises(copy.status, status)) return false;
  const data = { status, errorMessage, at: now };
  await tx.messageTransportStatus.upsert({ where, create: { ...key, ...data }, update: data });
  return true;
}

/**
 * The status of each copy of a message. A customer who is in the conversation and of whose copy nothing is known yet
 * counts as PENDING, so that one failure does not stand for all; agents and bots need no transport and count only where a
 * status was reported.
 */
export async function copiesOf({ tx, workspaceId }: Work, message: Message): Promise<MessageStatus[]> {
  const rows = await tx.$queryRaw<{ status: MessageStatus }[]>`
    SELECT coalesce(s.status, 'PENDING') AS status FROM "Participant" p
    LEFT JOIN "MessageTransportStatus" s ON s."workspaceId" = p."workspaceId" AND s."participantId" = p.id
      AND s."messageId" = ${message.id}::uuid
    WHERE p."workspaceId" = ${workspaceId}::uuid AND p."conversationId" = ${message.conversationId}::uuid
      AND (s.status IS NOT NULL OR (p.role = 'CUSTOMER' AND p."leftAt" IS NULL
        AND p."actorId" IS DISTINCT FROM ${message.authorId}::uuid))`;
  return rows.map(({ status }) => status);
}
