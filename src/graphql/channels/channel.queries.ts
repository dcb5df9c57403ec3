import { type Channel as ChannelRow, Prisma } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { byId, listRows } from '../core/list-field.js';
import { Channel } from './channel.type.js';

const ChannelConnection = connectionType('Channel', Channel, 'channels');

builder.queryField('channels', (t) =>
  t.field({
    type: ChannelConnection,
    complexity: pageComplexity(rowWeight.plain),
    description: 'The channels of the workspace, oldest first.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) =>
      listRows(context, args, {
        table: 'Channel',
        ordering: byId<ChannelRow>('channels'),
        where: Prisma.sql`r."deletedAt" IS NULL`,
      }),
  }),
);
