import type { Conversation } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { differs, fingerprinted, type State, stateOf } from './conversation-state.js';
import type { Member, Team } from './import-team.js';
import { externalIdOf, type ImportedConversation, type SourceName } from './source.js';
import type { Thread } from './thread.js';
import { isUntouched, withImported } from './untouched.js';

/** The row of a conversation without what the database generates. */
export type Row = Omit<Conversation, 'lastMessageOrCreatedAt'>;

type Planned = {
  given: ImportedConversation;
  contact: ActorRef | null;
  assignee: Member | null;
  appended: { thread: Thread; messages: readonly { internal: boolean }[] };
};

/** The row of a new conversation. */
export function newRow(
  { workspaceId, now, newId }: SystemWork,
  source: SourceName,
  { given, contact, assignee, appended: { thread } }: Planned,
  { channels }: Team,
): Row {
  const { key, channel, createdAt, lastActivityAt } = given;
  const state = stateOf(given, assignee, now);
  const known = channels.get(channel.key);
  const isAssigned = state.assigneeUserId !== null || state.assigneeBotId !== null;
  const lastAt = later(createdAt, thread.lastMessageAt ?? createdAt);
  return {
    ...{ workspaceId, id: newId(), externalId: externalIdOf(source, 'conversation', key) },
    ...{ channelId: known?.id ?? null, contactId: contact?.id ?? null, exclusive: known ? !known.allowMany : false },
    ...{ ownerId: null, botId: null, botActive: false, clientBotId: null, flowId: null, stepId: null },
    ...state,
    ...assignedBySystem(isAssigned, lastActivityAt),
    ...thread,
    metadata: withImported({}, source, given.metadata, fingerprinted({ ...state, ...thread })),
    ...{ erasures: 0, lastInteractionAt: lastAt, expiresAt: null, closureReason: null, closureNotes: null },
    ...{ reopenedAt: null, reopenedByType: null, reopenedById: null },
    ...{ version: 1, revision: 1, createdAt, updatedAt: later(lastAt, lastActivityAt) },
  };
}

const assignedBySystem = (isAssigned: boolean, at: Date) => ({
  assignedAt: isAssigned ? at : null,
  assignedByType: isAssigned ? ('SYSTEM' as const) : null,
  assignedById: null,
  assignmentNote: null,
});

/** What becomes of a conversation: its thread grows, and unless it was changed in Parley it is as the other system says. */
export function changedRow(
  { now }: SystemWork,
  source: SourceName,
  before: Row,
  { given, assignee, appended: { thread, messages } }: Planned,
): Row {
  const state = isUntouched(before.metadata, source, fingerprinted(before)) ? stateOf(given, assignee, now) : null;
  const changed = state !== null && differs(before, state);
  const isSpoken = messages.some(({ internal }) => !internal);
  const row: Row = { ...before, ...thread };
  if (state && changed) {
    Object.assign(row, state, { closureReason: null, closureNotes: null }, keptClosure(before, state));
    const { assigneeUserId, assigneeBotId } = state;
    if (assigneeUserId !== before.assigneeUserId || assigneeBotId !== before.assigneeBotId) {
      Object.assign(row, assignedBySystem(assigneeUserId !== null || assigneeBotId !== null, given.lastActivityAt));
    }
  }
  if (state) row.metadata = withImported(before.metadata, source, given.metadata, fingerprinted(row));
  if (changed) row.version += 1;
  if (changed || isSpoken) row.updatedAt = later(before.updatedAt, given.lastActivityAt);
  if (isSpoken)
    row.lastInteractionAt = later(before.lastInteractionAt, thread.lastMessageAt ?? before.lastInteractionAt);
  return row;
}

/** A conversation that stays closed was closed when it was. */
function keptClosure(before: State, { status }: State): Partial<State> {
  return status === 'CLOSED' && before.status === 'CLOSED' ? { closedAt: before.closedAt } : {};
}

const later = (one: Date, other: Date) => (one > other ? one : other);
