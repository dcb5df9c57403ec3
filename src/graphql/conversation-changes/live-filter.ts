import type { Viewer } from '../../auth/viewer.js';
import { assigneeOf } from '../../domain/conversations/assign.js';
import { badUserInput } from '../../lib/errors.js';
import { contactsById } from '../contacts/contact.loader.js';
import { type ConversationFilter, conversationFilter, isHiddenFrom } from '../conversations/conversation-filter.js';
import { unreadByViewer } from '../conversations/read-position.loader.js';
import type { Context } from '../core/context.js';
import { parseFilter } from '../core/input.js';
import { type Facts, sees } from './conversation-facts.js';

/** The conditions of a list that can be followed: all of a filter but its search. */
export type LiveFilter = Omit<ConversationFilter, 'search'>;

/** Reads the argument `filter` of a list that is followed. Throws BAD_USER_INPUT if it searches. */
export function parseLiveFilter(given: unknown): LiveFilter {
  const { search, ...filter } = parseFilter(conversationFilter, given);
  if (search === undefined) return filter;
  throw badUserInput(
    'search cannot be followed, as it also depends on names and messages. Leave it out, and search with conversations.',
    ['filter', 'search'],
  );
}

/** A filter whose contacts are those that they were merged into; null where the contact does not exist. */
export type ResolvedFilter = LiveFilter & {
  contact: string | null | undefined;
  participant: string | null | undefined;
};

/** Looks up a contact's id as it is now; null if the contact does not exist. */
type CurrentContact = (context: Context, id: string) => Promise<string | null>;

const currentForOperation: CurrentContact = async (context, id) => (await contactsById(context).load(id))?.id ?? null;

/** Looks up what the contacts of a filter are now, by default for the operation that is executed alone. */
export async function resolveFilter(
  context: Context,
  filter: LiveFilter,
  currentContact: CurrentContact = currentForOperation,
): Promise<ResolvedFilter> {
  const current = (id: string) => currentContact(context, id);
  const { contactId, participantId } = filter;
  return {
    ...filter,
    contact: contactId && (await current(contactId)),
    participant: participantId?.type === 'CONTACT' ? await current(participantId.id) : participantId?.id,
  };
}

type Range = { gte?: Date | undefined; lt?: Date | undefined };

function within(time: Date, range: Range | undefined): boolean {
  return (!range?.gte || time >= range.gte) && (!range?.lt || time < range.lt);
}

/** Whether a conversation meets each condition, if it is given: the same as `conversationConditions` says in SQL. */
const conditions: Record<keyof LiveFilter, (filter: ResolvedFilter, facts: Facts) => boolean> = {
  status: ({ status }, { row }) => !status || status.includes(row.status),
  priority: ({ priority }, { row }) => !priority || priority.includes(row.priority),
  channelId: ({ channelId }, { row }) => !channelId || row.channelId === channelId,
  channelType: ({ channelType }, facts) => !channelType || facts.channelType === channelType,
  contactId: ({ contact }, { row }) => contact === undefined || (contact !== null && row.contactId === contact),
  botId: ({ botId }, { row }) => !botId || row.botId === botId,
  ownerId: ({ ownerId }, { row }) => !ownerId || row.ownerId === ownerId,
  assigneeId: ({ assigneeId }, { row }) => !assigneeId || assigneeOf(row)?.id === assigneeId.id,
  unassigned: ({ unassigned }, { row }) => unassigned === undefined || (assigneeOf(row) === null) === unassigned,
  participantId: ({ participant }, { stays }) =>
    participant === undefined || stays.some(({ actorId }) => actorId === participant),
  mentionedUserId: ({ mentionedUserId }, { mentionedIds }) =>
    !mentionedUserId || mentionedIds.includes(mentionedUserId),
  prospectId: ({ prospectId }, { prospectIds }) => !prospectId || prospectIds.includes(prospectId),
  tags: ({ tags }, { row }) => !tags || (tags.length > 0 && tags.every((tag) => row.tags.includes(tag))),
  createdAt: ({ createdAt }, { row }) => within(row.createdAt, createdAt),
  updatedAt: ({ updatedAt }, { row }) => within(row.updatedAt, updatedAt),
  // Depends on what the viewer has read, which is looked up if all else is met.
  unread: () => true,
};

const allConditions = Object.values(conditions);

/** Whether a conversation that the viewer may see belongs to a list: the same as `conversationConditions` says. */
export async function belongsTo(context: Context, filter: ResolvedFilter, facts: Facts): Promise<boolean> {
  if (
    !sees(context.viewer, facts) ||
    isHiddenFrom(filter, context.viewer) ||
    !allConditions.every((isMet) => isMet(filter, facts))
  ) {
    return false;
  }
  return filter.unread === undefined || (await unreadByViewer(context, facts.row)) > 0 === filter.unread;
}

/** What tells the viewers of a list apart whose results would otherwise be equal: whose unread messages count. */
export function readerOf({ unread }: LiveFilter, { actor }: Viewer): string | null {
  if (unread === undefined) return null;
  return actor.type === 'API_KEY' ? 'team' : actor.id;
}
