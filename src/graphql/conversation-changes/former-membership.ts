import type { LogEntry } from '../../event-log/log-event.js';
import { encodeId } from '../../lib/ids.js';
import type { Facts } from './conversation-facts.js';
import type { ResolvedFilter } from './live-filter.js';

/** A condition of a list whose value an entry changed, and whether the value of before may have met it. */
type ConditionChange = { condition: string; mayHaveMet: boolean };

/** Which conditions of a list an entry of a conversation may have changed. What it stores says what was before. */
function changedBy(entry: LogEntry, filter: ResolvedFilter, { stays }: Facts): ConditionChange[] {
  const { status, prospectId, mentionedUserId } = filter;
  const was = (condition: string, given: unknown, mayHaveMet: boolean): ConditionChange[] =>
    given === undefined ? [] : [{ condition, mayHaveMet }];
  const statusWas = (...former: string[]) =>
    was('status', status, Boolean(status?.some((each) => former.includes(each))));
  switch (entry.type) {
    case 'conversation.created':
      return [{ condition: 'existence', mayHaveMet: false }];
    case 'conversation.updated':
    case 'conversation.imported':
      return entry.payload.changes.flatMap((change) => changedField(change, filter));
    case 'conversation.assigned':
    case 'conversation.transferred': {
      const { from } = entry.payload;
      const { assigneeId, unassigned, botId } = filter;
      const wanted = assigneeId && encodeId(assigneeId.type === 'USER' ? 'User' : 'Bot', assigneeId.id);
      return [
        ...was('assigneeId', assigneeId, from === wanted),
        ...was('unassigned', unassigned, (from === null) === unassigned),
        ...was('botId', botId, true),
      ];
    }
    case 'conversation.closed':
    case 'conversation.snoozed':
      return statusWas('OPEN', 'PENDING', 'SNOOZED');
    case 'conversation.reopened':
      return statusWas('CLOSED');
    case 'conversation.woken':
      return statusWas('SNOOZED');
    case 'participant.joined': {
      const { participantId } = entry.payload;
      const joined = stays.some(({ id, actorId }) => id === participantId && actorId === filter.participant);
      return was('participantId', filter.participant, !joined);
    }
    case 'participant.left':
    case 'participant.updated':
      return was('participantId', filter.participant, true);
    case 'prospect.linked':
    case 'prospect.unlinked':
      return entry.payload.prospectId === prospectId
        ? [{ condition: 'prospectId', mayHaveMet: entry.type === 'prospect.unlinked' }]
        : [];
    case 'note.added':
    case 'note.updated': {
      if (!mentionedUserId) return [];
      const unmentioned = 'unmentioned' in entry.payload ? entry.payload.unmentioned : undefined;
      if (unmentioned?.includes(mentionedUserId)) return was('mentionedUserId', mentionedUserId, true);
      return entry.payload.mentioned?.includes(mentionedUserId) ? was('mentionedUserId', mentionedUserId, false) : [];
    }
    case 'message.added':
    case 'message.updated':
    case 'message.imported':
    case 'conversation.read':
      return was('unread', filter.unread, true);
    default:
      return [];
  }
}

type Change = { field: string; from: unknown; to: unknown };

function changedField({ field, from, to }: Change, filter: ResolvedFilter): ConditionChange[] {
  const { status, priority, tags, contactId, assigneeId, unassigned } = filter;
  const among = (values: readonly string[] | undefined, condition: string) =>
    values ? [{ condition, mayHaveMet: values.some((value) => value === from) }] : [];
  switch (field) {
    case 'status':
      return among(status, field);
    case 'priority':
      return among(priority, field);
    case 'tags': {
      // Those of a deleted conversation are blanked.
      const former = Array.isArray(from) ? from : null;
      return tags ? [{ condition: field, mayHaveMet: !former || tags.every((tag) => former.includes(tag)) }] : [];
    }
    case 'assignee': {
      const wanted = assigneeId && encodeId(assigneeId.type === 'USER' ? 'User' : 'Bot', assigneeId.id);
      return [
        ...(wanted ? [{ condition: 'assigneeId', mayHaveMet: from === wanted }] : []),
        ...(unassigned === undefined ? [] : [{ condition: 'unassigned', mayHaveMet: (from === null) === unassigned }]),
      ];
    }
    case 'contact':
      return contactId ? [{ condition: field, mayHaveMet: encodeId('Contact', contactId) !== to }] : [];
    default:
      return [];
  }
}

/** Entries that leave a conversation's `updatedAt` as it is. */
const UNTIMED: readonly string[] = [
  'conversation.read',
  'conversation.touched',
  'note.added',
  'note.updated',
  'note.imported',
];

function changesOf(entry: LogEntry, filter: ResolvedFilter, facts: Facts): ConditionChange[] {
  const changes = changedBy(entry, filter, facts);
  const timed = filter.updatedAt && !UNTIMED.includes(entry.type) && !entry.type.startsWith('participant.');
  return timed ? [...changes, { condition: 'updatedAt', mayHaveMet: true }] : changes;
}

/** Whether one of these entries of a conversation may have ended that it belongs to a list. */
export function mayHaveEnded(entries: readonly LogEntry[], filter: ResolvedFilter, facts: Facts): boolean {
  return entries.some((entry) => {
    const changes = changesOf(entry, filter, facts);
    return changes.length > 0 && changes.every(({ mayHaveMet }) => mayHaveMet);
  });
}

/**
 * Whether a conversation that belongs to a list may have belonged to it before these entries, its first ones since, in
 * their order: what they changed first says what was before.
 */
export function mayHaveBelonged(entries: readonly LogEntry[], filter: ResolvedFilter, facts: Facts): boolean {
  const first = new Map<string, boolean>();
  for (const entry of entries) {
    for (const { condition, mayHaveMet } of changesOf(entry, filter, facts)) {
      if (!first.has(condition)) first.set(condition, mayHaveMet);
    }
  }
  return [...first.values()].every((mayHaveMet) => mayHaveMet);
}
