import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from './client.js';
import type { Read } from './read.js';

/** Whether a database is a copy of another one, as far as that is known. */
export type Copy = {
  isCopy: boolean;
  /** The secret that takes the place of one that the original has too. */
  ownSecret: (secret: string | Uint8Array) => string | Uint8Array;
};

type Options = {
  /** What the operator says; undefined for what the database itself says. */
  declared: boolean | undefined;
  log: Pick<Logger, 'warn'>;
};

const COPY =
  'The database is a copy of another one, such as a restored backup: background work is off, and session tokens of the original are not accepted. If it takes the place of the original, start once with DATABASE_COPY=off; if it stays a copy, set DATABASE_COPY=on';

/**
 * Compares the database with the one that its rows were written in. A dump that is restored and a database that is created
 * from a template have another identity; a standby that is promoted and a copy of the files have the same.
 */
export async function recognizeCopy(
  { read, prisma }: Pick<Database, 'read' | 'prisma'>,
  { declared, log }: Options,
): Promise<Copy> {
  const current = await identityOf(read);
  let recorded = await recordedIn(read);
  // Prisma only where there is something to write: it takes a fifth of the time of a start before its first query.
  if (recorded === undefined && declared !== true) {
    await prisma.$executeRaw`INSERT INTO "DatabaseIdentity" (identity) VALUES (${current}) ON CONFLICT DO NOTHING`;
    recorded = await recordedIn(read);
  }
  if (recorded !== current && declared === false) {
    await prisma.$executeRaw`
      UPDATE "DatabaseIdentity" SET identity = ${current}, "recordedAt" = now() WHERE identity <> ${current}`;
  }
  const isCopy = declared ?? recorded !== current;
  if (isCopy && declared === undefined) log.warn(COPY);
  const ownSecret = (secret: string | Uint8Array) =>
    isCopy ? new Uint8Array(createHmac('sha256', secret).update(`copy ${current}`).digest()) : secret;
  return { isCopy, ownSecret };
}

async function recordedIn(read: Read): Promise<string | undefined> {
  const [recorded] = await read<{ identity: string }>`SELECT identity FROM "DatabaseIdentity"`;
  return recorded?.identity;
}

/**
 * What a database is: the system identifier of its cluster, as far as the role may read it, and its oid. A standby has those
 * of its primary.
 */
export async function identityOf(read: Read): Promise<string> {
  const [found] = await read<{ oid: string; readable: boolean }>`
    SELECT oid::text, has_function_privilege('pg_control_system()', 'EXECUTE') AS readable
    FROM pg_database WHERE datname = current_database()`;
  if (!found?.readable) return found?.oid ?? '';
  const [system] = await read<{ id: string }>`
    SELECT system_identifier::text AS id FROM pg_control_system()`;
  return `${system?.id}/${found.oid}`;
}
