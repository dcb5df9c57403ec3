import type { Work } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/insert-actor.js';
import { insertContact } from '../contacts/contact.sql.js';
import type { ClientKeyInput } from './client-key.js';
import type { Triple } from './client-key.sql.js';

type Row = { id: string };

/** The rows that a client key names, those that are missing made: the channel as one of type API that allows many. */
export async function ensureTriple(work: Work, key: ClientKeyInput): Promise<Triple> {
  return {
    contactId: (await ensureContact(work, key.user)).id,
    botId: (await ensureBot(work, key.bot)).id,
    channelId: (await ensureChannel(work, key.channel)).id,
  };
}

async function ensureContact(work: Work, externalId: string): Promise<Row> {
  const { tx, workspaceId } = work;
  // Locked, so that it is not deleted before the conversation that it gets here can be seen.
  const [found] = await tx.$queryRaw<Row[]>`
    SELECT id FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND "externalId" = ${externalId} FOR SHARE`;
  return found ?? insertContact(work, { externalId, metadata: {} });
}

async function ensureBot({ tx, workspaceId, now, newId }: Work, externalId: string): Promise<Row> {
  const found = await tx.bot.findFirst({ where: { workspaceId, externalId }, select: { id: true } });
  if (found) return found;
  const id = newId();
  await insertActor(tx, workspaceId, { type: 'BOT', id });
  return tx.bot.create({ data: { workspaceId, id, name: externalId, externalId, createdAt: now, updatedAt: now } });
}

async function ensureChannel({ tx, workspaceId, now, newId }: Work, externalId: string): Promise<Row> {
  const found = await tx.channel.findFirst({ where: { workspaceId, externalId }, select: { id: true } });
  if (found) return found;
  const channel = { name: externalId, externalId, type: 'API' as const, allowMany: true };
  return tx.channel.create({ data: { ...channel, workspaceId, id: newId(), createdAt: now, updatedAt: now } });
}
