import { z } from 'zod';
import { isPublic, placeSql } from '../../domain/messages/note.sql.js';
import { Prisma } from '../../generated/prisma/client.js';
import { actorJson } from '../actors/actor.direct.js';
import { textOf } from '../core/direct/json-text.js';
import { nestedPageJson, typesOfPage } from '../core/direct/page.js';
import {
  directFields,
  inSameWorkspace,
  listOfRows,
  NotDirect,
  oneRow,
  type Row,
  rowBelow,
  rowWithId,
  tableAs,
} from '../core/direct/rows.js';
import { byPlace, listed } from './conversation-messages.js';

const { sql, raw } = Prisma;

directFields('Message', {
  author: (row, selected) => actorJson(selected, row, 'authorType', 'authorId'),
  via: (row, selected) => rowWithId(selected, row, 'ApiKey', 'viaKeyId'),
  replyTo: (row, selected) => {
    if (!selected.reader.isContact) return rowWithId(selected, row, 'Message', 'replyToId');
    const message = rowBelow(row, 'message');
    // Public messages do not reply to notes, but a contact must not depend on that.
    return oneRow(
      selected.object('Message', message),
      sql`${tableAs('Message', message)} WHERE ${inSameWorkspace(message, row)}
        AND ${message.column('id')} = ${row.column('replyToId')} AND ${isPublic(message.column)}`,
    );
  },
  mentions: (row, selected) => {
    const [mention, user] = [rowBelow(row, 'mention'), rowBelow(row, 'user')];
    return listOfRows(
      selected.object('User', user),
      sql`(SELECT ${raw(user.alias)}.* FROM ${tableAs('Mention', mention)} JOIN ${tableAs('User', user)}
          ON ${inSameWorkspace(user, mention)} AND ${user.column('id')} = ${mention.column('userId')}
        WHERE ${inSameWorkspace(mention, row)} AND ${mention.column('messageId')} = ${row.column('id')}
        ORDER BY ${user.column('id')}) ${raw(user.alias)}`,
    );
  },
});

const conditions = {
  PUBLIC: isPublic,
  INTERNAL: (column: Row['column']) => sql`${column('visibility')} = 'INTERNAL'`,
  BOTH: () => sql`TRUE`,
};

const listArgs = z.object({ visibility: z.array(z.enum(['PUBLIC', 'INTERNAL'])) });

/** The messages of a conversation, in a FROM clause that ends in a condition. */
function messagesOf(conversation: Row, message: Row): Prisma.Sql {
  return sql`${tableAs('Message', message)} WHERE ${inSameWorkspace(message, conversation)}
    AND ${message.column('conversationId')} = ${conversation.column('id')}`;
}

directFields('Conversation', {
  lastMessage: (row, selected) => {
    const message = rowBelow(row, 'last');
    const json = oneRow(
      selected.object('Message', message),
      sql`${messagesOf(row, message)} AND ${message.column('deletedAt')} IS NULL AND ${isPublic(message.column)}
        ORDER BY ${placeSql(message.column)} DESC LIMIT 1`,
    );
    const [count, inbound, outbound] = ['messageCount', 'deletedInbound', 'deletedOutbound'].map(row.column);
    return [sql`CASE WHEN ${count} > ${inbound} + ${outbound} THEN ${textOf(json)} ELSE 'null' END`];
  },
  messages: (row, selected) => {
    const message = rowBelow(row, 'message');
    const { isContact } = selected.reader;
    const { visibility, ...page } = listArgs.loose().parse(selected.args);
    const list = listed(visibility, { kind: isContact ? 'CONTACT' : 'API_KEY' });
    if (!list) throw new NotDirect();
    const from = sql`${messagesOf(row, message)} AND ${conditions[list](message.column)}`;
    return nestedPageJson(
      { ...selected, args: page },
      {
        types: typesOfPage('Message'),
        row: message,
        from,
        ordering: { ...byPlace, column: placeSql(message.column) },
        totalCount: list === 'PUBLIC' ? row.column('messageCount') : sql`(SELECT count(*) FROM ${from})`,
      },
    );
  },
});
