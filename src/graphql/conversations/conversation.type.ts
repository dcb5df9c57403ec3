import { assigneeOf } from '../../domain/conversations/assignee.js';
import { conversationFields } from '../../domain/conversations/conversation-fields.js';
import type { Conversation as ConversationRow } from '../../generated/prisma/client.js';
import { type ActorRef, actorOf, type SystemRef } from '../../lib/actor-ref.js';
import { encodeId } from '../../lib/ids.js';
import { Assignee, loadActor, loadAssignee } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { botsById } from '../bots/bot.loader.js';
import { Bot } from '../bots/bot.type.js';
import { channelsById } from '../channels/channel.loader.js';
import { Channel } from '../channels/channel.type.js';
import { contactsById } from '../contacts/contact.loader.js';
import { Contact } from '../contacts/contact.type.js';
import { builder } from '../core/builder.js';
import { Node } from '../core/node.js';
import { perViewer } from '../core/per-viewer.js';
import { usersById } from '../users/user.loader.js';
import { User } from '../users/user.type.js';
import { ConversationStatus, Priority, Resolution } from './conversation-enums.type.js';
import { unreadByViewer } from './read-position.loader.js';

const FlowPosition = builder.objectRef<Pick<ConversationRow, 'flowId' | 'stepId'>>('FlowPosition').implement({
  description: "Where a bot's flow stands (CSML).",
  fields: (t) => ({
    flowId: t.exposeString('flowId', { nullable: true, description: 'The flow.' }),
    stepId: t.exposeString('stepId', { nullable: true, description: 'The step in the flow.' }),
  }),
});

type Act = { at: Date; by: ActorRef | SystemRef };

const Assignment = builder.objectRef<Act & { note: string | null }>('Assignment').implement({
  description: 'The present assignment.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was made.' }),
    by: t.field({
      type: Actor,
      description: 'Who made it.',
      resolve: ({ by }, _args, context) => loadActor(context, by),
    }),
    note: t.exposeString('note', { nullable: true, description: 'What was noted with it.' }),
  }),
});

export type ClosureRow = Act & Pick<ConversationRow, 'resolution'> & { reason: string | null; notes: string | null };

export const Closure = builder.objectRef<ClosureRow>('Closure').implement({
  description: 'How and by whom a conversation was closed.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was closed.' }),
    by: t.field({
      type: Actor,
      description: 'Who closed it.',
      resolve: ({ by }, _args, context) => loadActor(context, by),
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.' }),
    resolution: t.expose('resolution', { type: Resolution, nullable: true, description: 'How it ended.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'Internal notes.' }),
  }),
});

const Reopening = builder.objectRef<Act>('Reopening').implement({
  description: 'The last time that a conversation was reopened.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was reopened.' }),
    by: t.field({
      type: Actor,
      description: 'Who reopened it.',
      resolve: ({ by }, _args, context) => loadActor(context, by),
    }),
  }),
});

function act(at: Date | null, byType: ConversationRow['closedByType'], byId: string | null): Act | null {
  return at && byType ? { at, by: actorOf(byType, byId) } : null;
}

/** A talk with a customer, or between a user and an assistant. */
export const Conversation = builder.prismaObject('Conversation', {
  description: 'A talk between a customer and the team and its bots, or between a user and an assistant.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with conv_.', resolve: ({ id }) => encodeId('Conversation', id) }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The caller's own id: unique within its client key, or within the workspace where it has none.",
    }),
    subject: t.exposeString('subject', { nullable: true, description: 'What it is about.' }),
    status: t.expose('status', { type: ConversationStatus, description: 'Where it is in its life.' }),
    priority: t.expose('priority', { type: Priority, description: 'How urgent it is.' }),
    channel: t.field({
      type: Channel,
      nullable: true,
      description: 'Where it takes place.',
      resolve: ({ channelId }, _args, context) => (channelId ? channelsById(context).load(channelId) : null),
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'The customer.',
      resolve: ({ contactId }, _args, context) => (contactId ? contactsById(context).load(contactId) : null),
    }),
    owner: t.field({
      type: User,
      nullable: true,
      description: 'The user it belongs to, for a talk between a user and an assistant.',
      resolve: ({ ownerId }, _args, context) => (ownerId ? usersById(context).load(ownerId) : null),
    }),
    assignee: t.field({
      type: Assignee,
      nullable: true,
      description: 'Who should answer.',
      resolve: (row, _args, context) => {
        const assignee = assigneeOf(row);
        return assignee ? loadAssignee(context, assignee) : null;
      },
    }),
    assignment: t.field({
      type: Assignment,
      nullable: true,
      description: 'When and by whom it was assigned; null while it has no assignee.',
      resolve: (row) => {
        const assigned = act(row.assignedAt, row.assignedByType, row.assignedById);
        return assigned && { ...assigned, note: row.assignmentNote };
      },
    }),
    bot: t.field({
      type: Bot,
      nullable: true,
      description: 'The bot that takes part in it.',
      resolve: ({ botId }, _args, context) => (botId ? botsById(context).load(botId) : null),
    }),
    botActive: t.exposeBoolean('botActive', { description: 'Whether the bot still answers, or has handed over.' }),
    tags: t.exposeStringList('tags', { description: 'At most 50 labels of at most 64 characters.' }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'What callers keep with it, at most 16 KB.' }),
    flow: t.field({
      type: FlowPosition,
      nullable: true,
      description: "Where the bot's flow stands.",
      resolve: (row) => (row.flowId !== null || row.stepId !== null ? row : null),
    }),
    unreadCount: t.int({
      extensions: perViewer,
      description:
        'Per viewer: what the viewer has not read. Inbound messages for users, bots and keys (for a key by the position of the team, the furthest that any of them has read), outbound ones for a contact and for the owner.',
      resolve: (row, _args, context) => unreadByViewer(context, row),
    }),
    teamReadSeq: t.exposeInt('teamReadSeq', {
      description:
        'The number of the last message that any user, bot or key has read; a participant has a position of its own.',
    }),
    messageCount: t.exposeInt('messageCount', { description: 'How many messages it has.' }),
    firstMessageAt: t.expose('firstMessageAt', { type: 'DateTime', nullable: true, description: 'The first message.' }),
    lastMessageAt: t.expose('lastMessageAt', { type: 'DateTime', nullable: true, description: 'The last message.' }),
    lastInteractionAt: t.expose('lastInteractionAt', {
      type: 'DateTime',
      description: 'The last message, or the last touchLastInteraction (CSML).',
    }),
    snoozedUntil: t.expose('snoozedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When the system wakes it; null unless SNOOZED.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it closes by itself with resolution EXPIRED.',
    }),
    closure: t.field({
      type: Closure,
      nullable: true,
      description: 'How it was closed; null while it is not.',
      resolve: (row) => {
        const closed = act(row.closedAt, row.closedByType, row.closedById);
        return closed && { ...closed, reason: row.closureReason, resolution: row.resolution, notes: row.closureNotes };
      },
    }),
    reopening: t.field({
      type: Reopening,
      nullable: true,
      description: 'When and by whom it was last reopened.',
      resolve: (row) => act(row.reopenedAt, row.reopenedByType, row.reopenedById),
    }),
    version: t.exposeInt('version', {
      description: `Increases by one whenever status, snoozedUntil, ${Object.keys(conversationFields).join(', ')}, metadata, bot, assignee, closure or linked prospects change, but not with messages and reads. Pass it as expectedVersion to prevent lost updates.`,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When its version last rose or a message came.',
    }),
  }),
});
