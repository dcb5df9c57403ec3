import pg from 'pg';
import { pino } from 'pino';
import type { Config } from '../config.js';
import { openDatabase } from '../db/client.js';
import { useEmbeddedDatabase } from '../db/embedded.js';
import { migrate } from '../db/migrate.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { decodeId, encodeId } from '../graphql/ids.js';
import { messageOf, StartError } from '../start-error.js';
import { createWorkspace } from '../workspaces/create-workspace.js';
import { generate } from './generate.js';
import type { SeedOptions } from './options.js';
import { progressOn } from './progress.js';
import { fullCast } from './shape.js';
import { sessionOfClient } from './sql-session.js';

type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
type Run = { options: SeedOptions; output: Output; signal: AbortSignal };
type Target = { id: string; name: string; apiKey?: string };

/**
 * Writes a data set into the configured database and says on `output` what was written where. When `signal` aborts, the
 * batch under way is finished, and what is written stays.
 * @throws {StartError} where the database or the workspace is not there
 */
export async function runSeed({ database, logLevel }: Config, run: Run): Promise<void> {
  if (database.kind === 'external') return seedDatabase(database.url, run);
  const log = pino({ level: logLevel === 'info' ? 'warn' : logLevel }, pino.destination(2));
  const embedded = await useEmbeddedDatabase({ dataDir: database.dataDir, log });
  try {
    await seedDatabase(embedded.url, run);
  } finally {
    await embedded.stop();
  }
}

async function seedDatabase(url: string, run: Run): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'parley seed' });
  // A connection that breaks shows by the statement that fails on it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(`The database of DATABASE_URL cannot be reached: ${messageOf(error)}`, { cause: error });
  }
  try {
    await migrate(url);
    const target = await targetOf(url, run.options.workspace);
    try {
      await write(client, target, run);
    } finally {
      run.output.write(`Workspace ${encodeId('Workspace', target.id)} (${target.name})\n`);
      if (target.apiKey) run.output.write(`API key   ${target.apiKey}\n`);
    }
  } finally {
    await client.end();
  }
}

/** The workspace that is asked for, or a new one. */
async function targetOf(url: string, asked: string | undefined): Promise<Target> {
  const { prisma, close } = openDatabase({ url, poolSize: 1 });
  try {
    if (asked === undefined) return await newWorkspace(prisma);
    const id = decodeId('Workspace', asked);
    const found = await prisma.workspace.findUnique({ where: id ? { id } : { slug: asked } });
    if (!found)
      throw new StartError(`--workspace is ${JSON.stringify(asked)}: there is no workspace of this slug or id`);
    return found;
  } finally {
    await close();
  }
}

async function newWorkspace(prisma: PrismaClient): Promise<Target> {
  const name = `Seed ${new Date().toISOString().slice(0, 10)}`;
  const { workspaceId, apiKey } = await createWorkspace(prisma, { name });
  const id = decodeId('Workspace', workspaceId);
  if (!id) throw new Error(`${workspaceId} is not the id of a workspace.`);
  return { id, name, apiKey };
}

async function write(client: pg.Client, { id }: Target, { options, output, signal }: Run): Promise<void> {
  const progress = progressOn(output);
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  try {
    const written = await generate(
      sessionOfClient(client),
      id,
      { ...fullCast, ...options, now: new Date() },
      {
        transaction: (work) => inTransaction(client, work),
        onProgress: ({ conversations, messages }) =>
          progress.show(conversations / options.conversations, `${count(messages)} messages, ${seconds()} s`),
        signal,
      },
    );
    progress.end();
    const { conversations, messages, events } = written;
    output.write(
      `${signal.aborted ? 'Interrupted; wrote' : 'Wrote'} ${count(conversations)} conversations, ${count(messages)} messages ` +
        `and ${count(events)} events in ${seconds()} s.\n`,
    );
  } finally {
    progress.end();
  }
}

const count = (value: number) => value.toLocaleString('en');

async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
