import type { Message } from '../../generated/prisma/client.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';
import { invalid, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { advances } from './message-status.js';

export type StatusReport = { status: MessageStatus; errorMessage: string | null };

/**
 * Advances the status of one participant's copy of a message of a locked conversation, and returns whether it changed.
 * The first report is always stored; later ones only if they advance the status.
 * @throws {NotFoundError} if the conversation has no such participant
 * @throws {ValidationError} if the participant is the author of the message
 */
export async function advanceCopy(
  { tx, workspaceId, now }: Work,
  message: Message,
  participantId: string,
  { status, errorMessage }: StatusReport,
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
  if (copy && !advances(copy.status, status)) return false;
  const data = { status, errorMessage, at: now };
  await tx.messageTransportStatus.upsert({ where, create: { ...key, ...data }, update: data });
  return true;
}

/**
 * The status of each copy of a message. Customers in the conversation without a report count as PENDING, so that one
 * failure does not fail the whole message. Agents and bots need no transport; they count only if there is a report.
 */
export async function statusesOfCopies({ tx, workspaceId }: Work, message: Message): Promise<MessageStatus[]> {
  const rows = await tx.$queryRaw<{ status: MessageStatus }[]>`
    SELECT coalesce(s.status, 'PENDING') AS status FROM "Participant" p
    LEFT JOIN "MessageTransportStatus" s ON s."workspaceId" = p."workspaceId" AND s."participantId" = p.id
      AND s."messageId" = ${message.id}::uuid
    WHERE p."workspaceId" = ${workspaceId}::uuid AND p."conversationId" = ${message.conversationId}::uuid
      AND (s.status IS NOT NULL OR (p.role = 'CUSTOMER' AND p."leftAt" IS NULL
        AND p."actorId" IS DISTINCT FROM ${message.authorId}::uuid))`;
  return rows.map(({ status }) => status);
}
