import type { SqlClient } from '../../db/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { ClientKeyInput } from './client-key.js';

/** The rows that a client key names. */
export type Triple = { botId: string; contactId: string; channelId: string };

/** Finds the rows that a client key names; null where one of them is missing. */
export async function findTriple(db: SqlClient, workspaceId: string, key: ClientKeyInput): Promise<Triple | null> {
  const [triple] = await db.$queryRaw<Triple[]>`
    SELECT b.id AS "botId", co.id AS "contactId", ch.id AS "channelId"
    FROM "Bot" b, "Contact" co, "Channel" ch
    WHERE b."workspaceId" = ${workspaceId}::uuid AND b."externalId" = ${key.bot}
      AND co."workspaceId" = ${workspaceId}::uuid AND co."externalId" = ${key.user}
      AND ch."workspaceId" = ${workspaceId}::uuid AND ch."externalId" = ${key.channel}`;
  return triple ?? null;
}

/** The conversations that were made with a client key, as a condition on the alias `c`. */
export function ofTriple({ botId, contactId, channelId }: Triple): Prisma.Sql {
  return Prisma.sql`c."clientBotId" = ${botId}::uuid AND c."contactId" = ${contactId}::uuid
    AND c."channelId" = ${channelId}::uuid`;
}
