import type { LogEntry } from '../../event-log/log-event.js';
import { touchesIn } from '../changes/live-touches.js';
import type { RemovalReason } from '../changes/outcome.js';
import { readTouchedPage, type TouchedPage } from '../changes/read-changes.js';
import { slot, type Touch } from '../changes/touch.js';
import { unreadByViewer } from '../conversations/read-position.loader.js';
import type { Context } from '../core/context.js';
import { type Facts, type FactsById, factsOfBatch, readFacts, sees } from './conversation-facts.js';
import { currentContact } from './current-contacts.loader.js';
import { mayHaveBelonged, mayHaveEnded } from './former-membership.js';
import { belongsTo, type LiveFilter, type ResolvedFilter, resolveFilter } from './live-filter.js';
import { mergeIn, readFirstChanges, readMerge } from './merged-list.sql.js';

/** What became of a conversation, for a list: it belongs to it, or why not. */
export type ListOutcome = { touch: Touch } & (
  | { row: Facts['row']; entered: boolean }
  | { row: null; reason: RemovalReason }
);

/** What is known of the time before: entries of the conversation, and whether they are all that there are of a batch. */
type Past = { entries: readonly LogEntry[]; complete: boolean };

/**
 * What became of a conversation that was touched; null if the list has nothing to do with it. Where not all entries are
 * known, whoever holds the conversation may have got it by any of them, so it is told that it does not belong to the list.
 */
async function outcomeOf(
  context: Context,
  filter: ResolvedFilter,
  touch: Touch,
  facts: Facts | undefined,
  past: Past,
): Promise<ListOutcome | null> {
  if (touch.deferred && (!facts || !sees(context.viewer, facts))) return null;
  if (!facts) return { touch, row: null, reason: 'DELETED' };
  if (!sees(context.viewer, facts)) return { touch, row: null, reason: 'NO_LONGER_VISIBLE' };
  if (await belongsTo(context, filter, facts)) {
    if (touch.deferred) return null;
    return { touch, row: facts.row, entered: await hasEntered(context, filter, touch, facts, past.entries) };
  }
  // A page told it where the conversation was touched before.
  if (touch.slot === slot.sight && (!past.complete || past.entries.length === 0)) return null;
  const ended = !past.complete || mayHaveEnded(past.entries, filter, facts);
  return ended ? { touch, row: null, reason: 'NO_LONGER_MATCHES' } : null;
}

async function hasEntered(
  context: Context,
  filter: ResolvedFilter,
  touch: Touch,
  facts: Facts,
  entries: readonly LogEntry[],
): Promise<boolean> {
  if (touch.slot === slot.sight || cameIntoSight(context, facts, entries)) return true;
  if (!mayHaveBelonged(entries, filter, facts)) return true;
  return filter.unread !== undefined && (await wasUnread(context, facts, entries)) !== filter.unread;
}

/** Whether the viewer sees a conversation only since one of these entries. */
function cameIntoSight({ viewer }: Context, { row, stays }: Facts, entries: readonly LogEntry[]): boolean {
  const own = viewer.kind === 'CONTACT' || row.ownerId === null || row.ownerId === viewer.actor.id;
  return entries.some(({ type, payload }) => {
    if (type === 'participant.joined') {
      return !own && stays.some(({ id, actorId }) => id === payload.participantId && actorId === viewer.actor.id);
    }
    return (
      viewer.kind === 'CONTACT' && 'changes' in payload && payload.changes.some(({ field }) => field === 'contact')
    );
  });
}

/** Whether a conversation had unread messages before these entries, as far as they tell. */
async function wasUnread(context: Context, { row }: Facts, entries: readonly LogEntry[]): Promise<boolean> {
  if (entries.some(({ type }) => type === 'conversation.read' || type === 'message.imported')) return true;
  const added = entries.filter(({ type }) => type === 'message.added').length;
  return (await unreadByViewer(context, row)) - added > 0;
}

/** What a batch of the log holds for a list, in order; `end` says why nothing more can be told. */
export async function listOutcomesIn(context: Context, filter: LiveFilter, batch: readonly LogEntry[]) {
  const resolved = await resolveFilter(context, filter, currentContact);
  const resight = mergeIn(context, filter, resolved, batch);
  const { touches, end } = await touchesIn(context, batch, { conversationsOnly: true, resight });
  const facts = await factsOf(context, touches, batch);
  const outcomes: ListOutcome[] = [];
  for (const touch of touches) {
    const entries = batch.filter(({ conversationId }) => conversationId === touch.id);
    const outcome = await outcomeOf(context, resolved, touch, facts.get(touch.id), { entries, complete: true });
    if (outcome) outcomes.push(outcome);
  }
  return { outcomes, end };
}

/** The facts of what a batch touched: those of its own conversations are shared with other lists. */
async function factsOf(context: Context, touches: readonly Touch[], batch: readonly LogEntry[]): Promise<FactsById> {
  const shared = await factsOfBatch(context.database, context.viewer.workspaceId, batch);
  const others = touches.filter((touch) => touch.slot === slot.sight).map(({ id }) => id);
  return others.length === 0
    ? shared
    : new Map([...shared, ...(await readFacts(context.database, context.viewer.workspaceId, others))]);
}

/** A page of what became of a list since a cursor. */
export async function readListPage(
  context: Context,
  filter: LiveFilter,
  { after, first }: { after: string; first: number },
): Promise<{ page: TouchedPage; outcomes: ListOutcome[] }> {
  const resolved = await resolveFilter(context, filter);
  const page = await readTouchedPage(context, {
    after,
    first,
    conversationsOnly: true,
    resight: (from, until) => readMerge(context, filter, resolved, { after: from, until }),
  });
  const ids = page.touches.map(({ id }) => id);
  const facts = await readFacts(context.database, context.viewer.workspaceId, ids);
  const entries = await readFirstChanges(context, [...facts.keys()], page.start);
  const outcomes = await Promise.all(
    page.touches.map((touch) => {
      const past = { entries: entries.filter((entry) => entry.conversationId === touch.id), complete: false };
      return outcomeOf(context, resolved, touch, facts.get(touch.id), past);
    }),
  );
  return { page, outcomes: outcomes.filter((outcome) => outcome !== null) };
}
