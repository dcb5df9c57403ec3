import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Conversation as ConversationRow } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { Contact } from '../contacts/contact.type.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { nestedPages } from '../core/nested-pages.js';
import { User } from '../users/user.type.js';
import { Conversation } from './conversation.type.js';
import { conversationOrdering } from './conversation-order.js';

export const ConversationConnection = connectionType('Conversation', Conversation, 'conversations');

/** The conversations that refer to a parent in one of their columns, newest `updatedAt` first. */
const conversationsBelow = (column: 'contactId' | 'ownerId') =>
  nestedPages<ConversationRow>(({ viewer }) => ({
    ordering: conversationOrdering(),
    columns: Prisma.sql`c.*`,
    from: Prisma.sql`"Conversation" c WHERE ${visibleTo(viewer)}`,
    parent: Prisma.sql`c.${Prisma.raw(`"${column}"`)}`,
    parentOf: (row) => row[column] ?? '',
  }));

const conversationsOfContact = conversationsBelow('contactId');
const conversationsOfOwner = conversationsBelow('ownerId');

builder.prismaObjectField(Contact, 'conversations', (t) =>
  t.field({
    type: ConversationConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    description: "The contact's conversations, newest `updatedAt` first.",
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => conversationsOfContact(context)(id, args),
  }),
);

builder.prismaObjectField(User, 'conversations', (t) =>
  t.field({
    type: ConversationConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    description: 'The conversations that the user owns, newest `updatedAt` first.',
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => conversationsOfOwner(context)(id, args),
  }),
);
