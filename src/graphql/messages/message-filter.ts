import { z } from 'zod';
import { currentContact } from '../../domain/contacts/merged-contact.sql.js';
import { authorRef } from '../../domain/messages/author-ref.js';
import { contentType } from '../../domain/messages/content/content-types.js';
import { direction, status } from '../../domain/messages/message-fields.js';
import { messageMatches } from '../../domain/search/search.sql.js';
import { searchText } from '../../domain/search/search-text.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { MessageStatus as Status } from '../../generated/prisma/enums.js';
import { id } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { DateTimeRange, dateTimeRange, inRange } from '../core/date-time-range.js';
import { MessageDirection, MessageStatus } from './message.type.js';

export const MessageFilter = builder.inputType('MessageFilter', {
  description: 'Conditions that all must hold. An empty list matches nothing.',
  fields: (t) => ({
    conversationId: t.id({ description: 'Was said in this conversation.' }),
    channelId: t.id({ description: 'Was said on this channel.' }),
    direction: t.field({ type: MessageDirection, description: 'Goes this way.' }),
    status: t.field({ type: [MessageStatus], description: 'Has one of these statuses.' }),
    contentType: t.string({ description: 'Has this `type` in its content, such as image.' }),
    authorId: t.id({ description: 'Was said by this user, bot, contact, API key or the system.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Was said in this span.' }),
    search: t.string({
      description:
        'In the text: all words, in any order, without accents, the last one by its beginning. At most 200 characters.',
    }),
  }),
});

/** Reads a MessageFilter; null means the same as left out. */
export const messageFilter = z
  .object({
    conversationId: id('Conversation').nullish(),
    channelId: id('Channel').nullish(),
    direction: direction.nullish(),
    status: z.array(status).nullish(),
    contentType: contentType.nullish(),
    authorId: authorRef('USER', 'BOT', 'CONTACT', 'API_KEY').nullish(),
    createdAt: dateTimeRange,
    search: searchText.nullish(),
  })
  .nullish();

export type MessageFilterInput = NonNullable<z.output<typeof messageFilter>>;

const { sql, empty } = Prisma;

/** The filter as a condition on the alias `m`, the workspace included. */
export function messageConditions(filter: MessageFilterInput, workspaceId: string): Prisma.Sql {
  const { conversationId, channelId, authorId } = filter;
  const conditions = [
    sql`m."workspaceId" = ${workspaceId}::uuid`,
    conversationId ? sql`m."conversationId" = ${conversationId}::uuid` : empty,
    channelId ? sql`m."channelId" = ${channelId}::uuid` : empty,
    filter.direction ? sql`m.direction = ${filter.direction}::"MessageDirection"` : empty,
    filter.status ? statusCondition(filter.status) : empty,
    filter.contentType ? sql`m.content->>'type' = ${filter.contentType}` : empty,
    authorId ? authorCondition(workspaceId, authorId) : empty,
    ...inRange(sql`m."createdAt"`, filter.createdAt),
    filter.search ? messageMatches(filter.search) : empty,
  ];
  return Prisma.join(
    conditions.filter((condition) => condition !== empty),
    ' AND ',
  );
}

function statusCondition(statuses: Status[]): Prisma.Sql {
  return sql`m.status = ANY(${statuses}::text[]::"MessageStatus"[])`;
}

/** What a contact wrote stays with the id that it had then, also when it was merged into another one. */
function authorCondition(workspaceId: string, { type, id: authorId }: NonNullable<MessageFilterInput['authorId']>) {
  if (authorId === null) return sql`m."authorId" IS NULL`;
  if (type !== 'CONTACT') return sql`m."authorId" = ${authorId}::uuid`;
  const current = currentContact(workspaceId, authorId);
  return sql`m."authorId" IN (SELECT id FROM "Contact"
    WHERE "workspaceId" = ${workspaceId}::uuid AND (id = ${current} OR "mergedIntoId" = ${current}))`;
}
