import type { Ordering } from '../../db/keyset.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Conversation as ConversationRow, Prospect as ProspectRow } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { Conversation } from '../conversations/conversation.type.js';
import { ConversationConnection } from '../conversations/conversation-lists.js';
import { conversationOrdering } from '../conversations/conversation-order.js';
import { builder } from '../core/builder.js';
import { pageComplexity } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { perOperation } from '../core/context.js';
import { createPageLoader } from '../core/page-loader.js';
import { Prospect } from './prospect.type.js';

export const ProspectConnection = connectionType('Prospect', Prospect, 'prospects');

type LinkedProspect = ProspectRow & { conversationId: string; linkedAt: Date };

const asLinked: Ordering<LinkedProspect> = {
  name: 'prospects:linked',
  column: Prisma.sql`l."createdAt"`,
  type: 'timestamptz',
  descending: false,
  value: ({ linkedAt }) => linkedAt.toISOString(),
  tiebreak: { column: Prisma.sql`l."prospectId"`, id: ({ id }) => id },
};

const prospectsOfConversation = perOperation(({ database, viewer, cursors }) =>
  createPageLoader<LinkedProspect>(
    {
      ordering: asLinked,
      parentOf: ({ conversationId }) => conversationId,
      fetch: (conversationIds, { where, tail }) => database.prisma.$queryRaw`
        SELECT page.* FROM unnest(${conversationIds}::uuid[]) AS parent(id) CROSS JOIN LATERAL (
          SELECT p.*, l."conversationId", l."createdAt" AS "linkedAt" FROM "ProspectLink" l
          JOIN "Prospect" p ON p."workspaceId" = l."workspaceId" AND p.id = l."prospectId"
          WHERE l."workspaceId" = ${viewer.workspaceId}::uuid AND l."conversationId" = parent.id AND ${where} ${tail}
        ) page`,
      count: (conversationIds) => database.prisma.$queryRaw`
        SELECT "conversationId" AS "parentId", count(*)::int AS count FROM "ProspectLink"
        WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND "conversationId" = ANY(${conversationIds}::uuid[])
        GROUP BY 1`,
    },
    cursors,
  ),
);

type LinkedConversation = ConversationRow & { prospectId: string };

const conversationsOfProspect = perOperation(({ database, viewer, cursors }) => {
  const linked = Prisma.sql`FROM "ProspectLink" l
    JOIN "Conversation" c ON c."workspaceId" = l."workspaceId" AND c.id = l."conversationId"
    WHERE l."workspaceId" = ${viewer.workspaceId}::uuid AND ${visibleTo(viewer)}`;
  return createPageLoader<LinkedConversation>(
    {
      ordering: conversationOrdering(),
      parentOf: ({ prospectId }) => prospectId,
      fetch: (prospectIds, { where, tail }) => database.prisma.$queryRaw`
        SELECT page.* FROM unnest(${prospectIds}::uuid[]) AS parent(id) CROSS JOIN LATERAL (
          SELECT c.*, l."prospectId" ${linked} AND l."prospectId" = parent.id AND ${where} ${tail}
        ) page`,
      count: (prospectIds) => database.prisma.$queryRaw`
        SELECT l."prospectId" AS "parentId", count(*)::int AS count ${linked}
          AND l."prospectId" = ANY(${prospectIds}::uuid[]) GROUP BY 1`,
    },
    cursors,
  );
});

builder.prismaObjectField(Conversation, 'prospects', (t) =>
  t.field({
    type: ProspectConnection,
    complexity: pageComplexity,
    description: 'The prospects that it is linked to, in the order they were linked.',
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => prospectsOfConversation(context)(id, args),
  }),
);

builder.prismaObjectField(Prospect, 'conversations', (t) =>
  t.field({
    type: ConversationConnection,
    complexity: pageComplexity,
    description: 'The conversations that it is linked to and the viewer may see, newest `updatedAt` first.',
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => conversationsOfProspect(context)(id, args),
  }),
);
