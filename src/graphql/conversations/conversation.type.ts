import { assigneeOf } from '../../domain/conversations/assign.js';
import { conversationFields } from '../../domain/conversations/conversation-fields.js';
import type { Conversation as ConversationRow } from '../../generated/prisma/client.js';
import { type ActorRef, actorOf, type SystemRef } from '../../lib/actor-ref.js';
import { limitOf } from '../../lib/input.js';
import { metadata, tags } from '../../lib/rules.js';
import { Assignee, loadActor, loadAssignee } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { botsById } from '../bots/bot.loader.js';
import { Bot } from '../bots/bot.type.js';
import { channelsById } from '../channels/channel.loader.js';
import { Channel } from '../channels/channel.type.js';
import { contactsById } from '../contacts/contact.loader.js';
import { Contact } from '../contacts/contact.type.js';
import { builder, Node, publicId, type Types } from '../core/builder.js';
import { payload } from '../core/payload.js';
import { perViewer } from '../core/per-viewer.js';
import { usersById } from '../users/user.loader.js';
import { User } from '../users/user.type.js';
import { ConversationStatus, Priority, Resolution } from './conversation-enums.type.js';
import { unreadByViewer } from './read-position.loader.js';

const FlowPosition = builder.objectRef<Pick<ConversationRow, 'flowId' | 'stepId'>>('FlowPosition').implement({
  description: "The position in a bot's flow.",
  fields: (t) => ({
    flowId: t.exposeString('flowId', { nullable: true, description: 'The flow.' }),
    stepId: t.exposeString('stepId', { nullable: true, description: 'The step in the flow.' }),
  }),
});

type Act = { at: Date; by: ActorRef | SystemRef };

/** The fields `at` and `by` of something that was done, such as 'reopened'. */
const actFields = <Row extends Act>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, Row>, done: string) => ({
  at: t.field({ type: 'DateTime', description: `When it was ${done}.`, resolve: ({ at }) => at }),
  by: t.field({
    type: Actor,
    description: `Who ${done} it.`,
    resolve: ({ by }, _args, context) => loadActor(context, by),
  }),
});

const Assignment = builder.objectRef<Act & { note: string | null }>('Assignment').implement({
  description: 'The current assignment of a conversation.',
  fields: (t) => ({
    ...actFields(t, 'assigned'),
    note: t.exposeString('note', { nullable: true, description: 'The note stored with the assignment.' }),
  }),
});

export type ClosureRow = Act & Pick<ConversationRow, 'resolution'> & { reason: string | null; notes: string | null };

