import type { Client } from 'pg';
import { pino } from 'pino';
import type { Config } from '../../config.js';
import { clientOf } from '../../db/hosts.js';
import { bringUpToDate } from '../../db/migrate.js';
import { noLimits, settleSession } from '../../db/session-settings.js';
import { openUploadStore } from '../../file-storage/open-store.js';
import type { UploadStore } from '../../file-storage/store.js';
import { onWait, withDatabase } from '../command.js';

/** Runs work on one connection to the configured database, which is up to date and sets no time limits. */
export async function withConnection<Result>(
  config: Config,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  return withDatabase(config, async (url) => {
    await bringUpToDate(url, { migrate: config.migrate, onWait });
    const Client = clientOf(url);
    const client = new Client({ application_name: 'parley-workspace' });
    // A broken connection shows in the statement that fails on it.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await settleSession(client, noLimits);
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  });
}

/** Opens the configured store, for bytes only: it signs no URLs that a server would accept. */
export function openStore(config: Config): Promise<UploadStore> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  return openUploadStore(config.uploads, { secret: new Uint8Array(32), clock: () => new Date(), log });
}
