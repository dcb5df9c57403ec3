import { encodeLogPosition } from '../../event-log/cursor.js';
import type { EventType, FieldChange as FieldChangeShape, LogEvent } from '../../event-log/log-event.js';
import { type AssigneeRef, actorOf, parseActorId } from '../../lib/actor-ref.js';
import { encodeId } from '../../lib/ids.js';
import { Assignee, loadActor, loadAssignee } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { apiKeysById } from '../api-keys/api-key.loader.js';
import { ApiKey } from '../api-keys/api-key.type.js';
import { conversationsById } from '../conversations/conversation.loader.js';
import { Closure, Conversation } from '../conversations/conversation.type.js';
import { Transfer } from '../conversations/transfers.js';
import { builder, publicId } from '../core/builder.js';
import { rowWeight } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { messagesById } from '../messages/message.loader.js';
import { Message } from '../messages/message.type.js';
import { participantsById } from '../participants/participant.loader.js';
import { Participant } from '../participants/participant.type.js';
import { prospectsById } from '../prospects/prospect.loader.js';
import { Prospect } from '../prospects/prospect.type.js';

type EventOf<Type extends EventType> = Extract<LogEvent, { type: Type }>;

/** The GraphQL types of events. */
export const typeNames: Record<EventType, string> = {
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
  'note.added': 'NoteAdded',
  'note.updated': 'NoteUpdated',
  'prospect.linked': 'ProspectLinked',
  'prospect.unlinked': 'ProspectUnlinked',
};

export const ConversationEvent = builder.interfaceRef<LogEvent>('ConversationEvent').implement({
  description:
    'An event in the log. Each change is exactly one event: a change of status is not also an update, and a transfer is not also an assignment. Events of one action are ordered: participants, then the status, then the message.',
  resolveType: ({ type }) => typeNames[type],
  fields: (t) => ({
    id: t.id(publicId('Event')),
    cursor: t.string({
      description:
        'The position of the event. Opaque; pass the last one received as `after` to resume. Queries, subscriptions and webhooks use the same cursors.',
      resolve: ({ position, id }, _args, context) =>
        encodeLogPosition(context, { position: Number(position), eventId: id }),
    }),
    type: t.exposeString('type', {
      description: 'The name of the event as in webhooks, such as conversation.assigned or message.added.',
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
    actor: t.field({
      type: Actor,
      description: 'Who did it.',
      resolve: ({ actorType, actorId }, _args, context) => loadActor(context, actorOf(actorType, actorId)),
    }),
    via: t.field({
      type: ApiKey,
      nullable: true,
      description: "The API key that did it in the actor's name; null if the actor did it. Contacts always get null.",
      resolve: ({ viaKeyId }, _args, context) => (viaKeyId ? apiKeysById(context).load(viaKeyId) : null),
    }),
    conversationId: t.id({
      description: 'The conversation in which it happened.',
      resolve: ({ conversationId }) => encodeId('Conversation', conversationId),
    }),
    conversation: t.field({
      type: Conversation,
      nullable: true,
      description:
        'The conversation in its current state; null if it has been deleted, or if the viewer no longer sees it.',
      resolve: ({ conversationId }, _args, context) => conversationsById(context).load(conversationId),
    }),
  }),
});

function eventType<Type extends EventType>(type: Type, description: string) {
  return builder
    .objectRef<EventOf<Type>>(typeNames[type])
    .implement({ description, interfaces: [ConversationEvent], isTypeOf: undefined });
}

eventType('conversation.created', 'A conversation was created.');
eventType('conversation.reopened', 'A closed conversation was reopened.');
eventType(
  'conversation.woken',
  'A snoozed conversation was opened: at the end of the snooze, by hand, or by a message from the customer.',
);
eventType('conversation.deleted', 'A conversation was deleted.');

const FieldChange = builder.objectRef<FieldChangeShape>('FieldChange').implement({
  description: 'The change of a field.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The name of the field in Conversation.' }),
    from: t.expose('from', { type: 'JSON', nullable: true, description: 'The previous value.' }),
    to: t.expose('to', { type: 'JSON', nullable: true, description: 'The new value.' }),
  }),
});

