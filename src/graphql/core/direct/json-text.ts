import { Prisma } from '../../../generated/prisma/client.js';
import type { CursorCodec } from '../../../lib/cursor-codec.js';
import { encodeUuid, type IdType, idPrefixes, SUFFIX_LENGTH, UUID_LENGTH } from '../../../lib/ids.js';

/** JSON that PostgreSQL writes, in pieces: text as it stands, and SQL whose value comes in between, which is never NULL. */
export type Json = readonly (string | Prisma.Sql)[];

// What PostgreSQL cannot write itself stands between these characters, which text in JSON has only as \u0001 and \u0002.
const UUID = '\u0001';
const CURSOR = '\u0002';

/** PostgreSQL takes at most 100 arguments of a function. */
const MAX_ARGUMENTS = 90;

const { sql, raw, join } = Prisma;

/** The public id of a row of a type, from its UUID. */
export function idJson(type: IdType, uuid: Prisma.Sql): Json {
  return [`"${idPrefixes[type]}_${UUID}`, uuid, '"'];
}

/** A cursor that holds one number; null without one. */
export function cursorJson(kind: string, value: Prisma.Sql): Json {
  return [sql`coalesce(${literal(`"${CURSOR}${kind} `)} || ${value} || ${literal(`${CURSOR}"`)}, 'null')`];
}

/** The text of JSON as one SQL expression. */
export function textOf(json: Json): Prisma.Sql {
  const pieces: Prisma.Sql[] = [];
  let text = '';
  for (const piece of json) {
    if (typeof piece === 'string') text += piece;
    else {
      if (text !== '') pieces.push(literal(text));
      text = '';
      pieces.push(piece);
    }
  }
  if (text !== '') pieces.push(literal(text));
  return concat(pieces);
}

function concat(pieces: Prisma.Sql[]): Prisma.Sql {
  if (pieces.length <= MAX_ARGUMENTS) return sql`concat(${join(pieces)})`;
  const parts: Prisma.Sql[] = [];
  for (let at = 0; at < pieces.length; at += MAX_ARGUMENTS) parts.push(concat(pieces.slice(at, at + MAX_ARGUMENTS)));
  return concat(parts);
}

function literal(text: string): Prisma.Sql {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
  return raw(`E'${escaped.replaceAll(UUID, '\\x01').replaceAll(CURSOR, '\\x02')}'`);
}

/** Completes what PostgreSQL has written with ids and cursors. */
export function complete(written: string, cursors: CursorCodec): string {
  const bytes = Buffer.from(written);
  const mark = UUID.charCodeAt(0);
  let [from, to] = [0, 0];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, from)) {
    bytes.copyWithin(to, from, at);
    to += at - from;
    encodeUuid(bytes, at + 1, to);
    to += SUFFIX_LENGTH;
    from = at + 1 + UUID_LENGTH;
  }
  bytes.copyWithin(to, from);
  const text = bytes.toString('utf8', 0, to + bytes.length - from);
  return text.includes(CURSOR) ? withCursors(text, cursors) : text;
}

function withCursors(text: string, cursors: CursorCodec): string {
  // The text and the cursors take turns.
  const parts = text.split(CURSOR).map((part, index) => {
    if (index % 2 === 0) return part;
    const [kind = '', value] = part.split(' ');
    return cursors.encode(kind, [Number(value)]);
  });
  return parts.join('');
}
