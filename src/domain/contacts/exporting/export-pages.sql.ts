import type { Read } from '../../../db/read.js';
import { Prisma } from '../../../generated/prisma/client.js';

const { sql, raw, join } = Prisma;

/** Whose data is read: the ids of a contact, and of those that were merged into it. */
export type Person = { workspaceId: string; ids: readonly string[] };

export type Row = Readonly<Record<string, unknown>>;

/** A column that rows are sorted by, and its SQL type. */
type Key = readonly [column: string, type: 'uuid' | 'text' | 'timestamptz' | 'bigint' | 'float8'];

/** Rows of a table under the alias `r`, in an order that an index has. */
export type Source = {
  /** What is selected. */
  columns: Prisma.Sql;
  /** From FROM to the condition. */
  from: Prisma.Sql;
  /** What the rows are sorted by; together, no two rows have the same. */
  order: readonly Key[];
};

/** A message may have 144 KB. */
const PAGE = 200;

/** Columns of `r`, as they are called. */
export function columnsOf(...names: readonly string[]): Prisma.Sql {
  return join(names.map((name) => raw(`r."${name}"`)));
}

/** The rows of a source, a page in memory at a time, each page by one statement. */
export async function* pagesOf(read: Read, { columns, from, order }: Source): AsyncGenerator<Row[]> {
  const keys = order.map(([column]) => raw(column));
  const texts = order.map(([column], index) => raw(`${column}::text AS "key${index}"`));
  for (let after: Row | undefined, full = true; full; ) {
    const last = after;
    const values = order.map(([, type], index) => sql`${String(last?.[`key${index}`])}::${raw(type)}`);
    const beyond = last ? sql`AND (${join(keys)}) > (${join(values)})` : Prisma.empty;
    const rows: Row[] = await read`
      SELECT ${columns}, ${join(texts)} ${from} ${beyond} ORDER BY ${join(keys)} LIMIT ${PAGE}`;
    yield rows;
    after = rows.at(-1);
    full = rows.length === PAGE;
  }
}

/** The condition that a column is one of the ids of a person. */
export function isPerson(column: string, { ids }: Person): Prisma.Sql {
  return sql`${raw(column)} = ANY(${[...ids]}::uuid[])`;
}

/** The condition that a row under the alias `r` is of the person's workspace. */
export function isHere({ workspaceId }: Person): Prisma.Sql {
  return sql`r."workspaceId" = ${workspaceId}::uuid`;
}

/** The condition that a conversation, given by the column of its id, is one of the person's own. */
export function isOwn(column: string, person: Person): Prisma.Sql {
  return sql`EXISTS (SELECT FROM "Conversation" own WHERE own."workspaceId" = ${person.workspaceId}::uuid
    AND own.id = ${raw(column)} AND ${isPerson('own."contactId"', person)})`;
}

/**
 * The person's own conversations, in groups with few messages, or of one conversation with many: so that the statement for a
 * page of what is in them has little to sort, and there are not many statements.
 */
export async function* ownGroups(read: Read, person: Person): AsyncGenerator<Prisma.Sql> {
  let group: string[] = [];
  let messages = 0;
  const columns = columnsOf('id', 'messageCount');
  const from = sql`FROM "Conversation" r WHERE ${isHere(person)} AND ${isPerson('r."contactId"', person)}`;
  for await (const page of pagesOf(read, { columns, from, order: [['r.id', 'uuid']] })) {
    for (const { id, messageCount } of page) {
      const more = Number(messageCount) + 1;
      if (group.length > 0 && messages + more > PAGE) {
        yield isIn(group);
        [group, messages] = [[], 0];
      }
      group.push(String(id));
      messages += more;
    }
  }
  if (group.length > 0) yield isIn(group);
}

/** With one value, an index that continues with another column has the order. */
function isIn(ids: readonly string[]): Prisma.Sql {
  const [only] = ids;
  return ids.length === 1
    ? sql`r."conversationId" = ${only}::uuid`
    : sql`r."conversationId" = ANY(${[...ids]}::uuid[])`;
}
