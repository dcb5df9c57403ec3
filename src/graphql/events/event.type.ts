import { encodeLogPosition } from '../../event-log/cursor.js';
import type { EventType, FieldChange as FieldChangeShape, LogEvent } from '../../event-log/log-event.js';
import { type AssigneeRef, actorOf, parseActorId } from '../../lib/actor-ref.js';
import { encodeId } from '../../lib/ids.js';
import { Assignee, loadActor, loadAssignee } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { conversationsById } from '../conversations/conversation.loader.js';
import { Closure, Conversation } from '../conversations/conversation.type.js';
import { Transfer } from '../conversations/transfers.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { messagesById } from '../messages/message.loader.js';
import { Message } from '../messages/message.type.js';
import { participantsById } from '../participants/participant.loader.js';
import { Participant } from '../participants/participant.type.js';
import { prospectsById } from '../prospects/prospect.loader.js';
import { Prospect } from '../prospects/prospect.type.js';

type EventOf<Type extends EventType> = Extract<LogEvent, { type: Type }>;

const typeNames: Record<EventType, string> = {
  'conversation.created': 'ConversationCreated',
  'conversation.updated': 'ConversationUpdated',
  'conversation.assigned': 'ConversationAssigned',
  'conversation.transferred': 'ConversationTransferred',
  'conversation.closed': 'ConversationClosed',
  'conversation.reopened': 'ConversationReopened',
  'conversation.snoozed': 'ConversationSnoozed',
  'conversation.woken': 'ConversationWoken',
  'conversation.deleted': 'ConversationDeleted',
  'conversation.read': 'ConversationRead',
  'participant.joined': 'ParticipantJoined',
  'participant.left': 'ParticipantLeft',
  'message.added': 'MessageAdded',
  'message.updated': 'MessageUpdated',
  'prospect.linked': 'ProspectLinked',
  'prospect.unlinked': 'ProspectUnlinked',
};

export const ConversationEvent = builder.interfaceRef<LogEvent>('ConversationEvent').implement({
  description:
    'One entry of the log: one fact. A status move is never also an update, a transfer never also an assignment. Within one action: participants, then the status, then the message.',
  resolveType: ({ type }) => typeNames[type],
  fields: (t) => ({
    id: t.id({ description: 'Begins with evt_.', resolve: ({ id }) => encodeId('Event', id) }),
    cursor: t.string({
      description: 'Opaque; pass the last one seen as `after` to go on from there. The same format everywhere.',
      resolve: ({ position, id }, _args, context) =>
        encodeLogPosition(context, { position: Number(position), eventId: id }),
    }),
    type: t.exposeString('type', {
      description: 'The webhook name, such as conversation.assigned or message.added.',
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
    actor: t.field({
      type: Actor,
      description: 'Who did it.',
      resolve: ({ actorType, actorId }, _args, context) => loadActor(context, actorOf(actorType, actorId)),
    }),
    conversationId: t.id({
      description: 'The conversation that it happened to.',
      resolve: ({ conversationId }) => encodeId('Conversation', conversationId),
    }),
    conversation: t.field({
      type: Conversation,
      nullable: true,
      description: 'The conversation as it is now; null once deleted.',
      resolve: ({ conversationId }, _args, context) => conversationsById(context).load(conversationId),
    }),
  }),
});

function eventType<Type extends EventType>(type: Type, description: string) {
  return builder
    .objectRef<EventOf<Type>>(typeNames[type])
    .implement({ description, interfaces: [ConversationEvent], isTypeOf: undefined });
}

eventType('conversation.created', 'A conversation began.');
eventType('conversation.reopened', 'A closed conversation was opened again.');
eventType('conversation.woken', 'A snoozed conversation was opened: by its time, by hand, or by the customer.');
eventType('conversation.deleted', 'A conversation was deleted.');

const FieldChange = builder.objectRef<FieldChangeShape>('FieldChange').implement({
  description: 'A field before and after.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The name of the field of Conversation.' }),
    from: t.expose('from', { type: 'JSON', nullable: true, description: 'What it was.' }),
    to: t.expose('to', { type: 'JSON', nullable: true, description: 'What it is.' }),
  }),
});

builder.objectFields(eventType('conversation.updated', 'Fields of a conversation changed.'), (t) => ({
  changes: t.field({
    type: [FieldChange],
    description: 'Which fields, from what to what.',
    resolve: ({ payload }) => payload.changes,
  }),
}));

