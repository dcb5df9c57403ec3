import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import { Prisma } from '../../generated/prisma/client.js';
import { textsThatMayHave } from './may-have.js';
import type { SearchTerms } from './search-text.js';

const { sql } = Prisma;

/** The texts of which the words are indexed. */
const contactText = sql`p.name || ' ' || coalesce(p.email, '')`;
const prospectText = sql`coalesce(p.name, '') || ' ' || coalesce(p.email, '')`;

/**
 * The condition that a text has all words of a search. The index holds pairs of characters for scripts that write no blanks
 * between words; those of a longer word could also stand apart from each other, and only the text itself shows it.
 */
function hasWords(searched: Prisma.Sql, { text, isUnspaced }: SearchTerms): Prisma.Sql {
  const words = sql`parley_lexemes(${searched}) @@ parley_query(${text})`;
  return isUnspaced ? sql`(${words} AND parley_contains(${searched}, ${text}))` : words;
}

/** The same for a text that no index leads to: most are ruled out without computing their words. */
function readsWords(searched: Prisma.Sql, terms: SearchTerms): Prisma.Sql {
  const pattern = textsThatMayHave(terms.text);
  const words = hasWords(searched, terms);
  return pattern === null ? words : sql`(${searched} COLLATE "C" ~ ${pattern} AND ${words})`;
}

/**
 * The condition that an id is one of those that a query returns. The array is computed first: the planner assumes that many
 * rows match a prefix, and would look for a rare one in every row of the list, in the order of the list.
 */
function among(id: Prisma.Sql, ids: Prisma.Sql): Prisma.Sql {
  return sql`${id} = ANY(ARRAY(${ids}))`;
}

/** Contacts by words of the name and email address, by a similar name, or by a part of the phone number; alias `r`. */
export function contactMatches(workspaceId: string, terms: SearchTerms): Prisma.Sql {
  return among(sql`r.id`, peopleLike(sql`"Contact"`, contactText, workspaceId, terms));
}

/** Prospects by words of the name and email address, by a similar name, or by a part of the phone number; alias `r`. */
export function prospectMatches(workspaceId: string, terms: SearchTerms): Prisma.Sql {
  return among(sql`r.id`, peopleLike(sql`"Prospect"`, prospectText, workspaceId, terms));
}

/**
 * The ids of matching contacts or prospects. Each way to match is a query of its own, because a single condition with OR
 * would compute the words of every row again.
 */
function peopleLike(table: Prisma.Sql, searched: Prisma.Sql, workspaceId: string, terms: SearchTerms): Prisma.Sql {
  const ways = [
    hasWords(searched, terms),
    ...(terms.isSimilar ? [sql`parley_letters(${terms.text}) <% parley_letters(p.name)`] : []),
    ...terms.phones.map((pattern) => sql`p.phone LIKE ${pattern}`),
  ];
  const found = ways.map(
    (way) => sql`SELECT p.id FROM ${table} p WHERE p."workspaceId" = ${workspaceId}::uuid AND ${way}`,
  );
  return Prisma.join(found, ' UNION ALL ');
}

/** Messages by words of their text; alias `m`. */
export function messageMatches(terms: SearchTerms): Prisma.Sql {
  return sql`m.text IS NOT NULL AND ${hasWords(sql`m.text`, terms)}`;
}

/** The same as `messageMatches`, for messages that are read in another order than that of the index of words. */
export function messageMatchesAsRead(terms: SearchTerms): Prisma.Sql {
  return sql`m.text IS NOT NULL AND ${readsWords(sql`m.text`, terms)}`;
}

/**
 * The tables in which a viewer searches. A contact searches in its own rows without notes only, which OFFSET 0 makes the planner read
 * first: the time that a search takes must not tell how often others use a word.
 */
function searchedTables(viewer: Viewer): Record<'contacts' | 'conversations' | 'messages', Prisma.Sql> {
  if (callers[viewer.kind].sees !== 'OWN') {
    return { contacts: sql`"Contact"`, conversations: sql`"Conversation"`, messages: sql`"Message"` };
  }
  const own = sql`o."workspaceId" = ${viewer.workspaceId}::uuid`;
  const contactId = sql`${viewer.actor.id}::uuid`;
  const conversations = sql`(SELECT o.* FROM "Conversation" o WHERE ${own} AND o."contactId" = ${contactId} OFFSET 0)`;
  return {
    contacts: sql`(SELECT o.* FROM "Contact" o WHERE ${own} AND o.id = ${contactId} OFFSET 0)`,
    conversations,
    messages: sql`(SELECT o.* FROM "Message" o
      WHERE ${own} AND o.visibility = 'PUBLIC'
        AND o."conversationId" = ANY(ARRAY(SELECT s.id FROM ${conversations} s)) OFFSET 0)`,
  };
}

/** The table of the messages that a viewer may filter. */
export function searchedMessages(viewer: Viewer): Prisma.Sql {
  return searchedTables(viewer).messages;
}

/** Conversations by words of their messages or subject, or by their contact; alias `c`. */
export function conversationMatches(viewer: Viewer, terms: SearchTerms): Prisma.Sql {
  const workspace = sql`${viewer.workspaceId}::uuid`;
  const { contacts, conversations, messages } = searchedTables(viewer);
  return among(
    sql`c.id`,
    sql`
    SELECT m."conversationId" FROM ${messages} m
    WHERE m."workspaceId" = ${workspace} AND ${messageMatches(terms)}
    UNION
    SELECT s.id FROM ${conversations} s
    WHERE s."workspaceId" = ${workspace} AND s.subject IS NOT NULL AND ${hasWords(sql`s.subject`, terms)}
    UNION
    SELECT s.id FROM ${conversations} s
    WHERE s."workspaceId" = ${workspace}
      AND ${among(sql`s."contactId"`, peopleLike(contacts, contactText, viewer.workspaceId, terms))}`,
  );
}

/**
 * The same as `conversationMatches`, for conversations that are read in another order than that of the index of words; for
 * viewers who see more than their own. OFFSET 0 keeps the planner from looking the words up for all conversations.
 */
export function conversationMatchesAsRead({ workspaceId }: Viewer, terms: SearchTerms): Prisma.Sql {
  const contacts = peopleLike(sql`"Contact"`, contactText, workspaceId, terms);
  return sql`(
    (c.subject IS NOT NULL AND ${readsWords(sql`c.subject`, terms)})
    OR c."contactId" IN (${contacts})
    OR EXISTS (SELECT FROM (
      SELECT m.text FROM "Message" m WHERE m."workspaceId" = ${workspaceId}::uuid AND m."conversationId" = c.id OFFSET 0
    ) m WHERE ${messageMatchesAsRead(terms)}))`;
}
