import DataLoader from 'dataloader';
import { anyIn } from '../../db/any-in.js';
import type { User as UserRow } from '../../generated/prisma/client.js';
import { groupBy } from '../../lib/collections.js';
import { builder } from '../core/builder.js';
import { perOperation } from '../core/context.js';
import { User } from '../users/user.type.js';
import { Message } from './message.type.js';

/** Loads whom notes mention. The caller must have checked that the viewer may see the notes. */
const mentionsOf = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, UserRow[]>(async (messageIds) => {
      const rows = await database.lookUp<UserRow & { messageId: string }>`
        SELECT u.*, n."messageId" FROM "Mention" n
        JOIN "User" u ON u."workspaceId" = n."workspaceId" AND u.id = n."userId"
        WHERE n."workspaceId" = ${viewer.workspaceId}::uuid AND n."messageId" = ${anyIn(messageIds, 'uuid')}
        ORDER BY u.id`;
      const byMessage = groupBy(rows, ({ messageId }) => messageId);
      return messageIds.map((id) => byMessage.get(id) ?? []);
    }),
);

builder.prismaObjectField(Message, 'mentions', (t) =>
  t.field({
    type: [User],
    description:
      'The users whom a note mentions, at most 50; none if it is public or deleted. Contacts always get none.',
    resolve: ({ id, visibility }, _args, context) => (visibility === 'PUBLIC' ? [] : mentionsOf(context).load(id)),
  }),
);
