import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { lastTables, movedTables } from '../../src/domain/workspaces/moving/tables.js';
import { withClient } from '../harness/database.js';

const names = [...movedTables, ...lastTables].map(({ name }) => name);

/** Writes all rows of a database to files of a folder, one for each table, in PostgreSQL's own format. */
export async function copyOut(url: string, directory: string): Promise<void> {
  await withClient(url, async (client) => {
    for (const name of names) {
      const rows = client.query(copyTo(`COPY "${name}" TO STDOUT`));
      await pipeline(rows, createWriteStream(path.join(directory, name)));
    }
  });
}

/** Writes them to a database without rows, with its indexes, triggers and foreign keys. */
export async function copyIn(url: string, directory: string): Promise<void> {
  await withClient(url, async (client) => {
    for (const name of names) {
      const rows = client.query(copyFrom(`COPY "${name}" FROM STDIN`));
      await pipeline(createReadStream(path.join(directory, name)), rows);
    }
  });
}
