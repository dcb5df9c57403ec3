import { Prisma } from '../../generated/prisma/client.js';
import { systemId } from '../../lib/actor-ref.js';
import { type Json, textOf } from '../core/direct/json-text.js';
import {
  directFields,
  inSameWorkspace,
  oneRow,
  type Row,
  rowBelow,
  rowWithId,
  type Selected,
  tableAs,
} from '../core/direct/rows.js';

const { sql } = Prisma;

const isActive = (row: Row): Json => [sql`to_json(${row.column('deactivatedAt')} IS NULL)`];

directFields('User', { active: isActive });
directFields('Bot', { active: isActive });
directFields('System', {
  id: () => [JSON.stringify(systemId)],
  name: () => ['"System"'],
});

/** The contact whose id is in a column; for a merged contact, the contact it was merged into. */
export function contactJson(selected: Selected, row: Row, column: string): Json {
  const contact = rowBelow(row, 'contact');
  return oneRow(selected.object('Contact', contact), currentContact(contact, row, column));
}

/** Selects, under the alias `contact`, the contact whose id is in a column of another row, or whom it was merged into. */
function currentContact(contact: Row, row: Row, column: string): Prisma.Sql {
  const asked = rowBelow(row, 'asked');
  return sql`${tableAs('Contact', asked)} JOIN ${tableAs('Contact', contact)}
      ON ${inSameWorkspace(contact, asked)}
      AND ${contact.column('id')} = coalesce(${asked.column('mergedIntoId')}, ${asked.column('id')})
    WHERE ${inSameWorkspace(asked, row)} AND ${asked.column('id')} = ${row.column(column)}`;
}

/** The actor whose type and id are in two columns. */
export function actorJson(selected: Selected, row: Row, typeColumn: string, idColumn: string): Json {
  const system = selected.object('System', row);
  return [
    sql`CASE ${row.column(typeColumn)}
      WHEN 'USER' THEN ${textOf(rowWithId(selected, row, 'User', idColumn))}
      WHEN 'BOT' THEN ${textOf(rowWithId(selected, row, 'Bot', idColumn))}
      WHEN 'CONTACT' THEN ${textOf(contactJson(selected, row, idColumn))}
      WHEN 'API_KEY' THEN ${textOf(rowWithId(selected, row, 'ApiKey', idColumn))}
      ELSE ${textOf(system)} END`,
  ];
}

/** The name of the actor whose type and id are in two columns. */
export function actorNameJson(row: Row, typeColumn: string, idColumn: string): Json {
  const named = rowBelow(row, 'named');
  const nameIn = (table: 'User' | 'Bot' | 'ApiKey') => sql`(SELECT to_json(${named.column('name')})::text
    FROM ${tableAs(table, named)}
    WHERE ${inSameWorkspace(named, row)} AND ${named.column('id')} = ${row.column(idColumn)})`;
  const ofContact = currentContact(named, row, idColumn);
  return [
    // Never NULL, which would break the JSON of the whole page.
    sql`coalesce(CASE ${row.column(typeColumn)}
      WHEN 'USER' THEN ${nameIn('User')}
      WHEN 'BOT' THEN ${nameIn('Bot')}
      WHEN 'CONTACT' THEN (SELECT to_json(${named.column('name')})::text FROM ${ofContact})
      WHEN 'API_KEY' THEN ${nameIn('ApiKey')}
      ELSE '"System"' END, 'null')`,
  ];
}

/** The user or bot whose id is in one of two columns, or null. */
export function assigneeJson(selected: Selected, row: Row): Json {
  return [
    sql`CASE WHEN ${row.column('assigneeUserId')} IS NOT NULL THEN ${textOf(rowWithId(selected, row, 'User', 'assigneeUserId'))}
      WHEN ${row.column('assigneeBotId')} IS NOT NULL THEN ${textOf(rowWithId(selected, row, 'Bot', 'assigneeBotId'))}
      ELSE 'null' END`,
  ];
}
