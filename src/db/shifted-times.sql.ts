import type { ClientBase } from 'pg';

/** A table, and how many of its rows hold shifted times. */
export type ShiftedTable = { table: string; rows: number };

/**
 * Tables whose rows have an id that contains the time of its creation, and the column that holds the same time. Others
 * follow the row that they belong to. Left out are tables whose times PostgreSQL itself sets, and idempotency claims,
 * which last a day.
 */
const own: readonly [table: string, created: string][] = [
  ...['Workspace', 'User', 'Bot', 'ApiKey', 'Channel', 'Contact', 'Prospect', 'Conversation', 'Message', 'Upload'].map(
    (table): [string, string] => [table, 'createdAt'],
  ),
  ['Event', 'occurredAt'],
  ['Transfer', 'at'],
  ['WebhookEndpoint', 'createdAt'],
  ['WebhookDelivery', 'createdAt'],
];
const following: readonly [table: string, parent: string, key: string][] = [
  ['Participant', 'Conversation', 'conversationId'],
  ['ReadPosition', 'Conversation', 'conversationId'],
  ['ProspectLink', 'Prospect', 'prospectId'],
  ['MessageTransportStatus', 'Message', 'messageId'],
];

/** An id and the time in its row are set within this time of each other. Zones differ by a multiple of 15 minutes. */
const TOLERANCE_SECONDS = 420;

/** The moment that a shifted time stood for: its wall clock in the zone was meant to be in UTC. */
const repaired = (column: string) => `(${column} AT TIME ZONE $1) AT TIME ZONE 'UTC'`;

/** Whether a row's time of creation disagrees with its id, and agrees once it is repaired. */
function shifted(row: string, created: string): string {
  // The first 48 bits of a UUIDv7 are milliseconds since 1970 (RFC 9562).
  const made = `('x' || left(replace(${row}.id::text, '-', ''), 12))::bit(48)::bigint / 1000.0`;
  const column = `${row}."${created}"`;
  const off = (time: string) => `abs(extract(epoch FROM ${time}) - ${made})`;
  return `${off(column)} > ${TOLERANCE_SECONDS} AND ${off(repaired(column))} <= ${TOLERANCE_SECONDS}`;
}

type Target = { table: string; condition: string };

const targets: readonly Target[] = [
  // First, while the rows that they follow still tell.
  ...following.map(([table, parent, key]) => ({
    table,
    condition: `EXISTS (SELECT FROM "${parent}" p WHERE p."workspaceId" = t."workspaceId" AND p.id = t."${key}"
      AND ${shifted('p', 'createdAt')})`,
  })),
  ...own.map(([table, created]) => ({ table, condition: shifted('t', created) })),
];

/** Counts the rows whose times were written in this time zone without their offset. Tables without any are left out. */
export async function countShifted(client: ClientBase, zone: string): Promise<ShiftedTable[]> {
  return eachTarget(async ({ table, condition }) => {
    const sql = `SELECT count(*)::int AS rows FROM "${table}" t WHERE ${condition}`;
    return (await client.query<{ rows: number }>(sql, [zone])).rows[0]?.rows ?? 0;
  });
}

/**
 * Repairs all times of these rows, in the transaction of the client, and returns how many rows of which tables. Rows that
 * are repaired agree with their ids, so they are not touched a second time.
 */
export async function repairShifted(client: ClientBase, zone: string): Promise<ShiftedTable[]> {
  return eachTarget(async ({ table, condition }) => {
    const columns = await timesOf(client, table);
    const changes = columns.map((column) => `"${column}" = ${repaired(`t."${column}"`)}`).join(', ');
    return (await client.query(`UPDATE "${table}" t SET ${changes} WHERE ${condition}`, [zone])).rowCount ?? 0;
  });
}

async function eachTarget(count: (target: Target) => Promise<number>): Promise<ShiftedTable[]> {
  const counted: ShiftedTable[] = [];
  for (const target of targets) counted.push({ table: target.table, rows: await count(target) });
  return counted.filter(({ rows }) => rows > 0);
}

async function timesOf(client: ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1 AND data_type = 'timestamp with time zone'
       AND is_generated = 'NEVER'`,
    [table],
  );
  return rows.map(({ name }) => name);
}
