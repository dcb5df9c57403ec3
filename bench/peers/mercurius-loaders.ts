import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 20 });

export type Row = Record<string, unknown> & { id: string };
export type Caller = { workspaceId: string };
type Query = { obj: Row; params: Record<string, unknown> };
type Loader<Result> = (queries: Query[], caller: Caller) => Promise<Result[]>;

const names = new Map<string, string>();

/** The rows of a prepared statement. */
export async function select(text: string, values: unknown[]): Promise<Row[]> {
  const name = names.get(text) ?? `statement${names.size}`;
  names.set(text, name);
  return (await pool.query<Row>({ name, text, values })).rows;
}

/** For each object the row that its column refers to. */
const referred =
  (column: string, text: string): Loader<Row | null> =>
  async (queries, { workspaceId }) => {
    const ids = [...new Set(queries.flatMap(({ obj }) => (obj[column] === null ? [] : [obj[column]])))];
    const rows = await select(text, [workspaceId, ids]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return queries.map(({ obj }) => byId.get(String(obj[column])) ?? null);
  };

/** For each object the rows below it, which refer to it in a column. */
const below =
  (column: string, text: string, more: (query: Query) => unknown[] = () => []): Loader<Row[]> =>
  async (queries, { workspaceId }) => {
    const lists = new Map(queries.map(({ obj }): [string, Row[]] => [obj.id, []]));
    const parameters = queries[0] ? more(queries[0]) : [];
    const rows = await select(text, [workspaceId, [...lists.keys()], ...parameters]);
    for (const row of rows) lists.get(String(row[column]))?.push(row);
    return queries.map(({ obj }) => lists.get(obj.id) ?? []);
  };

const byId = (table: string) => `SELECT * FROM "${table}" WHERE "workspaceId" = $1 AND id = ANY($2::uuid[])`;
const actors = ['User', 'Bot', 'Contact']
  .map((table) => `SELECT id, name FROM "${table}" WHERE "workspaceId" = $1 AND id = ANY($2::uuid[])`)
  .join(' UNION ALL ');
const newestMessages = (order: string, count: string) => `
  SELECT m.* FROM unnest($2::uuid[]) AS c(id) CROSS JOIN LATERAL (
    SELECT * FROM "Message" WHERE "workspaceId" = $1 AND "conversationId" = c.id AND "deletedAt" IS NULL
    ORDER BY seq DESC LIMIT ${count}) m ORDER BY m.seq ${order}`;

const lastMessage: Loader<Row | null> = async (queries, caller) =>
  (await below('conversationId', newestMessages('DESC', '1'))(queries, caller)).map(([row]) => row ?? null);

export const loaders = {
  Conversation: {
    contact: referred('contactId', byId('Contact')),
    channel: referred('channelId', byId('Channel')),
    assignee: referred('assigneeId', actors),
    lastMessage,
    participants: below(
      'conversationId',
      `SELECT * FROM "Participant" WHERE "workspaceId" = $1 AND "conversationId" = ANY($2::uuid[]) AND "leftAt" IS NULL
       ORDER BY "joinedAt", id`,
    ),
    messages: below('conversationId', newestMessages('ASC', '$3'), ({ params }) => [params.last]),
  },
  Participant: { actor: referred('actorId', actors) },
  Message: {
    author: referred('authorId', actors),
    attachments: below(
      'messageId',
      'SELECT * FROM "Upload" WHERE "workspaceId" = $1 AND "messageId" = ANY($2::uuid[]) ORDER BY position',
    ),
  },
};
