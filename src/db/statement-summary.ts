export type StatementKind = 'read' | 'write' | 'transaction';

/** What a statement does. */
export type StatementSummary = {
  kind: StatementKind;
  /** Its first word, such as SELECT; behind WITH, the first that changes something. */
  operation: string;
  /** That and the tables it names, such as `SELECT Conversation Contact`: short, and without values. */
  text: string;
  /** The table that it changes, or else the first of these; undefined if there is none. */
  table: string | undefined;
};

const FRAMES = ['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'];
const WRITES = ['INSERT', 'UPDATE', 'DELETE'];
const CHANGE = /\b(INSERT|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+)?(?:"public"\.)?"(\w+)"/;
const TABLE = /\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?(?:"public"\.)?(?:"(\w+)"|(graphile_worker\.\w+))/g;
const MAX_TABLES = 4;

/** Summarizes a statement as OpenTelemetry's conventions for databases ask for, without reading more of it than tables. */
export function summaryOf(sql: string): StatementSummary {
  const [, change, changed] = CHANGE.exec(sql) ?? [];
  const first = operationOf(sql);
  const operation = first === 'WITH' ? (change ?? 'SELECT') : first;
  const named = [...sql.matchAll(TABLE)].flatMap(([, own, job]) => own ?? job ?? []);
  const tables = [...new Set([changed ?? [], named].flat())].slice(0, MAX_TABLES);
  return { kind: kindOf(sql), operation, text: [operation, ...tables].join(' '), table: tables[0] };
}

/** Whether a statement reads, writes, or begins or ends a transaction. */
export function kindOf(sql: string): StatementKind {
  const operation = operationOf(sql);
  if (FRAMES.includes(operation)) return 'transaction';
  if (WRITES.includes(operation)) return 'write';
  return operation === 'WITH' && CHANGE.test(sql) ? 'write' : 'read';
}

function operationOf(sql: string): string {
  return /^\s*([A-Za-z]+)/.exec(sql)?.[1]?.toUpperCase() ?? 'OTHER';
}