function assigneeRef(id: string | null): AssigneeRef | null {
  const actor = id === null ? null : parseActorId(id);
  return actor?.type === 'USER' || actor?.type === 'BOT' ? { type: actor.type, id: actor.id } : null;
}

async function assigneeById(context: Context, id: string | null) {
  const assignee = assigneeRef(id);
  return assignee && loadAssignee(context, assignee);
}

builder.objectFields(
  eventType('conversation.assigned', 'A conversation was assigned, or its assignee taken off.'),
  (t) => ({
    from: t.field({
      type: Assignee,
      nullable: true,
      description: 'Who had it.',
      resolve: ({ payload }, _args, context) => assigneeById(context, payload.from),
    }),
    to: t.field({
      type: Assignee,
      nullable: true,
      description: 'Who has it now; null where it was taken off.',
      resolve: ({ payload }, _args, context) => assigneeById(context, payload.to),
    }),
    note: t.string({ nullable: true, description: 'What was noted with it.', resolve: ({ payload }) => payload.note }),
  }),
);

builder.objectFields(eventType('conversation.transferred', 'A conversation was handed over.'), (t) => ({
  transfer: t.field({
    type: Transfer,
    description: 'From whom to whom, and why.',
    resolve: ({ payload: { from, to, reason, summary }, occurredAt, actorType, actorId }) => {
      const target = assigneeRef(to);
      if (!target) throw new Error(`A transfer is to neither a user nor a bot: ${to}.`);
      const by = actorOf(actorType, actorId);
      return { at: occurredAt, by, from: assigneeRef(from), to: target, reason, summary };
    },
  }),
}));

builder.objectFields(eventType('conversation.closed', 'A conversation was closed.'), (t) => ({
  closure: t.field({
    type: Closure,
    description: 'How and by whom.',
    resolve: ({ payload, occurredAt, actorType, actorId }) => ({
      ...payload,
      at: occurredAt,
      by: actorOf(actorType, actorId),
    }),
  }),
}));

builder.objectFields(eventType('conversation.snoozed', 'A conversation was put off.'), (t) => ({
  until: t.field({ type: 'DateTime', description: 'Until when.', resolve: ({ payload }) => new Date(payload.until) }),
}));

builder.objectFields(eventType('conversation.read', "The actor's read position rose."), (t) => ({
  seq: t.int({ description: 'The number of the last message read.', resolve: ({ payload }) => payload.seq }),
}));

const participantEvents = [
  eventType('participant.joined', 'Somebody joined a conversation.'),
  eventType('participant.left', 'Somebody left a conversation.'),
];
for (const ref of participantEvents) {
  builder.objectFields(ref, (t) => ({
    participantId: t.id({
      description: 'The participant.',
      resolve: ({ payload }) => encodeId('Participant', payload.participantId),
    }),
    participant: t.field({
      type: Participant,
      nullable: true,
      description: 'The participant as it is now; null once the conversation is deleted.',
      resolve: ({ payload }, _args, context) => participantsById(context).load(payload.participantId),
    }),
  }));
}

const messageAdded = eventType('message.added', 'A message was sent.');
const messageEvents = [
  messageAdded,
  eventType('message.updated', 'A message was edited or deleted, or its status or the status of a copy advanced.'),
];
for (const ref of messageEvents) {
  builder.objectFields(ref, (t) => ({
    messageId: t.id({
      description: 'The message.',
      resolve: ({ payload }) => encodeId('Message', payload.messageId),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      description: 'The message as it is now; null once the conversation is deleted.',
      resolve: ({ payload }, _args, context) => messagesById(context).load(payload.messageId),
    }),
  }));
}

builder.objectField(messageAdded, 'seq', (t) =>
  t.int({ description: 'The number of the message in its conversation.', resolve: ({ payload }) => payload.seq }),
);

const prospectEvents = [
  eventType('prospect.linked', 'A prospect was linked to a conversation.'),
  eventType('prospect.unlinked', 'A prospect was taken off a conversation, or deleted.'),
];
for (const ref of prospectEvents) {
  builder.objectFields(ref, (t) => ({
    prospectId: t.id({
      description: 'The prospect.',
      resolve: ({ payload }) => encodeId('Prospect', payload.prospectId),
    }),
    prospect: t.field({
      type: Prospect,
      nullable: true,
      description: 'The prospect as it is now; null once deleted.',
      resolve: ({ payload }, _args, context) => prospectsById(context).load(payload.prospectId),
    }),
  }));
}
