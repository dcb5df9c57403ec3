import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import { anyIn } from '../../db/any-in.js';
import type { Database } from '../../db/client.js';
import type { LogEntry } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ChannelType } from '../../generated/prisma/enums.js';

/** Everything that decides who sees a conversation and which lists it belongs to, as it is now. */
export type Facts = {
  row: Conversation;
  channelType: ChannelType | null;
  /** The participations that have not ended. */
  stays: { id: string; actorId: string }[];
  prospectIds: string[];
  /** Users whom its notes mention. */
  mentionedIds: string[];
  /** The ids of contacts that were merged into its contact, or into one that takes part in it. */
  merged: string[];
};

/** By the id of the conversation; none for those that there are not. */
export type FactsById = ReadonlyMap<string, Facts>;

/** Reads the facts of conversations, whether the viewer may see them or not. */
export async function readFacts(
  database: Pick<Database, 'lookUp'>,
  workspaceId: string,
  ids: readonly string[],
): Promise<FactsById> {
  if (ids.length === 0) return new Map();
  // One JSON object: the driver takes many times as long to parse arrays of SQL.
  const rows = await database.lookUp<Conversation & { related: Omit<Facts, 'row'> }>`
    SELECT c.*, jsonb_build_object('channelType', ch.type,
      'stays', ARRAY(SELECT jsonb_build_object('id', p.id, 'actorId', p."actorId") FROM "Participant" p
        WHERE p."workspaceId" = c."workspaceId" AND p."conversationId" = c.id AND p."leftAt" IS NULL),
      'prospectIds', ARRAY(SELECT l."prospectId" FROM "ProspectLink" l
        WHERE l."workspaceId" = c."workspaceId" AND l."conversationId" = c.id),
      'mentionedIds', ARRAY(SELECT n."userId" FROM "Mention" n
        WHERE n."workspaceId" = c."workspaceId" AND n."conversationId" = c.id),
      'merged', ARRAY(SELECT m.id FROM "Contact" m
        WHERE m."workspaceId" = c."workspaceId" AND m."mergedIntoId" = ANY(c."contactId" || ARRAY(
          SELECT p."actorId" FROM "Participant" p WHERE p."workspaceId" = c."workspaceId" AND p."conversationId" = c.id
            AND p."leftAt" IS NULL AND p."actorType" = 'CONTACT')))) AS related
    FROM "Conversation" c LEFT JOIN "Channel" ch ON ch."workspaceId" = c."workspaceId" AND ch.id = c."channelId"
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c.id = ${anyIn(ids, 'uuid')}`;
  return new Map(rows.map(({ related, ...row }) => [row.id, { row, ...related }]));
}

/** What was read for entries of the log, for all lists that they reach in this process. */
const shared = new WeakMap<LogEntry, Promise<FactsById>>();

/**
 * The facts of the conversations of a batch, at the time of the batch or later. They are read once for all that ask with
 * the same entries, however many lists are open.
 */
export async function factsOfBatch(
  database: Pick<Database, 'lookUp'>,
  workspaceId: string,
  batch: readonly LogEntry[],
): Promise<FactsById> {
  const unread = batch.filter((entry) => entry.conversationId !== null && !shared.has(entry));
  if (unread.length > 0) {
    const reading = readFacts(database, workspaceId, [
      ...new Set(unread.flatMap(({ conversationId }) => conversationId ?? [])),
    ]);
    for (const entry of unread) shared.set(entry, reading);
    reading.catch(() => {
      for (const entry of unread) shared.delete(entry);
    });
  }
  const facts = new Map<string, Facts>();
  for (const entry of batch) {
    const { conversationId } = entry;
    if (conversationId === null) continue;
    const found = (await shared.get(entry))?.get(conversationId);
    if (found) facts.set(conversationId, found);
    else facts.delete(conversationId);
  }
  return facts;
}

/** Whether the viewer may see a conversation: the same as `visibleTo` says of its row. */
export function sees({ kind, actor }: Viewer, { row, stays }: Facts): boolean {
  switch (callers[kind].sees) {
    case 'ALL':
      return true;
    case 'OWN':
      return row.contactId === actor.id;
    case 'SHARED': {
      const own = actor.type === 'BOT' ? row.botId : row.ownerId;
      return row.ownerId === null || own === actor.id || stays.some(({ actorId }) => actorId === actor.id);
    }
  }
}
