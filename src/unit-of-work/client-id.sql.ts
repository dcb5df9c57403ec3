import { Prisma } from '../generated/prisma/client.js';
import { assertRecent, CLIENT_ID_MS } from '../lib/client-id.js';
import { ConflictError } from '../lib/errors.js';
import { CLIENT_ID_MARK, claim, settle } from './idempotency.js';
import type { Work } from './transaction.js';

/** Where an id must be free. The id of a contact is that of its actor. */
const tables = {
  Conversation: Prisma.sql`"Conversation"`,
  Contact: Prisma.sql`"Actor"`,
  Prospect: Prisma.sql`"Prospect"`,
};

/** A row that is created under an id of the client's own; undefined if it made none. */
type Request = { type: keyof typeof tables; id: string | undefined; input: unknown };

type Creation<Row> = {
  create: () => Promise<Row>;
  /** Finds what the first request returned, by its id. */
  resume: (id: string) => Promise<Row>;
  idOf: (row: Row) => string;
};

function taken(): ConflictError {
  return new ConflictError('This id was used for something else. Make a new one.');
}

/**
 * Creates a row under the id that the client made for it. The same caller and input get the same row again, as long as the
 * id is recent enough to be used. Throws ConflictError if the id belongs to something else.
 */
export async function createOnce<Row>(
  work: Work,
  { type, id, input }: Request,
  { create, resume, idOf }: Creation<Row>,
): Promise<Row> {
  if (id === undefined) return create();
  assertRecent(type, id, work.now);
  const request = {
    key: CLIENT_ID_MARK + id,
    mutation: `create${type}`,
    input,
    keptMs: CLIENT_ID_MS,
    conflict: taken,
  };
  const first = await claim<{ id: string }>(work, request);
  if (first?.result) return resume(first.result.id);
  await assertFree(work, type, id);
  const row = await create();
  settle(work, request, { result: { id: idOf(row) } });
  return row;
}

async function assertFree({ tx, workspaceId }: Work, type: keyof typeof tables, id: string): Promise<void> {
  const found = await tx.$queryRaw<object[]>`
    SELECT FROM ${tables[type]} WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
  if (found.length > 0) throw taken();
}
