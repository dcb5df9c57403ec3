import type { Database } from '../../db/client.js';
import type { LogEntry } from '../../event-log/log-event.js';
import { groupBy } from '../../lib/collections.js';
import type { Findings, Interest } from '../../live/topic.js';
import type { Context } from '../core/context.js';
import { factsOfBatch } from './conversation-facts.js';
import { readFormerNames } from './former-names.sql.js';
import { formerKeys, keysOfFilter, MERGE_KEY, presentKeys, viewerKey } from './list-keys.js';
import type { LiveFilter } from './live-filter.js';

/** Which entries a list is asked about: those of conversations that meet the condition it is found by, or did before. */
export function interestOf({ database, viewer }: Context, filter: LiveFilter): Interest {
  const { workspaceId, actor } = viewer;
  const topic = { name: 'lists', find: (batch: readonly LogEntry[]) => findLists(database, workspaceId, batch) };
  const keys = keysOfFilter(filter);
  if (keys === null) return { topic, keys };
  const ofContact = filter.contactId !== undefined || filter.participantId?.type === 'CONTACT';
  const person = actor.type === 'USER' || actor.type === 'CONTACT';
  return {
    topic,
    keys: [...keys, ...(person ? [viewerKey(actor.id)] : []), ...(ofContact ? [MERGE_KEY] : [])],
  };
}

/** Finds the lists that entries concern, by what their conversations are and by what the entries changed. */
async function findLists(database: Database, workspaceId: string, batch: readonly LogEntry[]): Promise<Findings> {
  const ofConversations = batch.filter(({ conversationId }) => conversationId !== null);
  const facts = await factsOfBatch(database, workspaceId, ofConversations);
  const names = await readFormerNames(database, workspaceId, ofConversations);
  const keys = new Map<string | null, ReadonlySet<string>>();
  for (const [id, entries] of groupBy(ofConversations, ({ conversationId }) => conversationId ?? '')) {
    const present = facts.get(id);
    const former = entries.map((entry) => formerKeys(entry, names));
    if (former.includes(null)) continue;
    // What is gone without an entry here that tells what it was, was deleted by a later one.
    keys.set(id, new Set([...(present ? presentKeys(present) : []), ...former.flatMap((each) => each ?? [])]));
  }
  const byKey = new Map<string, LogEntry[]>();
  const forAll: LogEntry[] = [];
  for (const entry of batch) {
    const concerned = entry.conversationId === null ? keysOfChange(entry) : keys.get(entry.conversationId);
    if (!concerned) forAll.push(entry);
    for (const key of concerned ?? []) {
      const others = byKey.get(key);
      if (others) others.push(entry);
      else byKey.set(key, [entry]);
    }
  }
  return { byKey, forAll };
}

/** The keys of lists that a change of somebody concerns. */
function keysOfChange({ type, nodeId, payload }: LogEntry): string[] {
  if (nodeId === null) return [];
  if (type === 'user.updated') return [viewerKey(nodeId)];
  if (type !== 'contact.deleted') return [];
  const survivor = 'mergedInto' in payload ? payload.mergedInto : undefined;
  return [viewerKey(nodeId), ...(survivor ? [viewerKey(survivor), MERGE_KEY] : [])];
}
