import { Prisma } from '../../generated/prisma/client.js';
import { ValidationError } from '../../lib/errors.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import { findActors } from '../actors/actor.sql.js';

/** A note, and where it is. */
type Note = { id: string; conversationId: string };

/** Whom a note mentions that no other of the conversation does, and whom none mentions any more; as the log stores it. */
export type MentionChanges = { mentioned?: string[]; unmentioned?: string[] };

/** Throws ValidationError for users that are not in the workspace, or deactivated. */
export async function assertMentionable(work: Work, userIds: readonly string[]): Promise<void> {
  const found = await findActors(
    work,
    userIds.map((id) => ({ type: 'USER', id })),
  );
  const active = new Set(found.flatMap((actor) => (actor.type === 'USER' && actor.active ? [actor.id] : [])));
  const issues = userIds.flatMap((id, index) =>
    active.has(id)
      ? []
      : [{ path: ['mentionedUserIds', String(index)], message: 'Must be an active user of the workspace.' }],
  );
  if (issues.length > 0) throw new ValidationError(issues);
}

/** The statement that stores whom a new note mentions. */
export function mentionsInserted(
  { workspaceId }: Work,
  { id, conversationId }: Note,
  userIds: readonly string[],
): Prisma.Sql {
  return Prisma.sql`INSERT INTO "Mention" ("workspaceId", "messageId", "userId", "conversationId")
    SELECT ${workspaceId}::uuid, ${id}::uuid, u.id, ${conversationId}::uuid FROM unnest(${[...userIds]}::uuid[]) AS u(id)`;
}

/** Those of the users whom no other note of a locked conversation mentions. */
export async function mentionedOnlyBy(
  { tx, workspaceId }: Work,
  { id, conversationId }: Note,
  userIds: readonly string[],
): Promise<string[]> {
  if (userIds.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT u.id FROM unnest(${[...userIds]}::uuid[]) AS u(id)
    WHERE NOT EXISTS (SELECT FROM "Mention" n
      WHERE n."workspaceId" = ${workspaceId}::uuid AND n."userId" = u.id
        AND n."conversationId" = ${conversationId}::uuid AND n."messageId" <> ${id}::uuid)`;
  return rows.map((row) => row.id);
}

/** The users whom a note mentions, sorted. */
export async function mentionsOf({ tx, workspaceId }: Work, messageId: string): Promise<string[]> {
  const rows = await tx.mention.findMany({ where: { workspaceId, messageId }, select: { userId: true } });
  return rows.map(({ userId }) => userId).sort();
}

/** The users whom a locked conversation's notes mention. */
export async function mentionedIn({ tx, workspaceId }: SystemWork, conversationId: string): Promise<string[]> {
  const rows = await tx.mention.findMany({
    where: { workspaceId, conversationId },
    select: { userId: true },
    distinct: ['userId'],
  });
  return rows.map(({ userId }) => userId);
}

/** Replaces whom a note of a locked conversation mentions. Null if that are the same users. */
export async function replaceMentions(
  work: Work,
  note: Note,
  userIds: readonly string[],
): Promise<MentionChanges | null> {
  const { tx, workspaceId } = work;
  const before = await mentionsOf(work, note.id);
  const added = userIds.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !userIds.includes(id));
  if (added.length + removed.length === 0) return null;
  const changes = {
    mentioned: await mentionedOnlyBy(work, note, added),
    unmentioned: await mentionedOnlyBy(work, note, removed),
  };
  if (removed.length > 0) {
    await tx.mention.deleteMany({ where: { workspaceId, messageId: note.id, userId: { in: removed } } });
  }
  if (added.length > 0) await tx.$executeRaw`${mentionsInserted(work, note, added)}`;
  return changes;
}
