import { seesNotes, type Viewer } from '../../auth/viewer.js';
import { anyIn } from '../../db/any-in.js';
import type { Ordering } from '../../db/keyset.js';
import { isPublic, placeOf, placeSql } from '../../domain/messages/note.sql.js';
import type { Message as MessageRow } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { MessageVisibility as Visibility } from '../../generated/prisma/enums.js';
import { badUserInput } from '../../lib/errors.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, edgeType, pageArgs } from '../core/connection.js';
import type { Context } from '../core/context.js';
import { nestedPages } from '../core/nested-pages.js';
import { emptyPage, toEdge } from '../core/paging.js';
import { lastMessages } from './message.loader.js';
import { Message, MessageVisibility } from './message.type.js';

export const MessageEdge = edgeType('Message', Message, 'messages');
export const MessageConnection = connectionType('Message', Message, 'messages', MessageEdge);

/** Oldest first. */
export const byPlace: Ordering<MessageRow> = {
  name: 'messages',
  column: placeSql(),
  type: 'float8',
  descending: false,
  value: placeOf,
  tiebreak: null,
};

/** A message with its cursor among the messages of its conversation. */
export const messageEdge = (message: MessageRow, { cursors }: Pick<Context, 'cursors'>) =>
  toEdge(message, byPlace, cursors);

/** Messages of conversations, of those that meet a condition; alias `m`. */
const messagesWith = (condition: Prisma.Sql, { viewer }: Context) => ({
  ordering: byPlace,
  columns: Prisma.sql`m.*`,
  from: Prisma.sql`"Message" m WHERE m."workspaceId" = ${viewer.workspaceId}::uuid AND ${condition}`,
  parent: Prisma.sql`m."conversationId"`,
  parentOf: ({ conversationId }: MessageRow) => conversationId,
});

const pages = {
  PUBLIC: nestedPages<MessageRow>((context) => ({
    ...messagesWith(isPublic(), context),
    count: (conversationIds) => context.database.read`
      SELECT id AS "parentId", "messageCount" AS count FROM "Conversation"
      WHERE "workspaceId" = ${context.viewer.workspaceId}::uuid AND id = ${anyIn(conversationIds, 'uuid')}`,
  })),
  INTERNAL: nestedPages<MessageRow>((context) => messagesWith(Prisma.sql`m.visibility = 'INTERNAL'`, context)),
  BOTH: nestedPages<MessageRow>((context) => messagesWith(Prisma.sql`TRUE`, context)),
};

/** There are no others. */
const MAX_VISIBILITIES = 2;

/**
 * Which messages a list has, of those that are asked for and that the viewer may learn of; null for none. Throws
 * BAD_USER_INPUT if more is asked for than there is.
 */
export function listed(asked: readonly Visibility[], viewer: Pick<Viewer, 'kind'>): keyof typeof pages | null {
  if (asked.length > MAX_VISIBILITIES) {
    throw badUserInput(`visibility must have at most ${MAX_VISIBILITIES} values.`, ['visibility']);
  }
  const shows = (visibility: Visibility) => asked.includes(visibility);
  if (shows('INTERNAL') && seesNotes(viewer)) return shows('PUBLIC') ? 'BOTH' : 'INTERNAL';
  return shows('PUBLIC') ? 'PUBLIC' : null;
}

builder.prismaObjectFields(Conversation, (t) => ({
  lastMessage: t.field({
    type: Message,
    nullable: true,
    complexity: rowWeight.message,
    description: 'The newest public message that is not deleted; null if there is none.',
    resolve: ({ id, messageCount, deletedInbound, deletedOutbound }, _args, context) =>
      messageCount > deletedInbound + deletedOutbound ? lastMessages(context).load(id) : null,
  }),
  messages: t.field({
    type: MessageConnection,
    complexity: pageComplexity(rowWeight.message),
    description: 'The messages, oldest first. `last: 50` returns the 50 newest.',
    args: {
      ...pageArgs(t.arg),
      visibility: t.arg({
        type: [MessageVisibility],
        required: true,
        defaultValue: ['PUBLIC'],
        description:
          '`[PUBLIC, INTERNAL]` adds the notes in between, `[INTERNAL]` returns them alone; an empty list matches nothing. At most 2. Contacts get public messages only.',
      }),
    },
    resolve: ({ id }, { visibility, ...args }, context) => {
      const list = listed(visibility, context.viewer);
      return list ? pages[list](context)(id, args) : emptyPage;
    },
  }),
}));
