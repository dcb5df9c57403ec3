import DataLoader from 'dataloader';
import { unreadBy } from '../../domain/conversations/unread.js';
import type { Participant as ParticipantRow } from '../../generated/prisma/client.js';
import { ParticipantRole as ParticipantRoles } from '../../generated/prisma/enums.js';
import { actorOf } from '../../lib/actor-ref.js';
import { groupBy } from '../../lib/collections.js';
import { encodeId } from '../../lib/ids.js';
import { actorJoins, actorsById, reviveActor, type StoredActor, storedActor } from '../actors/actor.loader.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { conversationsById } from '../conversations/conversation.loader.js';
import { Conversation } from '../conversations/conversation.type.js';
import { readPositions } from '../conversations/read-position.loader.js';
import { builder } from '../core/builder.js';
import { perOperation } from '../core/context.js';
import { Node } from '../core/node.js';

const ParticipantRole = builder.enumType('ParticipantRole', {
  description: 'On which side somebody takes part.',
  values: {
    [ParticipantRoles.CUSTOMER]: { description: 'The contact, or the owner of a talk with an assistant.' },
    [ParticipantRoles.AGENT]: { description: 'A person of the team.' },
    [ParticipantRoles.BOT]: { description: 'A bot.' },
  } as const,
});

/** Somebody's stay in a conversation. */
export const Participant = builder.prismaObject('Participant', {
  description: "Somebody's stay in a conversation; coming back after leaving is a participant of its own.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with part_.', resolve: ({ id }) => encodeId('Participant', id) }),
    actor: t.field({
      type: Actor,
      description: 'Who it is.',
      resolve: (row, _args, context) => loadActor(context, actorOf(row.actorType, row.actorId)),
    }),
    role: t.expose('role', { type: ParticipantRole, description: 'On which side.' }),
    name: t.string({
      description: "The actor's name.",
      resolve: async (row, _args, context) => (await loadActor(context, actorOf(row.actorType, row.actorId))).name,
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When it began.' }),
    leftAt: t.expose('leftAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    lastMessageAt: t.expose('lastMessageAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The last message sent during it.',
    }),
    lastReadAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the read position last rose.',
      resolve: async (row, _args, context) => (await readPositions(context).load(row)).readAt,
    }),
    lastReadSeq: t.int({
      description: 'The number of the last message read; 0 for none.',
      resolve: async (row, _args, context) => (await readPositions(context).load(row)).seq,
    }),
    unreadCount: t.int({
      description: 'How many messages of the other side the participant has not read.',
      resolve: async (row, _args, context) => {
        const conversation = await conversationsById(context).load(row.conversationId);
        const position = await readPositions(context).load(row);
        const { actorType, actorId } = row;
        return conversation && actorType !== 'SYSTEM'
          ? unreadBy({ type: actorType, id: actorId }, conversation, position)
          : 0;
      },
    }),
  }),
});

const participantsOf = (includeLeft: boolean) =>
  perOperation((context) => {
    const { database, viewer } = context;
    return new DataLoader<string, ParticipantRow[]>(async (conversationIds) => {
      const rows = await database.prisma.$queryRaw<(ParticipantRow & { actor: StoredActor })[]>`
        SELECT p.*, ${storedActor} AS actor FROM "Participant" p
        JOIN "Actor" a ON a."workspaceId" = p."workspaceId" AND a.id = p."actorId" ${actorJoins}
        WHERE p."workspaceId" = ${viewer.workspaceId}::uuid AND p."conversationId" = ANY(${[...conversationIds]}::uuid[])
          AND (${includeLeft} OR p."leftAt" IS NULL)
        ORDER BY p."joinedAt", p.id`;
      // A participant is hardly ever asked for without its name: its actor comes along.
      for (const { actor, actorId } of rows) actorsById(context).prime(actorId, reviveActor(actor));
      const byConversation = groupBy(rows, ({ conversationId }) => conversationId);
      return conversationIds.map((id) => byConversation.get(id) ?? []);
    });
  });

const presentParticipants = participantsOf(false);
const allParticipants = participantsOf(true);

builder.prismaObjectField(Conversation, 'participants', (t) =>
  t.field({
    type: [Participant],
    description: 'Who is in it now, and with includeLeft who was; in the order they came.',
    args: {
      includeLeft: t.arg.boolean({ required: true, defaultValue: false, description: 'Also those who have left.' }),
    },
    resolve: ({ id }, { includeLeft }, context) =>
      (includeLeft ? allParticipants : presentParticipants)(context).load(id),
  }),
);
