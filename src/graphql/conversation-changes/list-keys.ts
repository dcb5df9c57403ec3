import { assigneeOf } from '../../domain/conversations/assign.js';
import type { DeletedConversation, LogEntry } from '../../event-log/log-event.js';
import { parseActorId } from '../../lib/actor-ref.js';
import { parseId } from '../../lib/ids.js';
import type { Facts } from './conversation-facts.js';
import type { LiveFilter } from './live-filter.js';

/** A condition that a list is found by: it demands one of some values, each of which is a key. */
type KeyCondition =
  | 'contact'
  | 'prospect'
  | 'assignee'
  | 'participant'
  | 'mentioned'
  | 'owner'
  | 'tag'
  | 'channel'
  | 'bot'
  | 'unassigned'
  | 'priority'
  | 'status'
  | 'channelType';

/** The key of a value of a condition. */
function key(condition: KeyCondition, value: unknown): string {
  return `${condition}:${value}`;
}

/** The key of lists of a viewer, which are told when something changes what the viewer sees. */
export function viewerKey(id: string): string {
  return `viewer:${id}`;
}

/** The key of lists that depend on which contact another was merged into. */
export const MERGE_KEY = 'merge';

/** The key of lists that are found by a condition, for conversations of which nothing tells what they met it with. */
function unknown(condition: KeyCondition): string {
  return key(condition, '?');
}

type Choice = [KeyCondition, (filter: LiveFilter) => readonly unknown[] | undefined];

const one = <Value>(value: Value | undefined) => (value === undefined ? undefined : [value]);

/** From the condition that usually leaves the fewest conversations to the one that leaves the most. */
const choices: Choice[] = [
  ['contact', ({ contactId }) => one(contactId)],
  ['prospect', ({ prospectId }) => one(prospectId)],
  ['assignee', ({ assigneeId }) => one(assigneeId?.id)],
  ['participant', ({ participantId }) => one(participantId?.id)],
  ['mentioned', ({ mentionedUserId }) => one(mentionedUserId)],
  ['owner', ({ ownerId }) => one(ownerId)],
  // Whatever has all of them has the first.
  ['tag', ({ tags }) => tags?.slice(0, 1)],
  ['bot', ({ botId }) => one(botId)],
  ['channel', ({ channelId }) => one(channelId)],
  ['unassigned', ({ unassigned }) => one(unassigned)],
  ['priority', ({ priority }) => priority],
  ['status', ({ status }) => status],
  ['channelType', ({ channelType }) => one(channelType)],
];

const mayBeUnknown: readonly KeyCondition[] = ['participant', 'tag', 'channelType'];

/** The keys by which the list of a filter is found; null if it has no condition to find it by. */
export function keysOfFilter(filter: LiveFilter): string[] | null {
  for (const [condition, valuesIn] of choices) {
    const values = valuesIn(filter);
    if (!values) continue;
    const keys = [...new Set(values)].map((value) => key(condition, value));
    return mayBeUnknown.includes(condition) ? [...keys, unknown(condition)] : keys;
  }
  return null;
}

function optional(condition: KeyCondition, value: string | null): string[] {
  return value ? [key(condition, value)] : [];
}

/** The keys of a conversation as it is. */
export function presentKeys({ row, channelType, stays, prospectIds, mentionedIds, merged }: Facts): string[] {
  const assignee = assigneeOf(row);
  const optional = (condition: KeyCondition, value: string | null | undefined) =>
    value ? [key(condition, value)] : [];
  return [
    ...optional('contact', row.contactId),
    ...merged.flatMap((id) => [key('contact', id), key('participant', id)]),
    ...prospectIds.map((id) => key('prospect', id)),
    ...optional('assignee', assignee?.id ?? null),
    ...stays.map(({ actorId }) => key('participant', actorId)),
    ...mentionedIds.map((id) => key('mentioned', id)),
    ...optional('owner', row.ownerId),
    ...row.tags.map((tag) => key('tag', tag)),
    ...optional('bot', row.botId),
    ...optional('channel', row.channelId),
    key('unassigned', assignee === null),
    key('priority', row.priority),
    key('status', row.status),
    ...optional('channelType', channelType),
  ];
}

/** Actors whose ids the log alone does not tell, or who have other ids since. */
export type FormerNames = {
  /** The actor of a participation that ended or passed to another, and the ids that lead to the same contact. */
  ofParticipation: (participantId: string) => readonly string[] | undefined;
  /** A contact, and the ids that lead to the same one. */
  ofContact: (id: string) => readonly string[];
};

