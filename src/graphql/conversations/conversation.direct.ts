import { z } from 'zod';
import { unreadSql } from '../../domain/conversations/read-position.sql.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { Prisma } from '../../generated/prisma/client.js';
import { parse } from '../../lib/validation.js';
import { assigneeJson, contactJson } from '../actors/actor.direct.js';
import { directRoots } from '../core/direct/answer.js';
import { textOf } from '../core/direct/json-text.js';
import { pageArgs, planPage, typesOfPage, type WrittenRow } from '../core/direct/page.js';
import { directFields, forViewer, NotDirect, rowAs, rowWithId, viewerId } from '../core/direct/rows.js';
import { parseFilter } from '../core/input.js';
import { selectPage } from '../core/list-field.js';
import { readPageArgs } from '../core/paging.js';
import { conversationArgs } from './conversation.queries.js';
import { conversationConditions, conversationFilter } from './conversation-filter.js';
import { conversationOrdering, orderFields, type Sorted } from './conversation-order.js';

const { sql } = Prisma;

// The alias that conditions on conversations name.
const conversation = rowAs('c');

directFields('Conversation', {
  channel: (row, selected) => rowWithId(selected, row, 'Channel', 'channelId'),
  contact: (row, selected) => contactJson(selected, row, 'contactId'),
  owner: (row, selected) => rowWithId(selected, row, 'User', 'ownerId'),
  assignee: (row, selected) => assigneeJson(selected, row),
  bot: (row, selected) => rowWithId(selected, row, 'Bot', 'botId'),
  unreadCount: (row, { reader }) => {
    if (row !== conversation) throw new NotDirect();
    return [unreadSql({ type: reader.actorType, id: sql`${viewerId}` })];
  },
});

const listArgs = pageArgs.extend({
  filter: z.unknown().optional(),
  orderBy: z.object({ field: z.enum(orderFields), direction: z.enum(['ASC', 'DESC']) }).nullish(),
});

const sortedBy = sql`c.id, c."createdAt", c."updatedAt", c."lastMessageOrCreatedAt", c.priority`;

directRoots({
  conversation: (selected) => {
    const json = textOf(selected.object('Conversation', conversation));
    return ({ database, viewer }, args) => {
      const { id } = parse(conversationArgs.schema, args);
      return async () => {
        const [row] = await database.readWritten<WrittenRow>`
          SELECT ${forViewer(json, viewer.actor.id)} AS json FROM "Conversation" c
          WHERE ${visibleTo(viewer)} AND c.id = ${id}::uuid`;
        return row?.json ?? 'null';
      };
    };
  },
  conversations: (selected) => {
    const { json, hasCursors, write } = planPage(selected, typesOfPage('Conversation'), conversation);
    const written = sql`${textOf(json)} AS json`;
    const columns = hasCursors ? sql`${written}, ${sortedBy}` : written;
    return (context, args) => {
      const { database, viewer, cursors } = context;
      const { filter: given, orderBy, ...page } = listArgs.parse(args);
      const filter = parseFilter(conversationFilter, given);
      // How a search is read depends on its words.
      if (filter.search) throw new NotDirect();
      const selection = {
        read: database.readWritten,
        ordering: conversationOrdering(orderBy?.field, orderBy?.direction),
        columns: forViewer(columns, viewer.actor.id),
        from: sql`"Conversation" c WHERE ${visibleTo(viewer)} AND ${conversationConditions(filter, viewer)}`,
      };
      // Refuses what is wrong about the page.
      readPageArgs(page, selection.ordering, cursors);
      return async () => write(await selectPage<WrittenRow & Sorted>(context, page, selection));
    };
  },
});
