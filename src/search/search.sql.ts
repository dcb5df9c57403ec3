import { Prisma } from '../generated/prisma/client.js';
import type { SearchTerms } from './search-text.js';

const { sql } = Prisma;

function tsquery({ words }: SearchTerms): Prisma.Sql {
  return sql`to_tsquery('simple', parley_unaccent(${words}))`;
}

/** Contacts by the words of name and e-mail address, by a similar name, or by a part of the phone number; alias `r`. */
export function contactMatches(terms: SearchTerms): Prisma.Sql {
  return personMatches(sql`parley_words(r.name || ' ' || coalesce(r.email, ''))`, terms);
}

/** The same of prospects, whose names may be null. */
export function prospectMatches(terms: SearchTerms): Prisma.Sql {
  return personMatches(sql`parley_words(coalesce(r.name, '') || ' ' || coalesce(r.email, ''))`, terms);
}

function personMatches(words: Prisma.Sql, terms: SearchTerms): Prisma.Sql {
  const conditions = [
    sql`${words} @@ ${tsquery(terms)}`,
    ...(terms.similar ? [sql`parley_unaccent(${terms.similar}) <% parley_unaccent(r.name)`] : []),
    ...(terms.phone ? [sql`r.phone LIKE ${terms.phone}`] : []),
  ];
  return sql`(${Prisma.join(conditions, ' OR ')})`;
}

/** Messages by the words of their text; alias `m`. */
export function messageMatches(terms: SearchTerms): Prisma.Sql {
  return sql`m.text IS NOT NULL AND parley_words(m.text) @@ ${tsquery(terms)}`;
}

/** Conversations by their messages, their subject, or their contact; alias `c`. */
export function conversationMatches(workspaceId: string, terms: SearchTerms): Prisma.Sql {
  const workspace = sql`${workspaceId}::uuid`;
  return sql`c.id IN (
    SELECT m."conversationId" FROM "Message" m
    WHERE m."workspaceId" = ${workspace} AND ${messageMatches(terms)}
    UNION
    SELECT s.id FROM "Conversation" s
    WHERE s."workspaceId" = ${workspace} AND s.subject IS NOT NULL AND parley_words(s.subject) @@ ${tsquery(terms)}
    UNION
    SELECT s.id FROM "Contact" r
    JOIN "Conversation" s ON s."workspaceId" = r."workspaceId" AND s."contactId" = r.id
    WHERE r."workspaceId" = ${workspace} AND ${contactMatches(terms)})`;
}