/** The participation that an entry ended or passed to another actor. */
export function endedParticipation({ type, payload, nodeId }: LogEntry): string | null {
  if (type === 'participant.left' && 'participantId' in payload) return payload.participantId;
  return type === 'participant.updated' ? nodeId : null;
}

/** Whoever may be a contact from whom an entry took its conversation, or who was in one that it deleted. */
export function formerContacts({ payload, contactId }: LogEntry): string[] {
  if ('was' in payload && payload.was) return [...payload.was.participantIds, ...(contactId ? [contactId] : [])];
  const change = 'changes' in payload ? payload.changes.find(({ field }) => field === 'contact') : undefined;
  return typeof change?.from === 'string' ? idsIn([change.from]) : [];
}

function idsIn(publicIds: readonly string[]): string[] {
  return publicIds.flatMap((id) => parseId(id)?.uuid ?? []);
}

/** The keys that an entry of a conversation took from it; null if they may be any. */
export function formerKeys(entry: LogEntry, names: FormerNames): string[] | null {
  switch (entry.type) {
    case 'conversation.updated':
    case 'conversation.imported':
      return formerFields(entry.payload.changes, names);
    case 'conversation.assigned':
    case 'conversation.transferred': {
      const { from, formerBot } = entry.payload;
      const assignee = from === null ? null : parseActorId(from);
      return [
        key('unassigned', assignee === null),
        ...(assignee ? [key('assignee', assignee.id)] : []),
        ...(formerBot ? [key('bot', formerBot)] : []),
      ];
    }
    case 'conversation.closed':
    case 'conversation.snoozed':
      return ['OPEN', 'PENDING', 'SNOOZED'].map((status) => key('status', status));
    case 'conversation.reopened':
      return [key('status', 'CLOSED')];
    case 'conversation.woken':
      return [key('status', 'SNOOZED')];
    case 'participant.left':
    case 'participant.updated':
      return (
        names.ofParticipation(endedParticipation(entry) ?? '')?.map((id) => key('participant', id)) ?? [
          unknown('participant'),
        ]
      );
    case 'note.updated':
      return (entry.payload.unmentioned ?? []).map((id) => key('mentioned', id));
    case 'prospect.unlinked':
      return [key('prospect', entry.payload.prospectId)];
    case 'conversation.deleted':
      return entry.payload.was ? keysOfDeleted(entry.payload.was, entry, names) : null;
    default:
      return [];
  }
}

function keysOfDeleted(
  was: DeletedConversation,
  { contactId, ownerId }: LogEntry,
  { ofContact }: FormerNames,
): string[] {
  const { assigneeId, participantIds, prospectIds, botId, channelId, priority, status, tagged } = was;
  return [
    ...(contactId ? ofContact(contactId).map((id) => key('contact', id)) : []),
    ...prospectIds.map((id) => key('prospect', id)),
    ...optional('assignee', assigneeId),
    ...participantIds.flatMap(ofContact).map((id) => key('participant', id)),
    ...(was.mentionedIds ?? []).map((id) => key('mentioned', id)),
    ...optional('owner', ownerId),
    ...(tagged ? [unknown('tag')] : []),
    ...optional('bot', botId),
    ...optional('channel', channelId),
    key('unassigned', assigneeId === null),
    key('priority', priority),
    key('status', status),
    ...(channelId ? [unknown('channelType')] : []),
  ];
}

type Changes = readonly { field: string; from: unknown }[];

function formerFields(changes: Changes, { ofContact }: FormerNames): string[] {
  return changes.flatMap(({ field, from }) => {
    switch (field) {
      case 'status':
      case 'priority':
        return [key(field, from)];
      case 'assignee': {
        const assignee = typeof from === 'string' ? parseActorId(from) : null;
        return [key('unassigned', assignee === null), ...(assignee ? [key('assignee', assignee.id)] : [])];
      }
      case 'contact':
        return typeof from === 'string'
          ? idsIn([from])
              .flatMap(ofContact)
              .map((id) => key('contact', id))
          : [];
      case 'tags':
        // Those of a deleted conversation are blanked.
        return Array.isArray(from) ? from.map((tag) => key('tag', tag)) : [unknown('tag')];
      default:
        return [];
    }
  });
}
