import type { EventSubject } from '../../event-log/append-events.js';
import type { Conversation, Message } from '../../generated/prisma/client.js';
import { type ActorRef, type SystemRef, system } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { scheduleTimers } from '../conversations/timers.js';
import { changedRow, newRow, type Row } from './conversation-rows.js';
import { changesOfState } from './conversation-state.js';
import {
  advances,
  lockByExternalIds,
  readMessages,
  readNoteSeqs,
  readStays,
  readTaken,
  type Stay,
  updateConversations,
} from './conversations.sql.js';
import { importContacts } from './import-contacts.js';
import type { Member, Team } from './import-team.js';
import { insertRows } from './insert-rows.sql.js';
import { messageRow, type Resolved, updateKnownMessages } from './messages.js';
import { writeParticipants } from './participants.js';
import {
  externalIdOf,
  type ImportedAuthor,
  type ImportedContact,
  type ImportedConversation,
  type SourceName,
} from './source.js';
import { type Appended, append, emptyThread, type Reading, threadOf } from './thread.js';
import { sameJson } from './untouched.js';

export type ImportedCounts = Record<'conversations' | 'messages' | 'contacts' | 'updated', number>;

/** A conversation of the batch, with the ids of everybody in it. */
type Item = {
  given: ImportedConversation;
  row: Row;
  before: Conversation | null;
  contact: ActorRef | null;
  assignee: Member | null;
  appended: Appended<Resolved>;
  /** Whether the row is another than before. */
  changed: boolean;
};

/**
 * Writes a batch of different conversations with their messages. Those that are there already get the messages that they
 * lack, at their end, and become what they are in the other system now, unless they were changed in Parley.
 */
export async function importConversations(
  work: SystemWork,
  source: SourceName,
  batch: readonly ImportedConversation[],
  team: Team,
): Promise<ImportedCounts> {
  const contacts = await importContacts(work, source, batch.flatMap(contactsOf), { update: false });
  const present = await presentRows(work, source, batch, team);
  const items = batch.map((given) => planned(work, source, given, { team, contactIds: contacts.ids, ...present }));
  await keepExclusive(work, items);
  const created = items.filter(({ before }) => !before);
  const changed = items.filter(({ before, changed: isChanged }) => before && isChanged);
  await insertRows(
    work.tx,
    'Conversation',
    created.map(({ row }) => row),
  );
  await updateConversations(
    work,
    changed.map(({ row }) => row),
  );
  await writeParticipants(work, items, present.stays);
  const added = items.flatMap(({ appended, row }) => appended.messages.map((message) => ({ message, row })));
  const replies = new Map([...present.messages].map(([key, { id }]) => [key, id]));
  for (const { message } of added) replies.set(externalIdOf(source, 'message', message.key), message.id);
  await insertRows(
    work.tx,
    'Message',
    added.map(({ message, row }) => messageRow(source, message, row, replies)),
  );
  await insertRows(work.tx, 'ReadPosition', items.flatMap(readingRows), advances);
  recordAll(work, items);
  const updated = await updateKnownMessages(work, source, items, present.messages);
  return {
    conversations: created.length,
    messages: added.length,
    contacts: contacts.created,
    updated: changed.length + updated,
  };
}

function contactsOf({ contact, messages }: ImportedConversation): ImportedContact[] {
  const authors = messages.flatMap(({ author }) => (author?.type === 'CONTACT' ? [author.contact] : []));
  return contact ? [contact, ...authors] : authors;
}

type Present = {
  rows: Map<string | null, Conversation>;
  /** By externalId. */
  messages: Map<string | null, Message>;
  noteSeqs: Map<string, number>;
  stays: Stay[];
};

async function presentRows(
  work: SystemWork,
  source: SourceName,
  batch: readonly ImportedConversation[],
  { channels }: Team,
): Promise<Present> {
  const rows = await lockByExternalIds(
    work,
    batch.map(({ key }) => externalIdOf(source, 'conversation', key)),
  );
  const channelIds = batch.flatMap(({ channel }) => channels.get(channel.key)?.id ?? []);
  const keys = batch.flatMap(({ messages }) => messages.map(({ key }) => externalIdOf(source, 'message', key)));
  const messages = await readMessages(work, [...new Set(channelIds)], keys);
  return {
    rows: new Map(rows.map((row) => [row.externalId, row])),
    messages: new Map(messages.map((message) => [message.externalId, message])),
    noteSeqs: await readNoteSeqs(work, rows),
    stays: await readStays(
      work,
      rows.map(({ id }) => id),
    ),
  };
}

