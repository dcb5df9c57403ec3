import { anyIn } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { LogEntry } from '../../event-log/log-event.js';
import { type Resight, selected } from '../changes/sight.sql.js';
import { conversationConditions } from '../conversations/conversation-filter.js';
import type { Context } from '../core/context.js';
import type { LiveFilter, ResolvedFilter } from './live-filter.js';

/** The contacts that a list is of since they took the place of the one that its filter names. */
function survivorsOf({ contactId, participantId, contact, participant }: ResolvedFilter): string[] {
  const named: [given: string | undefined, current: string | null | undefined][] = [
    [contactId, contact],
    [participantId?.id, participant],
  ];
  return named.flatMap(([given, current]) => (current && given !== current ? [current] : []));
}

/**
 * If the contact that a list is of was merged into another in these entries, the list is of that one since: all of its
 * conversations are to be looked at.
 */
export function mergeIn(
  context: Context,
  filter: LiveFilter,
  resolved: ResolvedFilter,
  entries: readonly LogEntry[],
): Resight | null {
  const survivors = survivorsOf(resolved);
  const merge = entries.findLast(
    ({ payload }) => 'mergedInto' in payload && payload.mergedInto && survivors.includes(payload.mergedInto),
  );
  if (!merge) return null;
  return {
    position: Number(merge.position),
    eventId: merge.id,
    type: merge.type,
    read: async (selection) => {
      const rows = await context.database.read<{ id: string }>`
        SELECT c.id FROM "Conversation" c
        WHERE ${visibleTo(context.viewer)} AND ${conversationConditions(filter, context.viewer)}
          AND ${selected(selection)}
          AND NOT EXISTS (SELECT FROM "Event" e WHERE e."workspaceId" = c."workspaceId" AND e."conversationId" = c.id
            AND e.position > ${Number(merge.position)})
        ORDER BY c.id LIMIT ${selection.limit}`;
      return rows.map(({ id }) => id);
    },
  };
}

/** The same for a part of the log. */
export async function readMerge(
  context: Context,
  filter: LiveFilter,
  resolved: ResolvedFilter,
  { after, until }: { after: number; until: number },
): Promise<Resight | null> {
  const survivors = survivorsOf(resolved);
  if (survivors.length === 0) return null;
  const { workspaceId } = context.viewer;
  const merges = await context.database.read<LogEntry>`
    SELECT e.* FROM "Event" e WHERE e."workspaceId" = ${workspaceId}::uuid AND e.position > ${after} AND e.position <= ${until}
      AND e.type = 'contact.deleted' AND e."nodeId" IN (SELECT m.id FROM "Contact" m
        WHERE m."workspaceId" = ${workspaceId}::uuid AND m."mergedIntoId" = ${anyIn(survivors, 'uuid')})
    ORDER BY e.position`;
  return mergeIn(context, filter, resolved, merges);
}

/**
 * The first entries after a position, for each conversation, that changed something by which lists are filtered: one for
 * each kind of event, of updates one for each field, and of notes one for each user who is mentioned or not any more. They
 * say what was before.
 */
export async function readFirstChanges(
  { database, viewer }: Context,
  conversationIds: readonly string[],
  after: number,
): Promise<LogEntry[]> {
  if (conversationIds.length === 0) return [];
  return database.read<LogEntry>`
    SELECT DISTINCT ON (e."conversationId", e.type, change.field) e.* FROM "Event" e
    LEFT JOIN LATERAL (
      SELECT c->>'field' AS field FROM jsonb_array_elements(e.payload->'changes') c
        WHERE e.type IN ('conversation.updated', 'conversation.imported')
      UNION ALL
      SELECT u.id FROM jsonb_array_elements_text(
        coalesce(e.payload->'mentioned', '[]') || coalesce(e.payload->'unmentioned', '[]')) AS u(id)
      WHERE e.type IN ('note.added', 'note.updated')
    ) change ON TRUE
    WHERE e."workspaceId" = ${viewer.workspaceId}::uuid AND e."conversationId" = ${anyIn(conversationIds, 'uuid')}
      AND e.position > ${after} AND e.type <> ALL(${['message.added', 'message.updated', 'conversation.read']}::text[])
    ORDER BY e."conversationId", e.type, change.field, e.position`;
}
