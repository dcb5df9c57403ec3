import { createdWithClientKey, findClientKey } from '../../domain/conversations/client-key.sql.js';
import { clientKey } from '../../domain/conversations/conversation-fields.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { type Conversation as ConversationRow, Prisma } from '../../generated/prisma/client.js';
import { input, nested, optional, required } from '../../lib/input.js';
import { externalId, id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { pageArgs } from '../core/connection.js';
import { argumentsOf, inputType, parseFilter } from '../core/input.js';
import { selectPage } from '../core/list-field.js';
import { findConversation } from './conversation.loader.js';
import { Conversation } from './conversation.type.js';
import { conversationConditions, conversationFilter } from './conversation-filter.js';
import { ConversationConnection } from './conversation-lists.js';
import { ConversationOrder, conversationOrdering } from './conversation-order.js';
import { findInOrder } from './conversation-search.js';

export const conversationArgs = input('conversation', 'One conversation.', {
  id: required(id('Conversation'), 'The conversation.'),
});

const externalIdArgs = input('conversationByExternalId', "One conversation by the caller's own id.", {
  externalId: required(externalId, 'As given to createConversation.'),
  client: optional(nested(clientKey), 'The client key that it was created with.'),
});

const clientArgs = input('latestOpenConversation', 'The conversations of a client key.', {
  client: required(nested(clientKey), 'The client key.'),
});

builder.queryFields((t) => ({
  conversation: t.field({
    type: Conversation,
    nullable: true,
    description: 'One conversation; null if there is none that the viewer may see.',
    args: argumentsOf(t.arg, conversationArgs),
    resolve: (_root, args, context) => findConversation(context, parse(conversationArgs.schema, args).id),
  }),
  conversationByExternalId: t.field({
    type: Conversation,
    nullable: true,
    description:
      "One conversation by the caller's own id: within `client` if it was created with a client key, otherwise within the workspace. null if there is none that the viewer may see.",
    args: argumentsOf(t.arg, externalIdArgs),
    resolve: async (_root, args, { database, viewer }) => {
      const { externalId, client } = parse(externalIdArgs.schema, args);
      const named = client ? await findClientKey(database.read, viewer.workspaceId, client) : null;
      if (client && !named) return null;
      const [row] = await database.read<ConversationRow>`
        SELECT c.* FROM "Conversation" c
        WHERE ${visibleTo(viewer)} AND c."externalId" = ${externalId}
          AND ${named ? createdWithClientKey(named) : Prisma.sql`c."clientBotId" IS NULL`}`;
      return row;
    },
  }),
  latestOpenConversation: t.field({
    type: Conversation,
    nullable: true,
    description: 'The OPEN conversation of a client key that changed last; null if none is open.',
    args: argumentsOf(t.arg, clientArgs),
    resolve: async (_root, args, { database, viewer }) => {
      const { client } = parse(clientArgs.schema, args);
      const named = await findClientKey(database.read, viewer.workspaceId, client);
      if (!named) return null;
      const [row] = await database.read<ConversationRow>`
        SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.status = 'OPEN' AND ${createdWithClientKey(named)}
        ORDER BY c."updatedAt" DESC, c.id DESC LIMIT 1`;
      return row;
    },
  }),
  conversations: t.field({
    type: ConversationConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    description: 'The conversations that the viewer may see.',
    args: {
      filter: t.arg({ type: inputType(conversationFilter), description: 'Which conversations. Default: all.' }),
      orderBy: t.arg({ type: ConversationOrder, description: 'Default: UPDATED_AT, DESC.' }),
      ...pageArgs(t.arg),
      offset: t.arg.int({ description: 'Rows to skip, 0 to 10,000. Cannot be combined with a cursor or `last`.' }),
    },
    resolve: async (_root, args, context) => {
      const { database, viewer } = context;
      const filter = parseFilter(conversationFilter, args.filter);
      return selectPage(context, args, {
        ordering: conversationOrdering(args.orderBy?.field, args.orderBy?.direction),
        columns: Prisma.sql`c.*`,
        from: Prisma.sql`"Conversation" c WHERE ${visibleTo(viewer)} AND ${conversationConditions(filter, viewer)}`,
        find: findInOrder(database.read, viewer, filter, args.orderBy?.field ?? 'UPDATED_AT'),
      });
    },
  }),
}));
