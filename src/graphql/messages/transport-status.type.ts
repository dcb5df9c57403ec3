import {
  type MessageTransportStatus,
  type Participant as ParticipantRow,
  Prisma,
} from '../../generated/prisma/client.js';
import { boundedComplexity, boundedLists, boundsArgs } from '../core/bounded-list.js';
import { builder } from '../core/builder.js';
import { Participant } from '../participants/participant.type.js';
import { Message, MessageStatus } from './message.type.js';

/** A status with its participant, which one statement reads: a deletion between two would leave a status of nobody. */
type TransportStatusRow = MessageTransportStatus & ParticipantRow;

const TransportStatus = builder.objectRef<TransportStatusRow>('MessageTransportStatus').implement({
  description: "The delivery status of one participant's copy of a message.",
  fields: (t) => ({
    participant: t.field({
      type: Participant,
      description: 'The recipient of the copy.',
      resolve: (row) => row,
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
  columns: Prisma.sql`p.*, s."messageId", s."participantId", s.status, s."errorMessage", s.at`,
  from: Prisma.sql`"MessageTransportStatus" s
    JOIN "Participant" p ON p."workspaceId" = s."workspaceId" AND p.id = s."participantId"
    WHERE s."workspaceId" = ${viewer.workspaceId}::uuid`,
  parent: Prisma.sql`s."messageId"`,
  parentOf: ({ messageId }) => messageId,
  order: Prisma.sql`s."participantId"`,
}));

builder.prismaObjectField(Message, 'transportStatuses', (t) =>
  t.field({
    type: [TransportStatus],
    complexity: boundedComplexity,
    description:
      'The delivery status per participant, for those that a status was reported for, in the order in which they joined.',
    args: boundsArgs(t.arg),
    resolve: ({ id }, bounds, context) => transportStatusesOf(context, id, bounds),
  }),
);
