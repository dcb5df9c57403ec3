import { Prisma } from '../../generated/prisma/client.js';
import type { SearchTerms } from './search-text.js';

const { sql } = Prisma;

/** As the search indexes have them. */
const contactWords = sql`parley_words(p.name || ' ' || coalesce(p.email, ''))`;
const prospectWords = sql`parley_words(coalesce(p.name, '') || ' ' || coalesce(p.email, ''))`;

function tsquery({ words }: SearchTerms): Prisma.Sql {
  return sql`to_tsquery('simple', parley_unaccent(${words}))`;
}

/**
 * The rows among these. Their ids are collected first: the planner takes the beginning of a word to be frequent, and would
 * look for a rare one in every row of the list, in its order.
 */
function among(id: Prisma.Sql, ids: Prisma.Sql): Prisma.Sql {
  return sql`${id} = ANY(ARRAY(${ids}))`;
}

/** Contacts by the words of name and e-mail address, by a similar name, or by a part of the phone number; alias `r`. */
export function contactMatches(workspaceId: string, terms: SearchTerms): Prisma.Sql {
  return among(sql`r.id`, contactsLike(workspaceId, terms));
}

function contactsLike(workspaceId: string, terms: SearchTerms): Prisma.Sql {
  return peopleLike(sql`"Contact"`, contactWords, workspaceId, terms);
}

/** The same of prospects, whose names may be null. */
export function prospectMatches(workspaceId: string, terms: SearchTerms): Prisma.Sql {
  return among(sql`r.id`, peopleLike(sql`"Prospect"`, prospectWords, workspaceId, terms));
}

/** Their ids, one way of matching after the other: in one condition PostgreSQL would make each row's words once more. */
function peopleLike(table: Prisma.Sql, words: Prisma.Sql, workspaceId: string, terms: SearchTerms): Prisma.Sql {
  const ways = [
    sql`${words} @@ ${tsquery(terms)}`,
    ...(terms.similar ? [sql`parley_unaccent(${terms.similar}) <% parley_unaccent(p.name)`] : []),
    ...(terms.phone ? [sql`p.phone LIKE ${terms.phone}`] : []),
  ];
  const found = ways.map(
    (way) => sql`SELECT p.id FROM ${table} p WHERE p."workspaceId" = ${workspaceId}::uuid AND ${way}`,
  );
  return Prisma.join(found, ' UNION ALL ');
}

/** Messages by the words of their text; alias `m`. */
export function messageMatches(terms: SearchTerms): Prisma.Sql {
  return sql`m.text IS NOT NULL AND parley_words(m.text) @@ ${tsquery(terms)}`;
}

/** Conversations by their messages, their subject, or their contact; alias `c`. */
export function conversationMatches(workspaceId: string, terms: SearchTerms): Prisma.Sql {
  const workspace = sql`${workspaceId}::uuid`;
  return among(
    sql`c.id`,
    sql`
    SELECT m."conversationId" FROM "Message" m
    WHERE m."workspaceId" = ${workspace} AND ${messageMatches(terms)}
    UNION
    SELECT s.id FROM "Conversation" s
    WHERE s."workspaceId" = ${workspace} AND s.subject IS NOT NULL AND parley_words(s.subject) @@ ${tsquery(terms)}
    UNION
    SELECT s.id FROM "Conversation" s
    WHERE s."workspaceId" = ${workspace} AND ${among(sql`s."contactId"`, contactsLike(workspaceId, terms))}`,
  );
}
