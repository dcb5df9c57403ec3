import type pg from 'pg';
import { errorCode, messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { hostsOf } from '../../lib/urls.js';
import { clientOf, type HostClient } from '../hosts.js';
import { ReadOnlyDatabaseError } from '../outage.js';
import { noLimits, settleSession } from '../session-settings.js';

/** The name of connections that migrate. */
export const MIGRATING = 'parley-migrate';
const MINIMUM_VERSION = 15;
const ENCODING = 'UTF8';
const OPTIONS = { application_name: MIGRATING, connectionTimeoutMillis: 10_000 };

/**
 * Opens one connection to the database, without the timeouts that the role or the server may set for statements.
 * @throws {StartError} if the database cannot be reached, is older than PostgreSQL 15, has another encoding than UTF-8, or is
 *   read-only
 */
export async function connectForMigration(url: string): Promise<pg.Client> {
  const Client = clientOf(url);
  for (let others = (hostsOf(url)?.length ?? 1) - 1; ; others -= 1) {
    try {
      return await connect(new Client(OPTIONS), url);
    } catch (error) {
      if (others === 0) throw error;
    }
  }
}

async function connect(client: HostClient, url: string): Promise<pg.Client> {
  // A broken connection also fails the running statement, which reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await settleSession(client, noLimits);
    const { rows } = await client.query<{ version: number; name: string; encoding: string }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version, current_setting('server_version') AS name,
        current_setting('server_encoding') AS encoding`,
    );
    const [server] = rows;
    if ((server?.version ?? 0) < MINIMUM_VERSION) {
      throw new StartError(
        `DATABASE_URL is of PostgreSQL ${server?.name}: it takes PostgreSQL ${MINIMUM_VERSION} or later`,
      );
    }
    // Others cannot store all texts, and PostgreSQL folds them for the search in UTF-8 only.
    if (server?.encoding !== ENCODING) {
      throw new StartError(
        `DATABASE_URL: ${where(url)} is encoded in ${server?.encoding}: create one with ENCODING '${ENCODING}' TEMPLATE template0`,
      );
    }
    return client;
  } catch (error) {
    client.leaveHost();
    await client.end().catch(() => undefined);
    if (error instanceof StartError) throw error;
    if (error instanceof ReadOnlyDatabaseError) {
      throw new StartError(
        `DATABASE_URL: ${where(url)} is read-only: it takes the primary, and a role and database without default_transaction_read_only`,
        { cause: error },
      );
    }
    throw new StartError(`DATABASE_URL: ${where(url)} cannot be reached (${reason(error)})`, { cause: error });
  }
}

/** Describes the database without the secrets in its URL. */
export function where(url: string): string {
  const hosts = (hostsOf(url) ?? [url]).map((each) => new URL(each));
  const at = hosts.map(({ hostname, port }) => `${hostname || 'localhost'}:${port || 5432}`).join(' or ');
  return `the database ${decodeURIComponent(hosts[0]?.pathname.slice(1) ?? '') || '(default)'} at ${at}`;
}

export function reason(error: unknown): string {
  const message = messageOf(error);
  const code = errorCode(error);
  return code === undefined || message.includes(code) ? message : `${message}, ${code}`;
}
