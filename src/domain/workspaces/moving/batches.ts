import type { MovedTable } from './tables.js';

/** Rows of a table that one statement writes. */
export type Batch = {
  table: string;
  /** Each as JSON. */
  rows: string[];
  bytes: number;
  /** The position in the file after the last one. */
  end: number;
  /** Whether it may refer to rows of batches before it, so that those must be written. */
  refersBack: boolean;
};

/** How much text of rows a batch has, and at most where rows that refer to each other are kept together. */
const BATCH_BYTES = 1024 * 1024;
const MAX_BYTES = 8 * BATCH_BYTES;

/** Where a value begins in a line, after `"column":"`, and ends. */
const QUOTE = '"'.charCodeAt(0);

/** Puts rows together to batches, and passes each on when it is full. */
export function createBatches(tables: readonly MovedTable[], pass: (batch: Batch) => Promise<void>) {
  const tableOf = new Map(tables.map((table) => [table.name, table]));
  let open: (Batch & { group: string | null }) | null = null;

  async function flush(): Promise<void> {
    const full = open;
    open = null;
    if (full) await pass(full);
  }

  /** Whether the next row begins another batch, and whether that refers back; null if it does not. */
  function cutBefore(name: string, group: string | null): { refersBack: boolean } | null {
    // Other tables refer to those before.
    if (!open || open.table !== name) return { refersBack: true };
    const { order, together } = tableOf.get(name) ?? {};
    if (open.bytes < BATCH_BYTES) return null;
    if (!order) return { refersBack: false };
    if (!together) return { refersBack: true };
    if (group !== open.group) return { refersBack: false };
    return open.bytes < MAX_BYTES ? null : { refersBack: true };
  }

  return {
    flush,
    /** Takes a line of the file, of which `row` is the JSON of the row. */
    add: async (table: string, { line, row, end }: { line: Buffer; row: string; end: number }): Promise<void> => {
      const together = tableOf.get(table)?.together;
      const group = together === undefined ? null : memberOf(line, together);
      const cut = cutBefore(table, group);
      if (cut) await flush();
      open ??= { table, rows: [], bytes: 0, end, group, refersBack: cut?.refersBack ?? true };
      open.rows.push(row);
      open.bytes += line.length;
      open.end = end;
      open.group = group;
    },
  };
}

/** The text of a column in a line, which needs no escapes; null if it has none. Members that are never null come first. */
function memberOf(line: Buffer, column: string): string | null {
  const name = `"${column}":"`;
  const at = line.indexOf(name, 0, 'latin1');
  if (at < 0) return null;
  const start = at + name.length;
  return line.toString('latin1', start, line.indexOf(QUOTE, start));
}
