import { Prisma, type MessageTransportStatus as TransportStatusRow } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { boundedComplexity, boundedLists, boundsArgs } from '../core/bounded-list.js';
import { builder } from '../core/builder.js';
import { participantsById } from '../participants/participant.loader.js';
import { Participant } from '../participants/participant.type.js';
import { Message, MessageStatus } from './message.type.js';

const MessageTransportStatus = builder.objectRef<TransportStatusRow>('MessageTransportStatus').implement({
  description: "The delivery status of one participant's copy of a message.",
  fields: (t) => ({
    participant: t.field({
      type: Participant,
      description: 'The recipient of the copy.',
      resolve: async ({ participantId }, _args, context) => {
        const participant = await participantsById(context).load(participantId);
        if (!participant) throw new NotFoundError('participant', encodeId('Participant', participantId));
        return participant;
      },
    }),
    status: t.expose('status', {
      type: MessageStatus,
      description: 'The delivery status of this copy. It only advances.',
    }),
    errorMessage: t.exposeString('errorMessage', { nullable: true, description: 'Why this copy FAILED.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When the copy reached this status.' }),
  }),
});

const transportStatusesOf = boundedLists<TransportStatusRow>(({ viewer }) => ({
  columns: Prisma.sql`s.*`,
  from: Prisma.sql`"MessageTransportStatus" s WHERE s."workspaceId" = ${viewer.workspaceId}::uuid`,
  parent: Prisma.sql`s."messageId"`,
  parentOf: ({ messageId }) => messageId,
  order: Prisma.sql`s."participantId"`,
}));

builder.prismaObjectField(Message, 'transportStatuses', (t) =>
  t.field({
    type: [MessageTransportStatus],
    complexity: boundedComplexity,
    description:
      'The delivery status per participant, for those that a status was reported for, in the order in which they joined.',
    args: boundsArgs(t.arg),
    resolve: ({ id }, bounds, context) => transportStatusesOf(context, id, bounds),
  }),
);
