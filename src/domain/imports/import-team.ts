import { auditStatement, commandLine } from '../../audit/append-audit.sql.js';
import { type AuditEntry, changesOf } from '../../audit/audit-entry.js';
import type { Bot, Channel, User } from '../../generated/prisma/client.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { auditedFields as auditedOfBots } from '../bots/bot-fields.js';
import { auditedFields as auditedOfChannels } from '../channels/channel-fields.js';
import { auditedFields as auditedOfUsers } from '../users/user-fields.js';
import { insertRows } from './insert-rows.sql.js';
import { externalIdOf, type ImportedBot, type ImportedChannel, type ImportedUser, type SourceName } from './source.js';

/** A user or bot of the workspace, and whether conversations can be assigned to it. */
export type Member = { type: 'USER' | 'BOT'; id: string; active: boolean };

/** Whom and what the keys of a product stand for in the workspace. */
export type Team = {
  users: Map<string, Member>;
  bots: Map<string, Member>;
  channels: Map<string, Pick<Channel, 'id' | 'allowMany'>>;
};

export type Wanted = { users: ImportedUser[]; bots: ImportedBot[]; channels: ImportedChannel[] };

export const newTeam = (): Team => ({ users: new Map(), bots: new Map(), channels: new Map() });

/** Whoever and whatever is not in the team yet, each once. */
export function missingFrom(team: Team, { users, bots, channels }: Wanted): Wanted {
  const missing = <Item extends { key: string }>(items: Item[], known: ReadonlyMap<string, unknown>) => [
    ...new Map(items.filter(({ key }) => !known.has(key)).map((item) => [item.key, item])).values(),
  ];
  return {
    users: missing(users, team.users),
    bots: missing(bots, team.bots),
    channels: missing(channels, team.channels),
  };
}

/** The address of a user whose address the product does not tell: one that no mail can reach. */
const unknownEmail = (source: SourceName, key: string) =>
  `${source}-${key.toLowerCase().replace(/[^a-z0-9]+/g, '-')}@import.invalid`;

/**
 * Finds the users by their email addresses and the bots and channels by their externalIds, and creates those that there are
 * not: users who have left are deactivated, and bots have no key. What is found stays as it is.
 */
export async function importTeam(work: SystemWork, source: SourceName, wanted: Wanted): Promise<Team> {
  const audit: AuditEntry[] = [];
  const team = {
    users: await importUsers(work, source, wanted.users, audit),
    bots: await importBots(work, source, wanted.bots, audit),
    channels: await importChannels(work, source, wanted.channels, audit),
  };
  if (audit.length > 0) work.later`${auditStatement(work, commandLine, audit)}`;
  return team;
}

async function importUsers(work: SystemWork, source: SourceName, wanted: ImportedUser[], audit: AuditEntry[]) {
  const { tx, workspaceId, now, newId } = work;
  const emailOf = ({ email, key }: ImportedUser) => email ?? unknownEmail(source, key);
  const found = await tx.$queryRaw<User[]>`
    SELECT * FROM "User" WHERE "workspaceId" = ${workspaceId}::uuid AND email = ANY(${wanted.map(emailOf)}::text[])`;
  const byEmail = new Map(found.map((user) => [user.email, user]));
  const created: User[] = [];
  for (const user of wanted) {
    const email = emailOf(user);
    if (byEmail.has(email)) continue;
    const { name, role, avatarUrl, active } = user;
    const times = { deactivatedAt: active ? null : now, reactivatedAt: null, createdAt: now, updatedAt: now };
    const row = { workspaceId, id: newId(), name, email, avatarUrl, role, ...times };
    byEmail.set(email, row);
    created.push(row);
  }
  await insertActors(work, 'USER', created);
  await insertRows(tx, 'User', created);
  for (const user of created) {
    work.recordChange(user.id, { type: 'user.created', payload: {} });
    audit.push({ action: 'user.created', targetId: user.id, changes: changesOf(null, user, auditedOfUsers) });
  }
  return membersOf('USER', wanted, (user) => byEmail.get(emailOf(user)));
}

async function importBots(work: SystemWork, source: SourceName, wanted: ImportedBot[], audit: AuditEntry[]) {
  const { tx, workspaceId, now, newId } = work;
  const idOf = ({ key }: ImportedBot) => externalIdOf(source, 'bot', key);
  const found = await tx.$queryRaw<Bot[]>`
    SELECT * FROM "Bot" WHERE "workspaceId" = ${workspaceId}::uuid AND "externalId" = ANY(${wanted.map(idOf)}::text[])`;
  const byId = new Map(found.map((bot) => [bot.externalId, bot]));
  const created = wanted
    .filter((bot) => !byId.has(idOf(bot)))
    .map((bot): Bot => {
      const times = { deactivatedAt: null, createdAt: now, updatedAt: now };
      return { workspaceId, id: newId(), name: bot.name, externalId: idOf(bot), ...times };
    });
  await insertActors(work, 'BOT', created);
  await insertRows(tx, 'Bot', created);
  for (const bot of created) {
    byId.set(bot.externalId, bot);
    work.recordChange(bot.id, { type: 'bot.created', payload: {} });
    audit.push({ action: 'bot.created', targetId: bot.id, changes: changesOf(null, bot, auditedOfBots) });
  }
  return membersOf('BOT', wanted, (bot) => byId.get(idOf(bot)));
}

async function importChannels(work: SystemWork, source: SourceName, wanted: ImportedChannel[], audit: AuditEntry[]) {
  const { tx, workspaceId, now, newId } = work;
  const idOf = ({ key }: ImportedChannel) => externalIdOf(source, 'channel', key);
  const found = await tx.$queryRaw<Channel[]>`
    SELECT * FROM "Channel"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "externalId" = ANY(${wanted.map(idOf)}::text[])`;
  const byId = new Map(found.map((channel) => [channel.externalId, channel]));
  const created = wanted
    .filter((channel) => !byId.has(idOf(channel)))
    .map((channel): Channel => {
      const { name, type, allowMany } = channel;
      const rest = { reopenWithinSeconds: null, deletedAt: null, createdAt: now, updatedAt: now };
      return { workspaceId, id: newId(), name, type, status: 'ACTIVE', externalId: idOf(channel), allowMany, ...rest };
    });
  await insertRows(tx, 'Channel', created);
  for (const channel of created) {
    byId.set(channel.externalId, channel);
    work.recordChange(channel.id, { type: 'channel.created', payload: {} });
    const changes = changesOf(null, channel, auditedOfChannels);
    audit.push({ action: 'channel.created', targetId: channel.id, changes });
  }
  return new Map(
    wanted.flatMap((channel) => {
      const row = byId.get(idOf(channel));
      return row ? [[channel.key, { id: row.id, allowMany: row.allowMany }] as const] : [];
    }),
  );
}

function membersOf<Item extends { key: string }>(
  type: Member['type'],
  wanted: readonly Item[],
  rowOf: (item: Item) => Pick<User, 'id' | 'deactivatedAt'> | undefined,
): Map<string, Member> {
  return new Map(
    wanted.flatMap((item) => {
      const row = rowOf(item);
      return row ? [[item.key, { type, id: row.id, active: row.deactivatedAt === null }] as const] : [];
    }),
  );
}

/** Inserts the actors that share their ids with new rows. */
export async function insertActors(
  { tx, workspaceId }: SystemWork,
  type: 'USER' | 'BOT' | 'CONTACT',
  rows: readonly { id: string }[],
): Promise<void> {
  await insertRows(
    tx,
    'Actor',
    rows.map(({ id }) => ({ workspaceId, id, type })),
  );
}
