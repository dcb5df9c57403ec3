import type { Client } from 'pg';
import { pino } from 'pino';
import type { Config } from '../../config.js';
import { clientOf } from '../../db/hosts.js';
import { bringUpToDate } from '../../db/migrate.js';
import { noLimits, settleSession } from '../../db/session-settings.js';
import { openUploadStore } from '../../file-storage/open-store.js';
import type { UploadStore } from '../../file-storage/store.js';
import { onWait, withDatabase } from '../command.js';

/**
 * Runs work on a connection to the configured database, which is up to date and sets no time limits, and on more of them if
 * it opens any. All are closed when it ends.
 */
export async function withConnection<Result>(
  config: Config,
  work: (client: Client, database: { url: string; connectAnother: () => Promise<Client> }) => Promise<Result>,
): Promise<Result> {
  return withDatabase(config, async (url) => {
    await bringUpToDate(url, { migrate: config.migrate, onWait });
    const Client = clientOf(url);
    const clients: Client[] = [];
    const connect = async () => {
      const client = new Client({ application_name: 'parley-workspace' });
      // A broken connection shows in the statement that fails on it.
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      await settleSession(client, noLimits);
      return client;
    };
    try {
      return await work(await connect(), { url, connectAnother: connect });
    } finally {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    }
  });
}

/** Opens the configured store, for bytes only: it signs no URLs that a server would accept. */
export function openStore(config: Config): Promise<UploadStore> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  return openUploadStore(config.uploads, { secret: new Uint8Array(32), clock: () => new Date(), log });
}
