import type { Conversation } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';
import type { NewConversation } from './insert-conversation.js';

/** The conversation with this externalId where it must be unique, locked: in its client key, or in the workspace. */
export async function findByExternalId(
  { tx, workspaceId }: Work,
  { clientBotId, contactId, channelId }: NewConversation,
  externalId: string,
): Promise<Conversation | null> {
  const scope = clientBotId
    ? Prisma.sql`"clientBotId" = ${clientBotId}::uuid AND "contactId" = ${contactId}::uuid
        AND "channelId" = ${channelId}::uuid`
    : Prisma.sql`"clientBotId" IS NULL`;
  const [row] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "externalId" = ${externalId} AND ${scope} FOR UPDATE`;
  return row ?? null;
}
