import { unreadBy } from '../../domain/conversations/read-position.sql.js';
import { type Participant as ParticipantRow, Prisma } from '../../generated/prisma/client.js';
import { ParticipantRole as ParticipantRoles } from '../../generated/prisma/enums.js';
import { actorOf } from '../../lib/actor-ref.js';
import { encodeId } from '../../lib/ids.js';
import { actorJoins, actorsById, reviveActor, type StoredActor, storedActor } from '../actors/actor.loader.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { conversationsById } from '../conversations/conversation.loader.js';
import { Conversation } from '../conversations/conversation.type.js';
import { readPositions } from '../conversations/read-position.loader.js';
import { boundedComplexity, boundedLists, boundsArgs } from '../core/bounded-list.js';
import { builder, Node, publicId } from '../core/builder.js';

const ParticipantRole = builder.enumType('ParticipantRole', {
  description: 'The side on which an actor takes part in a conversation.',
  values: {
    [ParticipantRoles.CUSTOMER]: { description: 'The contact, or the owner of a private conversation.' },
    [ParticipantRoles.AGENT]: { description: 'A user of the team.' },
    [ParticipantRoles.BOT]: { description: 'A bot.' },
  } as const,
});

export const Participant = builder.prismaObject('Participant', {
  description:
    'An actor that takes or took part in a conversation. An actor that leaves and joins again becomes a new participant.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('Participant')),
    conversationId: t.id({
      description: 'The id of the conversation. Drop the participant with it.',
      resolve: ({ conversationId }) => encodeId('Conversation', conversationId),
    }),
    actor: t.field({
      type: Actor,
      description: 'The user, bot or contact.',
      resolve: (row, _args, context) => loadActor(context, actorOf(row.actorType, row.actorId)),
    }),
    role: t.expose('role', { type: ParticipantRole, description: 'The side on which it takes part.' }),
    name: t.string({
      description: "The actor's name.",
      resolve: async (row, _args, context) => (await loadActor(context, actorOf(row.actorType, row.actorId))).name,
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When it joined.' }),
    leftAt: t.expose('leftAt', { type: 'DateTime', nullable: true, description: 'When it left; null if it has not.' }),
    lastMessageAt: t.expose('lastMessageAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it sent its last message; null if it sent none.',
    }),
    lastReadAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its read position last advanced; null if it never did.',
      resolve: async (row, _args, context) => (await readPositions(context).load(row)).readAt,
    }),
    lastReadSeq: t.int({
      description: 'The seq of the last message it has read; 0 for none.',
      resolve: async (row, _args, context) => (await readPositions(context).load(row)).seq,
    }),
    unreadCount: t.int({
      description: 'The number of messages from the other side that it has not read and that are not deleted.',
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
  boundedLists<ParticipantRow & { actor: StoredActor }>((context) => ({
    columns: Prisma.sql`p.*, ${storedActor} AS actor`,
    from: Prisma.sql`"Participant" p
      JOIN "Actor" a ON a."workspaceId" = p."workspaceId" AND a.id = p."actorId" ${actorJoins}
      WHERE p."workspaceId" = ${context.viewer.workspaceId}::uuid AND (${includeLeft} OR p."leftAt" IS NULL)`,
    parent: Prisma.sql`p."conversationId"`,
    parentOf: ({ conversationId }) => conversationId,
    order: Prisma.sql`p."joinedAt", p.id`,
    // Participants are almost always queried with their name, so their actors are loaded with them.
    onRows: (rows) => {
      for (const { actor, actorId } of rows) actorsById(context).prime(actorId, reviveActor(actor));
    },
  }));

const presentParticipants = participantsOf(false);
const allParticipants = participantsOf(true);

builder.prismaObjectField(Conversation, 'participants', (t) =>
  t.field({
    type: [Participant],
    description: 'The current participants, and with `includeLeft` former ones too, in the order in which they joined.',
    complexity: boundedComplexity,
    args: {
      ...boundsArgs(t.arg),
      includeLeft: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether to include participants who have left.',
      }),
    },
    resolve: ({ id }, { includeLeft, ...bounds }, context) =>
      (includeLeft ? allParticipants : presentParticipants)(context, id, bounds),
  }),
);
