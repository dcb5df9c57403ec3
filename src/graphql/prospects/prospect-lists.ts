import type { Ordering } from '../../db/keyset.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Conversation as ConversationRow, Prospect as ProspectRow } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { Conversation } from '../conversations/conversation.type.js';
import { ConversationConnection } from '../conversations/conversation-lists.js';
import { conversationOrdering } from '../conversations/conversation-order.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { nestedPages } from '../core/nested-pages.js';
import { Prospect } from './prospect.type.js';

export const ProspectConnection = connectionType('Prospect', Prospect, 'prospects');

type LinkedProspect = ProspectRow & { conversationId: string; linkedAt: Date };

const inLinkOrder: Ordering<LinkedProspect> = {
  name: 'prospects:linked',
  column: Prisma.sql`l."createdAt"`,
  type: 'timestamptz',
  descending: false,
  value: ({ linkedAt }) => linkedAt.toISOString(),
  tiebreak: { column: Prisma.sql`l."prospectId"`, id: ({ id }) => id },
};

const prospectsOfConversation = nestedPages<LinkedProspect>(({ viewer }) => ({
  ordering: inLinkOrder,
  columns: Prisma.sql`p.*, l."conversationId", l."createdAt" AS "linkedAt"`,
  from: Prisma.sql`"ProspectLink" l
    JOIN "Prospect" p ON p."workspaceId" = l."workspaceId" AND p.id = l."prospectId"
    WHERE l."workspaceId" = ${viewer.workspaceId}::uuid`,
  parent: Prisma.sql`l."conversationId"`,
  parentOf: ({ conversationId }) => conversationId,
}));

type LinkedConversation = ConversationRow & { prospectId: string };

const conversationsOfProspect = nestedPages<LinkedConversation>(({ viewer }) => ({
  ordering: conversationOrdering(),
  columns: Prisma.sql`c.*, l."prospectId"`,
  from: Prisma.sql`"ProspectLink" l
    JOIN "Conversation" c ON c."workspaceId" = l."workspaceId" AND c.id = l."conversationId"
    WHERE l."workspaceId" = ${viewer.workspaceId}::uuid AND ${visibleTo(viewer)}`,
  parent: Prisma.sql`l."prospectId"`,
  parentOf: ({ prospectId }) => prospectId,
}));

builder.prismaObjectField(Conversation, 'prospects', (t) =>
  t.field({
    type: ProspectConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    description: 'The prospects linked to the conversation, in the order they were linked.',
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => prospectsOfConversation(context)(id, args),
  }),
);

builder.prismaObjectField(Prospect, 'conversations', (t) =>
  t.field({
    type: ConversationConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    description: 'The conversations linked to the prospect that the viewer can see, most recently updated first.',
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => conversationsOfProspect(context)(id, args),
  }),
);
