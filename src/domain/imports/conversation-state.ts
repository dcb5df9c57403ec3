import type { FieldChange } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { actorId } from '../../lib/actor-ref.js';
import { assigneeOf } from '../conversations/assign.js';
import type { Member } from './import-team.js';
import type { ImportedConversation } from './source.js';
import { sameJson } from './untouched.js';

/** The columns of a conversation that another system decides. */
export type State = Pick<
  Conversation,
  | 'subject'
  | 'status'
  | 'priority'
  | 'tags'
  | 'assigneeUserId'
  | 'assigneeBotId'
  | 'snoozedUntil'
  | 'closedAt'
  | 'closedByType'
  | 'closedById'
  | 'resolution'
>;

/** A conversation's state as another system says. What is snoozed wakes here, but not before the import has ended. */
export function stateOf(
  { subject, state, priority, tags }: ImportedConversation,
  assignee: Member | null,
  now: Date,
): State {
  const active = assignee?.active ? assignee : null;
  const status = statusOf(state, now);
  const closed = state.status === 'CLOSED' ? state : null;
  return {
    subject,
    status,
    priority,
    tags,
    assigneeUserId: active?.type === 'USER' ? active.id : null,
    assigneeBotId: active?.type === 'BOT' ? active.id : null,
    snoozedUntil: status === 'SNOOZED' && state.status === 'SNOOZED' ? state.until : null,
    closedAt: closed?.at ?? null,
    closedByType: closed && 'SYSTEM',
    closedById: null,
    resolution: closed?.resolution ?? null,
  };
}

/** Less than this before the end of a snooze, the conversation is open: its timer would fire at once. */
const SOON_MS = 60_000;

function statusOf(state: ImportedConversation['state'], now: Date): Conversation['status'] {
  if (state.status !== 'SNOOZED') return state.status;
  // Until the next message, which opens a pending conversation here.
  if (!state.until) return 'PENDING';
  return state.until.getTime() > now.getTime() + SOON_MS ? 'SNOOZED' : 'OPEN';
}

/** The values by which a change in Parley is recognized: the state, and how many messages there are. */
export function fingerprinted(row: State & Pick<Conversation, 'messageCount'>): unknown[] {
  const { subject, status, priority, tags, assigneeUserId, assigneeBotId, snoozedUntil, messageCount } = row;
  return [subject, status, priority, tags, assigneeUserId, assigneeBotId, snoozedUntil, messageCount];
}

/** Whether two states differ. */
export function differs(row: State, state: State): boolean {
  const { closedAt: _, ...rest } = state;
  return Object.entries(rest).some(([column, value]) => !sameJson(value, Reflect.get(row, column)));
}

/** What a change of state took from a conversation, of that by which lists are found. Tags are what people wrote. */
export function changesOfState(before: State, after: State): FieldChange[] {
  const assignee = (row: State) => {
    const actor = assigneeOf(row);
    return actor && actorId(actor);
  };
  const changes = [
    { field: 'status', from: before.status, to: after.status },
    { field: 'priority', from: before.priority, to: after.priority },
    { field: 'assignee', from: assignee(before), to: assignee(after) },
  ].filter(({ from, to }) => from !== to);
  return sameJson(before.tags, after.tags) ? changes : [...changes, { field: 'tags', from: null, to: null }];
}
