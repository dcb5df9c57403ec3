import DataLoader from 'dataloader';
import type { MessageTransportStatus as TransportStatusRow } from '../../generated/prisma/client.js';
import { groupBy } from '../../lib/collections.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { builder } from '../core/builder.js';
import { perOperation } from '../core/context.js';
import { participantsById } from '../participants/participant.loader.js';
import { Participant } from '../participants/participant.type.js';
import { Message, MessageStatus } from './message.type.js';

const MessageTransportStatus = builder.objectRef<TransportStatusRow>('MessageTransportStatus').implement({
  description: 'How far a message has come to one participant.',
  fields: (t) => ({
    participant: t.field({
      type: Participant,
      description: 'Whose copy it is.',
      resolve: async ({ participantId }, _args, context) => {
        const participant = await participantsById(context).load(participantId);
        if (!participant) throw new NotFoundError('participant', encodeId('Participant', participantId));
        return participant;
      },
    }),
    status: t.expose('status', { type: MessageStatus, description: 'How far this copy has come. It only rises.' }),
    errorMessage: t.exposeString('errorMessage', { nullable: true, description: 'Why this copy FAILED.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it came so far.' }),
  }),
});

const transportStatusesOf = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, TransportStatusRow[]>(async (messageIds) => {
      const rows = await database.prisma.$queryRaw<TransportStatusRow[]>`
        SELECT * FROM "MessageTransportStatus"
        WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND "messageId" = ANY(${[...messageIds]}::uuid[])
        ORDER BY "participantId"`;
      const byMessage = groupBy(rows, ({ messageId }) => messageId);
      return messageIds.map((id) => byMessage.get(id) ?? []);
    }),
);

builder.prismaObjectField(Message, 'transportStatuses', (t) =>
  t.field({
    type: [MessageTransportStatus],
    description:
      'How far it has come to each participant of whom a status was reported, in the order they came into the conversation.',
    resolve: ({ id }, _args, context) => transportStatusesOf(context).load(id),
  }),
);
