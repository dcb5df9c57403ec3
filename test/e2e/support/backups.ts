import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { pino } from 'pino';
import { z } from 'zod';
import { startEmbeddedDatabase } from '../../../src/db/embedded.js';
import { withSql } from '../../faults/support/log-rows.js';
import { type Caller, writeOnce } from '../../faults/support/writers.js';
import { CreateUploadDocument } from '../../generated/operations.js';
import { run } from './graphql.js';
import { type Announcement, type Ended, runToEnd } from './program.js';

/** Runs `backup` or `restore` on a data directory. */
export function command(name: 'backup' | 'restore', dataDir: string, ...args: string[]): Promise<Ended> {
  return runToEnd({ command: ['node', `dist/cli/${name}.js`, ...args], env: { DATA_DIR: dataDir } });
}

/** Stores a file; fails where it is not taken. */
export async function storeFile(server: Announcement, text: string): Promise<void> {
  const input = { contentType: 'text/plain', extension: 'txt' };
  const { createUpload: upload } = await run(server, CreateUploadDocument, { input });
  if (upload.__typename !== 'CreateUploadPayload') throw new Error(JSON.stringify(upload));
  const headers = z.record(z.string(), z.string()).parse(upload.headers);
  const { status } = await fetch(upload.url, { method: upload.method, headers, body: text });
  if (status >= 300) throw new Error(`Status ${status}`);
}

/** The texts of all files below a directory, by their paths. */
export async function filesIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const read = async (file: string) => [path.relative(directory, file), await readFile(file, 'utf8')] as const;
  return Object.fromEntries(await Promise.all(files.sort().map(read)));
}

/** Looks at the database in a data directory that no server is using. */
export async function withData<T>(dataDir: string, use: (sql: pg.Client) => Promise<T>): Promise<T> {
  const database = await startEmbeddedDatabase({ dataDir, log: pino({ level: 'silent' }) });
  try {
    return await withSql(database.url, use);
  } finally {
    await database.stop();
  }
}

export type Writing = {
  /** The subjects of the conversations that were asked for, and of those that were acknowledged. */
  sent: string[];
  acknowledged: string[];
  stop: () => Promise<void>;
};

/** Makes conversations, several at a time, until it is stopped. Fails where one is not made. */
export function keepWriting(caller: Caller, writers: number): Writing {
  const [sent, acknowledged]: [string[], string[]] = [[], []];
  let writing = true;
  const loops = Array.from({ length: writers }, async () => {
    while (writing) {
      const subject = `Number ${sent.length}`;
      sent.push(subject);
      await writeOnce(caller, [], subject);
      acknowledged.push(subject);
    }
  });
  const all = Promise.all(loops);
  // Its failure is reported where it is waited for.
  all.catch(() => undefined);
  return {
    sent,
    acknowledged,
    stop: async () => {
      writing = false;
      await all;
    },
  };
}
