import type { EventSubject } from '../../event-log/append-events.js';
import type { Channel, Conversation } from '../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import { STEP } from '../sweeps/sweep.js';

/** Locks a channel for an update; throws NotFoundError if there is none or it was deleted. */
export async function lockChannel({ tx, workspaceId }: Work, id: string): Promise<Channel> {
  const [channel] = await tx.$queryRaw<Channel[]>`
    SELECT * FROM "Channel" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  return existing(channel, id);
}

/**
 * Locks a channel for share, so that it cannot change before a conversation started there is committed.
 * @throws {NotFoundError} if there is none or it was deleted
 * @throws {ConflictError} if it is INACTIVE
 */
export async function lockChannelForShare({ tx, workspaceId }: Work, id: string): Promise<void> {
  const [channel] = await tx.$queryRaw<Pick<Channel, 'status' | 'deletedAt'>[]>`
    SELECT status, "deletedAt" FROM "Channel"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR SHARE`;
  if (existing(channel, id).status === 'INACTIVE') {
    throw new ConflictError('The channel is INACTIVE and takes no new conversations. Set its status to ACTIVE first.');
  }
}

/** Locks a channel against changes until the transaction ends. Returns false if it was deleted. */
export async function lockChannelUnlessDeleted({ tx, workspaceId }: Work, id: string): Promise<boolean> {
  const [channel] = await tx.$queryRaw<Pick<Channel, 'deletedAt'>[]>`
    SELECT "deletedAt" FROM "Channel" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR SHARE`;
  return !channel?.deletedAt;
}

function existing<Row extends Pick<Channel, 'deletedAt'>>(channel: Row | undefined, id: string): Row {
  if (!channel || channel.deletedAt) throw new NotFoundError('channel', encodeId('Channel', id));
  return channel;
}

export type ActiveConversation = EventSubject & Pick<Conversation, 'status'>;

/**
 * Locks conversations of a channel that are not closed, in ascending order of ids, but not more than a step changes.
 * Includes those that the viewer may not see, as none may stay active on a deleted channel.
 */
export async function lockActiveConversations(
  { tx, workspaceId }: SystemWork,
  channelId: string,
): Promise<ActiveConversation[]> {
  return tx.$queryRaw<ActiveConversation[]>`
    SELECT id, "contactId", "ownerId", status FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "channelId" = ${channelId}::uuid AND status <> 'CLOSED'
    ORDER BY id LIMIT ${STEP} FOR UPDATE`;
}

/** How many conversations of a channel are not closed. */
export async function countActiveConversations({ tx, workspaceId }: SystemWork, channelId: string): Promise<number> {
  const [active] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "channelId" = ${channelId}::uuid AND status <> 'CLOSED'`;
  return active?.count ?? 0;
}

/** Throws ConflictError if another channel of the workspace has this externalId. */
export async function assertExternalIdFree(
  { tx, workspaceId }: Work,
  externalId: string,
  exceptId?: string,
): Promise<void> {
  const taken = await tx.channel.findUnique({ where: { workspaceId_externalId: { workspaceId, externalId } } });
  if (taken && taken.id !== exceptId) throw new ConflictError('Another channel has this externalId.');
}
