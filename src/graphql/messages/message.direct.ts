import { Prisma } from '../../generated/prisma/client.js';
import { actorJson } from '../actors/actor.direct.js';
import { textOf } from '../core/direct/json-text.js';
import { nestedPageJson, typesOfPage } from '../core/direct/page.js';
import { directFields, inSameWorkspace, oneRow, type Row, rowBelow, rowWithId, tableAs } from '../core/direct/rows.js';
import { bySeq } from './conversation-messages.js';

const { sql } = Prisma;

directFields('Message', {
  author: (row, selected) => actorJson(selected, row, 'authorType', 'authorId'),
  via: (row, selected) => rowWithId(selected, row, 'ApiKey', 'viaKeyId'),
  replyTo: (row, selected) => rowWithId(selected, row, 'Message', 'replyToId'),
});

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
      sql`${messagesOf(row, message)} AND ${message.column('deletedAt')} IS NULL
        ORDER BY ${message.column('seq')} DESC LIMIT 1`,
    );
    const [count, inbound, outbound] = ['messageCount', 'deletedInbound', 'deletedOutbound'].map(row.column);
    return [sql`CASE WHEN ${count} > ${inbound} + ${outbound} THEN ${textOf(json)} ELSE 'null' END`];
  },
  messages: (row, selected) => {
    const message = rowBelow(row, 'message');
    return nestedPageJson(selected, {
      types: typesOfPage('Message'),
      row: message,
      from: messagesOf(row, message),
      ordering: { ...bySeq, column: message.column('seq') },
      totalCount: row.column('messageCount'),
    });
  },
});
