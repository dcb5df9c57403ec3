import { z } from 'zod';
import { createdWithClientKey, findClientKey } from '../../domain/conversations/client-key.sql.js';
import { clientKey } from '../../domain/conversations/conversation-fields.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { type Conversation as ConversationRow, Prisma } from '../../generated/prisma/client.js';
import { externalId, id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { pageComplexity } from '../core/complexity.js';
import { pageArgs } from '../core/connection.js';
import { inputType, parseFilter } from '../core/input.js';
import { selectPage } from '../core/list-field.js';
import { findConversation } from './conversation.loader.js';
import { Conversation } from './conversation.type.js';
import { conversationConditions, conversationFilter } from './conversation-filter.js';
import { ConversationConnection } from './conversation-lists.js';
import { ConversationOrder, conversationOrdering } from './conversation-order.js';

builder.queryFields((t) => ({
  conversation: t.field({
    type: Conversation,
    nullable: true,
    description: 'One conversation; null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'Begins with conv_.' }) },
    resolve: (_root, args, context) => findConversation(context, parse(z.object({ id: id('Conversation') }), args).id),
  }),
  conversationByExternalId: t.field({
    type: Conversation,
    nullable: true,
    description:
      "One conversation by the caller's own id: within `client` if it was created with a client key, otherwise within the workspace. null if there is none that the viewer may see.",
    args: {
      externalId: t.arg.string({ required: true, description: 'As given to createConversation.' }),
      client: t.arg({ type: inputType(clientKey), description: 'The client key that it was created with.' }),
    },
    resolve: async (_root, args, { database, viewer }) => {
      const input = parse(z.object({ externalId, client: clientKey.schema.nullish() }), args);
      const named = input.client ? await findClientKey(database.prisma, viewer.workspaceId, input.client) : null;
      if (input.client && !named) return null;
      const [row] = await database.prisma.$queryRaw<ConversationRow[]>`
        SELECT c.* FROM "Conversation" c
        WHERE ${visibleTo(viewer)} AND c."externalId" = ${input.externalId}
          AND ${named ? createdWithClientKey(named) : Prisma.sql`c."clientBotId" IS NULL`}`;
      return row;
    },
  }),
  latestOpenConversation: t.field({
    type: Conversation,
    nullable: true,
    description: 'The OPEN conversation of a client key that changed last; null if none is open.',
    args: { client: t.arg({ type: inputType(clientKey), required: true, description: 'The client key.' }) },
    resolve: async (_root, args, { database, viewer }) => {
      const input = parse(z.object({ client: clientKey.schema }), args);
      const named = await findClientKey(database.prisma, viewer.workspaceId, input.client);
      if (!named) return null;
      const [row] = await database.prisma.$queryRaw<ConversationRow[]>`
        SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.status = 'OPEN' AND ${createdWithClientKey(named)}
        ORDER BY c."updatedAt" DESC, c.id DESC LIMIT 1`;
      return row;
    },
  }),
  conversations: t.field({
    type: ConversationConnection,
    complexity: pageComplexity,
    description: 'The conversations that the viewer may see.',
    args: {
      filter: t.arg({ type: inputType(conversationFilter), description: 'Which conversations. Default: all.' }),
      orderBy: t.arg({ type: ConversationOrder, description: 'Default: UPDATED_AT, DESC.' }),
      ...pageArgs(t.arg),
      offset: t.arg.int({ description: 'Rows to skip, 0 to 10,000. Cannot be combined with a cursor or `last`.' }),
    },
    resolve: async (_root, args, context) => {
      const { viewer } = context;
      const filter = parseFilter(conversationFilter, args.filter);
      return selectPage(context, args, {
        ordering: conversationOrdering(args.orderBy?.field, args.orderBy?.direction),
        columns: Prisma.sql`c.*`,
        from: Prisma.sql`"Conversation" c WHERE ${visibleTo(viewer)} AND ${conversationConditions(filter, viewer)}`,
      });
    },
  }),
}));
