import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import { anyIn } from '../../db/any-in.js';
import type { LogEntry } from '../../event-log/log-event.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { UserRole } from '../../generated/prisma/enums.js';
import type { Context } from '../core/context.js';
import { slot, type Touch } from './touch.js';
import { visibleEntries } from './visible-entries.sql.js';

/** An entry since which the viewer sees other conversations than before, without any of them having changed. */
type SightChange = Pick<Touch, 'position' | 'eventId' | 'type'>;

type Changed = Pick<LogEntry, 'position' | 'id' | 'type' | 'nodeId' | 'payload'>;

/** Whether an entry changes which conversations the viewer sees: another role, or a merge into the viewer's contact. */
function changesSight({ kind, actor }: Viewer, { type, nodeId, payload }: Changed): boolean {
  if (kind === 'CONTACT') return 'mergedInto' in payload && payload.mergedInto === actor.id;
  if (type !== 'user.updated' || nodeId !== actor.id || !('role' in payload) || !payload.role) return false;
  const { from, to } = payload.role;
  return callers[from].sees !== callers[to].sees;
}

/** The last entry of a batch that changes which conversations the viewer sees; null if there is none. */
function sightChangeIn({ viewer }: Context, batch: readonly LogEntry[]): SightChange | null {
  const entry = batch.findLast((each) => changesSight(viewer, each));
  return entry ? { position: Number(entry.position), eventId: entry.id, type: entry.type } : null;
}

/**
 * Conversations that are to be looked at again at an entry of the log, though the entry is not about them: those that the
 * viewer may see since, or that belong to its list since, or not any more.
 */
export type Resight = SightChange & {
  /** Such conversations in the order of their ids. */
  read: (which: Selection) => Promise<string[]>;
};

/** Which of these conversations: those after an id, at most `limit`, and of some only. */
export type Selection = { afterId?: string | null; limit: number; among?: readonly string[] };

/** The condition of a selection; alias `c`. */
export function selected({ afterId = null, among }: Selection): Prisma.Sql {
  const after = afterId === null ? Prisma.sql`TRUE` : Prisma.sql`c.id > ${afterId}::uuid`;
  return among ? Prisma.sql`${after} AND c.id = ${anyIn(among, 'uuid')}` : after;
}

/** The touches of conversations that are to be looked at again. */
export async function touchesOf(
  { read, position, eventId, type }: Resight,
  afterId: string | null,
  limit: number,
): Promise<Touch[]> {
  const ids = await read({ afterId, limit });
  return ids.map((id) => ({ position, eventId, type, slot: slot.sight, id, conversationId: id }));
}

/** What is to be looked at again because of the last entry of a batch that changed what the viewer sees. */
export function resightIn(context: Context, batch: readonly LogEntry[]): Resight | null {
  const change = sightChangeIn(context, batch);
  return change && { ...change, read: (which) => readResighted(context, change, which) };
}

/** The same for a part of the log. */
export async function readResight(context: Context, after: number, until: number): Promise<Resight | null> {
  const { workspaceId, actor, kind } = context.viewer;
  if (actor.type !== 'USER' && actor.type !== 'CONTACT') return null;
  const about =
    kind === 'CONTACT'
      ? Prisma.sql`e."nodeId" IN (SELECT id FROM "Contact" m
          WHERE m."workspaceId" = ${workspaceId}::uuid AND m."mergedIntoId" = ${actor.id}::uuid) AND e.type = 'contact.deleted'`
      : Prisma.sql`e."nodeId" = ${actor.id}::uuid AND e.type = 'user.updated'`;
  const entries = await context.database.read<LogEntry>`
    SELECT e.* FROM "Event" e WHERE e."workspaceId" = ${workspaceId}::uuid AND e.position > ${after}
      AND e.position <= ${until} AND ${about} ORDER BY e.position`;
  return resightIn(context, entries);
}

/**
 * The conversations that the viewer may see differently since its sight changed: those with an owner, or of a contact its
 * own. Without those that were created since: whether the viewer is to learn of these does not depend on what it saw
 * before. And without those that come later, because they are touched again.
 */
async function readResighted(
  { database, viewer }: Context,
  { position }: SightChange,
  selection: Selection,
): Promise<string[]> {
  const { workspaceId, kind, actor } = viewer;
  const which =
    kind === 'CONTACT' ? Prisma.sql`c."contactId" = ${actor.id}::uuid` : Prisma.sql`c."ownerId" IS NOT NULL`;
  const rows = await database.read<{ id: string }>`
    SELECT c.id FROM "Conversation" c WHERE c."workspaceId" = ${workspaceId}::uuid AND ${which}
      AND ${selected(selection)}
      AND NOT EXISTS (SELECT FROM "Event" e WHERE e."workspaceId" = ${workspaceId}::uuid AND e."conversationId" = c.id
        AND e.type = 'conversation.created' AND e.position > ${position})
      AND NOT EXISTS (SELECT FROM "Event" e
        WHERE ${visibleEntries(viewer)} AND e."conversationId" = c.id AND e.position > ${position})
    ORDER BY c.id LIMIT ${selection.limit}`;
  return rows.map(({ id }) => id);
}

/**
 * The first entry of a batch since which the viewer is not what it was when it connected, and may see something else; -1
 * if there is none. What follows is for a connection that knows.
 */
export async function supersededAt({ database, viewer }: Context, batch: readonly LogEntry[]): Promise<number> {
  const { workspaceId, actor, kind } = viewer;
  if (kind === 'CONTACT')
    return batch.findIndex(({ type, nodeId }) => type === 'contact.deleted' && nodeId === actor.id);
  if (actor.type !== 'USER') return -1;
  const at = batch.findIndex((entry) => changesSight(viewer, entry));
  if (at < 0) return -1;
  const [user] = await database.read<{ role: UserRole }>`
    SELECT role FROM "User" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${actor.id}::uuid`;
  return user && callers[user.role].sees !== callers[kind].sees ? at : -1;
}
