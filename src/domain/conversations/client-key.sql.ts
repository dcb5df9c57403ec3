import type { Read } from '../../db/read.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/actor.sql.js';
import { insertContact } from '../contacts/contact.sql.js';
import { contactsByAlias } from '../contacts/contact-alias.sql.js';
import { lockIdentity } from '../contacts/contact-identity.sql.js';
import type { ClientKey } from './conversation-fields.js';

/** The rows that a client key refers to. */
export type ClientKeyRows = { botId: string; contactId: string; channelId: string };

/** Returns the rows that a client key refers to; null if any of them does not exist. */
export async function findClientKey(read: Read, workspaceId: string, key: ClientKey): Promise<ClientKeyRows | null> {
  const [rows] = await read<ClientKeyRows>`
    SELECT b.id AS "botId", co.id AS "contactId", ch.id AS "channelId"
    FROM "Bot" b, "Contact" co, "Channel" ch
    WHERE b."workspaceId" = ${workspaceId}::uuid AND b."externalId" = ${key.bot}
      AND co."workspaceId" = ${workspaceId}::uuid AND ${knownBy(workspaceId, key.user)}
      AND ch."workspaceId" = ${workspaceId}::uuid AND ch."externalId" = ${key.channel}`;
  return rows ?? null;
}

/** The condition on the alias `c` that a conversation was created with a client key. */
export function createdWithClientKey({ botId, contactId, channelId }: ClientKeyRows): Prisma.Sql {
  return Prisma.sql`c."clientBotId" = ${botId}::uuid AND c."contactId" = ${contactId}::uuid
    AND c."channelId" = ${channelId}::uuid`;
}

/** Returns the rows that a client key refers to, and creates missing ones: a channel has type API and allows many. */
export async function ensureClientKey(work: Work, key: ClientKey): Promise<ClientKeyRows> {
  return {
    contactId: (await ensureContact(work, key.user)).id,
    botId: (await ensureBot(work, key.bot)).id,
    channelId: (await ensureChannel(work, key.channel)).id,
  };
}

type Row = { id: string };

async function ensureContact(work: Work, externalId: string): Promise<Row> {
  const known = await lockKnown(work, externalId);
  if (known) return known;
  // A merge may be making it an alias at this moment. Only who would create a contact waits for that.
  await lockIdentity(work, { externalId });
  return (await lockKnown(work, externalId)) ?? insertContact(work, { externalId, metadata: {} });
}

/** Locks the contact, so that it cannot be deleted before its new conversation is visible to the deletion. */
async function lockKnown({ tx, workspaceId }: Work, externalId: string): Promise<Row | undefined> {
  const [found] = await tx.$queryRaw<Row[]>`
    SELECT co.id FROM "Contact" co
    WHERE co."workspaceId" = ${workspaceId}::uuid AND co."deletedAt" IS NULL AND ${knownBy(workspaceId, externalId)}
    FOR SHARE`;
  return found;
}

/** The condition on the contact `co` that it has this externalId, itself or by an alias. */
function knownBy(workspaceId: string, externalId: string): Prisma.Sql {
  return Prisma.sql`(co."externalId" = ${externalId} OR co.id IN (${contactsByAlias(workspaceId, { externalId })}))`;
}

async function ensureBot({ tx, workspaceId, now, newId, recordChange }: Work, externalId: string): Promise<Row> {
  const found = await tx.bot.findFirst({ where: { workspaceId, externalId }, select: { id: true } });
  if (found) return found;
  const id = newId();
  await insertActor(tx, workspaceId, { type: 'BOT', id });
  recordChange(id, { type: 'bot.created', payload: {} });
  return tx.bot.create({ data: { workspaceId, id, name: externalId, externalId, createdAt: now, updatedAt: now } });
}

async function ensureChannel({ tx, workspaceId, now, newId, recordChange }: Work, externalId: string): Promise<Row> {
  const found = await tx.channel.findFirst({ where: { workspaceId, externalId }, select: { id: true } });
  if (found) return found;
  const id = newId();
  recordChange(id, { type: 'channel.created', payload: {} });
  const channel = { name: externalId, externalId, type: 'API' as const, allowMany: true };
  return tx.channel.create({ data: { ...channel, workspaceId, id, createdAt: now, updatedAt: now } });
}