builder.objectFields(eventType('conversation.updated', 'Fields of a conversation were changed.'), (t) => ({
  changes: t.field({
    type: [FieldChange],
    description: 'The changed fields.',
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

builder.objectFields(eventType('conversation.assigned', 'A conversation was assigned or unassigned.'), (t) => ({
  from: t.field({
    type: Assignee,
    nullable: true,
    description: 'The previous assignee, if any.',
    resolve: ({ payload }, _args, context) => assigneeById(context, payload.from),
  }),
  to: t.field({
    type: Assignee,
    nullable: true,
    description: 'The new assignee; null if the conversation was unassigned.',
    resolve: ({ payload }, _args, context) => assigneeById(context, payload.to),
  }),
  note: t.string({
    nullable: true,
    description: 'The note that was given with the assignment.',
    resolve: ({ payload }) => payload.note,
  }),
}));

builder.objectFields(eventType('conversation.transferred', 'A conversation was transferred.'), (t) => ({
  transfer: t.field({
    type: Transfer,
    description: 'The transfer.',
    resolve: ({ payload: { from, to, reason, summary }, occurredAt, actorType, actorId }) => {
      const target = assigneeRef(to);
      if (!target) throw new Error(`The target of a transfer is neither a user nor a bot: ${to}.`);
      const by = actorOf(actorType, actorId);
      return { at: occurredAt, by, from: assigneeRef(from), to: target, reason, summary };
    },
  }),
}));

builder.objectFields(eventType('conversation.closed', 'A conversation was closed.'), (t) => ({
  closure: t.field({
    type: Closure,
    description: 'The closure.',
    resolve: ({ payload, occurredAt, actorType, actorId }) => ({
      ...payload,
      at: occurredAt,
      by: actorOf(actorType, actorId),
    }),
  }),
}));

builder.objectFields(eventType('conversation.snoozed', 'A conversation was snoozed.'), (t) => ({
  until: t.field({
    type: 'DateTime',
    description: 'The end of the snooze.',
    resolve: ({ payload }) => new Date(payload.until),
  }),
}));

builder.objectFields(eventType('conversation.read', "The actor's read position advanced."), (t) => ({
  seq: t.int({ description: 'The `seq` of the last message that was read.', resolve: ({ payload }) => payload.seq }),
}));

const participantEvents = [
  eventType('participant.joined', 'A participant joined a conversation.'),
  eventType('participant.left', 'A participant left a conversation.'),
];
for (const ref of participantEvents) {
  builder.objectFields(ref, (t) => ({
    participantId: t.id({
      description: 'The id of the participant.',
      resolve: ({ payload }) => encodeId('Participant', payload.participantId),
    }),
    participant: t.field({
      type: Participant,
      nullable: true,
      description:
        'The participant in its current state; null if the conversation has been deleted, or if the viewer no longer sees it.',
      resolve: ({ payload }, _args, context) => participantsById(context).load(payload.participantId),
    }),
  }));
}

const messageAdded = eventType('message.added', 'A public message was sent.');
const noteAdded = eventType(
  'note.added',
  'A note was added, which is a message with visibility INTERNAL. Contacts never get it.',
);
const messageEvents = [
  messageAdded,
  noteAdded,
  eventType('note.updated', 'A note was edited or deleted. Contacts never get it.'),
  eventType('message.updated', 'A message was edited or deleted, or its status or the status of a copy advanced.'),
];
for (const ref of messageEvents) {
  builder.objectFields(ref, (t) => ({
    messageId: t.id({
      description: 'The id of the message.',
      resolve: ({ payload }) => encodeId('Message', payload.messageId),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      complexity: rowWeight.message,
      description: 'The message in its current state; null if the conversation has been deleted.',
      resolve: ({ payload }, _args, context) => messagesById(context).load(payload.messageId),
    }),
  }));
}

builder.objectField(noteAdded, 'seq', (t) =>
  t.int({
    description: 'The `seq` of the note: that of the public message before it; 0 for none.',
    resolve: ({ payload }) => payload.seq,
  }),
);

builder.objectField(messageAdded, 'seq', (t) =>
  t.int({ description: 'The `seq` of the message in its conversation.', resolve: ({ payload }) => payload.seq }),
);

const prospectEvents = [
  eventType('prospect.linked', 'A prospect was linked to a conversation.'),
  eventType('prospect.unlinked', 'A prospect was unlinked from a conversation, or deleted.'),
];
for (const ref of prospectEvents) {
  builder.objectFields(ref, (t) => ({
    prospectId: t.id({
      description: 'The id of the prospect.',
      resolve: ({ payload }) => encodeId('Prospect', payload.prospectId),
    }),
    prospect: t.field({
      type: Prospect,
      nullable: true,
      description: 'The prospect in its current state; null if it has been deleted.',
      resolve: ({ payload }, _args, context) => prospectsById(context).load(payload.prospectId),
    }),
  }));
}
