import { z } from 'zod';
import type { SqlClient } from '../db/client.js';
import { builder } from '../graphql/builder.js';
import { externalId } from '../validation.js';

export const ClientKey = builder.inputType('ClientKey', {
  description:
    'A bot, a contact and a channel by the names (externalId) an outside engine knows them by (CSML). createConversation makes those that are missing; look-ups never do.',
  fields: (t) => ({
    bot: t.string({ required: true, description: "The bot's externalId." }),
    user: t.string({ required: true, description: "The contact's externalId." }),
    channel: t.string({ required: true, description: "The channel's externalId." }),
  }),
});

/** Reads a ClientKey. */
export const clientKey = z.object({ bot: externalId, user: externalId, channel: externalId });

export type ClientKeyInput = z.output<typeof clientKey>;

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