export const Closure = builder.objectRef<ClosureRow>('Closure').implement({
  description: 'How and by whom a conversation was closed.',
  fields: (t) => ({
    ...actFields(t, 'closed'),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was closed.' }),
    resolution: t.expose('resolution', { type: Resolution, nullable: true, description: 'How it ended.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'Internal notes.' }),
  }),
});

const Reopening = builder.objectRef<Act>('Reopening').implement({
  description: 'The latest reopening of a conversation.',
  fields: (t) => actFields(t, 'reopened'),
});

function act(at: Date | null, byType: ConversationRow['closedByType'], byId: string | null): Act | null {
  return at && byType ? { at, by: actorOf(byType, byId) } : null;
}

export const Conversation = builder.prismaObject('Conversation', {
  description: 'A conversation of a customer with the team and its bots, or of a user with an assistant.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('Conversation')),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description:
        "The caller's own id. Unique within the conversation's client key, or within the workspace if it has no client key.",
    }),
    subject: t.exposeString('subject', { nullable: true, description: 'What the conversation is about.' }),
    status: t.expose('status', { type: ConversationStatus, description: 'The state of the conversation.' }),
    priority: t.expose('priority', { type: Priority, description: 'How urgent the conversation is.' }),
    channel: t.field({
      type: Channel,
      nullable: true,
      description: 'The channel it takes place on.',
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
      description: 'The user who owns it, for a private conversation between a user and an assistant.',
      resolve: ({ ownerId }, _args, context) => (ownerId ? usersById(context).load(ownerId) : null),
    }),
    assignee: t.field({
      type: Assignee,
      nullable: true,
      description: 'The user or bot who should answer.',
      resolve: (row, _args, context) => {
        const assignee = assigneeOf(row);
        return assignee ? loadAssignee(context, assignee) : null;
      },
    }),
    assignment: t.field({
      type: Assignment,
      nullable: true,
      description: 'When and by whom it was assigned; null if it has no assignee.',
      resolve: (row) => {
        const assigned = act(row.assignedAt, row.assignedByType, row.assignedById);
        return assigned && { ...assigned, note: row.assignmentNote };
      },
    }),
    bot: t.field({
      type: Bot,
      nullable: true,
      description: 'The bot that takes part.',
      resolve: ({ botId }, _args, context) => (botId ? botsById(context).load(botId) : null),
    }),
    botActive: t.exposeBoolean('botActive', {
      description: 'Whether the bot answers. false if it has no bot, or a user has taken over.',
    }),
    tags: t.exposeStringList('tags', { description: `Labels. ${limitOf(tags)}` }),
    metadata: t.expose('metadata', {
      type: 'JSONObject',
      description: `Any data that callers store with the conversation. ${limitOf(metadata)}`,
    }),
    flow: t.field({
      type: FlowPosition,
      nullable: true,
      description: "The position in the bot's flow; null if it is in none.",
      resolve: (row) => (row.flowId !== null || row.stepId !== null ? row : null),
    }),
    unreadCount: t.int({
      extensions: perViewer,
      description:
        'Per viewer: the number of messages that the viewer has not read and that are not deleted. Counts inbound messages for users, bots and API keys, and outbound messages for contacts and the owner. API keys use the position of the team, which is the furthest position of any user, bot or key.',
      resolve: (row, _args, context) => unreadByViewer(context, row),
    }),
    teamReadSeq: t.exposeInt('teamReadSeq', {
      description:
        'The seq of the last message that any user, bot or API key has read; 0 for none. Each participant also has a position of its own.',
    }),
    messageCount: t.exposeInt('messageCount', { description: 'Number of public messages, deleted ones included.' }),
    firstMessageAt: t.expose('firstMessageAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first public message was sent.',
    }),
    lastMessageAt: t.expose('lastMessageAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last public message was sent, even if it is deleted by now.',
    }),
    lastInteractionAt: t.expose('lastInteractionAt', {
      type: 'DateTime',
      description:
        'When the last public message was sent, or the last update had touchLastInteraction, whichever is later.',
    }),
    snoozedUntil: t.expose('snoozedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When it wakes; null unless SNOOZED.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it closes by itself, with resolution EXPIRED.',
    }),
    closure: t.field({
      type: Closure,
      nullable: true,
      description: 'How and by whom it was closed; null unless CLOSED.',
      resolve: (row) => {
        const closed = act(row.closedAt, row.closedByType, row.closedById);
        return closed && { ...closed, reason: row.closureReason, resolution: row.resolution, notes: row.closureNotes };
      },
    }),
    reopening: t.field({
      type: Reopening,
      nullable: true,
      description: 'When and by whom it was last reopened; null if it never was.',
      resolve: (row) => act(row.reopenedAt, row.reopenedByType, row.reopenedById),
    }),
    version: t.exposeInt('version', {
      description: `Increases by one whenever status, snoozedUntil, ${Object.keys(conversationFields).join(', ')}, metadata, bot, assignee, closure or linked prospects change, but not with messages and reads. Pass it as expectedVersion to prevent lost updates.`,
    }),
    revision: t.exposeInt('revision', {
      description:
        'Increases with everything that can be seen of the conversation: its fields, its public messages and their status, who takes part, what anybody has read, linked prospects, transfers. Of two answers, the one with the higher revision is the newer. Not promised to increase by one, nor to mean a change for this viewer.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When its version last increased or it last got a public message.',
    }),
  }),
});

/** The payload of the mutations that return the conversation they changed. */
export const conversationPayload = (mutationName: string) =>
  payload(mutationName, 'conversation', Conversation, 'The conversation after the mutation.');