type Known = Present & { team: Team; contactIds: ReadonlyMap<string, string> };

function planned(work: SystemWork, source: SourceName, given: ImportedConversation, known: Known): Item {
  const { team, contactIds, rows, messages, noteSeqs } = known;
  const before = rows.get(externalIdOf(source, 'conversation', given.key)) ?? null;
  const assignee = given.assignee && memberOf(team, given.assignee);
  const contactId = before ? before.contactId : given.contact && (contactIds.get(given.contact.key) ?? null);
  const contact: ActorRef | null = contactId ? { type: 'CONTACT', id: contactId } : null;
  const fresh = given.messages
    .filter(({ key }) => !messages.has(externalIdOf(source, 'message', key)))
    .map((message) => ({
      ...message,
      id: work.newId(),
      author: message.author ? actorFor(message.author, team, contactIds) : (contact ?? system),
    }));
  const seen = {
    contact,
    contactAt: given.contactSeenAt,
    assignee: assignee?.type === 'USER' ? assignee : null,
    teamAt: given.teamSeenAt,
  };
  const appended = append(
    before ? threadOf(before) : emptyThread,
    before ? (noteSeqs.get(before.id) ?? 0) : 0,
    fresh,
    seen,
  );
  const rest = { given, before, contact, assignee, appended };
  if (!before) return { ...rest, row: newRow(work, source, rest, team), changed: true };
  const { lastMessageOrCreatedAt: _, ...present } = before;
  const row = changedRow(work, source, present, rest);
  return { ...rest, row, changed: !sameJson(row, present) };
}

function memberOf({ users, bots }: Team, author: Extract<ImportedAuthor, { type: 'USER' | 'BOT' }>): Member | null {
  return (author.type === 'USER' ? users.get(author.user.key) : bots.get(author.bot.key)) ?? null;
}

function actorFor(author: ImportedAuthor, team: Team, contactIds: ReadonlyMap<string, string>): ActorRef | SystemRef {
  if (author.type === 'SYSTEM') return system;
  if (author.type !== 'CONTACT') return memberOf(team, author) ?? system;
  const id = contactIds.get(author.contact.key);
  return id === undefined ? system : { type: 'CONTACT', id };
}

/** Of several active conversations of which a channel allows one, only the first counts as it. */
async function keepExclusive(work: SystemWork, items: readonly Item[]): Promise<void> {
  const claims = items.flatMap(({ row }) => {
    const { id, channelId, contactId, exclusive, status } = row;
    return exclusive && status !== 'CLOSED' && channelId && contactId ? [{ row, id, channelId, contactId }] : [];
  });
  const pairOf = ({ channelId, contactId }: { channelId: string; contactId: string }) => `${channelId} ${contactId}`;
  const holders = new Map((await readTaken(work, claims)).map((taken) => [pairOf(taken), taken.id]));
  for (const claim of claims) {
    const holder = holders.get(pairOf(claim));
    if (holder !== undefined && holder !== claim.id) claim.row.exclusive = false;
    else holders.set(pairOf(claim), claim.id);
  }
}

function readingRows({ row: { workspaceId, id }, appended }: Item) {
  return appended.readings.map(({ actor, ...position }: Reading) => ({
    ...{ workspaceId, conversationId: id, actorId: actor.id },
    ...position,
  }));
}

/** Records what changed for those who synchronize; neither webhooks nor `events` deliver it. Schedules the timers. */
function recordAll(work: SystemWork, items: readonly Item[]): void {
  for (const { row, before, appended, changed } of items) {
    if (!before) work.raises([row.id]);
    const changes = before ? changesOfState(before, row) : [];
    if (changed) work.recordChange(row.id, { type: 'conversation.imported', payload: { changes } }, row);
    for (const { id, internal } of appended.messages) {
      const subject: EventSubject = internal ? { ...row, contactId: null } : row;
      work.recordChange(id, { type: internal ? 'note.imported' : 'message.imported', payload: {} }, subject);
    }
    if (changed) scheduleTimers(work, before, row);
  }
}
