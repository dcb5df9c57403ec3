import pg from 'pg';
import { onWait, withDatabase } from '../cli/command.js';
import { progressOn } from '../cli/progress.js';
import type { Config } from '../config.js';
import { openDatabase } from '../db/client.js';
import { bringUpToDate } from '../db/migrate.js';
import { noLimits, settleSession } from '../db/session-settings.js';
import { createWorkspace } from '../domain/workspaces/create-workspace.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { decodeId, encodeId } from '../lib/ids.js';
import { StartError } from '../lib/program.js';
import type { Written } from './batch.js';
import { generate } from './generate.js';
import type { SeedOptions } from './options.js';
import { fullCast } from './shape.js';
import { sessionOfClient } from './sql-session.js';

type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
type Run = { options: SeedOptions; output: Output; signal: AbortSignal };
type Target = { id: string; name: string; apiKey?: string };

/**
 * Writes a data set into the configured database, and reports on `output` what was written where. If `signal` aborts,
 * the current batch is finished, and what was written stays.
 * @throws {StartError} if the database cannot be reached, or the workspace does not exist
 */
export async function runSeed(config: Config, run: Run): Promise<void> {
  await withDatabase(config, async (url) => {
    await bringUpToDate(url, { migrate: config.migrate, onWait });
    const target = await targetOf(url, run.options.workspace);
    try {
      await seedWorkspace(url, target, run);
    } finally {
      run.output.write(`Workspace ${encodeId('Workspace', target.id)} (${target.name})\n`);
      if (target.apiKey) run.output.write(`API key   ${target.apiKey}\n`);
    }
  });
}

/** The requested workspace, or a new one. */
async function targetOf(url: string, requested: string | undefined): Promise<Target> {
  const { prisma, close } = openDatabase({ url, poolSize: 1 });
  try {
    if (requested === undefined) return await newWorkspace(prisma);
    const id = decodeId('Workspace', requested);
    const found = await prisma.workspace.findUnique({ where: id ? { id } : { slug: requested } });
    if (!found) {
      throw new StartError(`--workspace is ${JSON.stringify(requested)}: there is no workspace with this slug or id`);
    }
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

async function seedWorkspace(url: string, { id }: Target, { options, output, signal }: Run): Promise<void> {
  const progress = progressOn(output);
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const clients = [newClient(url), newClient(url)] as const;
  const [first, second] = clients;
  try {
    for (const client of clients) await connect(client);
    const dataSet = { ...fullCast, ...options, now: new Date() };
    const written = await generate([sessionOfClient(first), sessionOfClient(second)], id, dataSet, {
      onProgress: ({ conversations, messages }) =>
        progress.show(conversations / options.conversations, `${count(messages)} messages, ${seconds()} s`),
      signal,
    });
    progress.end();
    // Without this the planner would have no statistics on the new rows until autovacuum runs.
    await first.query(`ANALYZE ${filledTables.map((table) => `"${table}"`).join(', ')}`);
    output.write(`${signal.aborted ? 'Interrupted; wrote' : 'Wrote'} ${summary(written)} in ${seconds()} s.\n`);
  } finally {
    progress.end();
    for (const client of clients) await client.end();
  }
}

const newClient = (url: string) => new pg.Client({ connectionString: url, application_name: 'parley-seed' });

async function connect(client: pg.Client): Promise<void> {
  // A broken connection shows in the statement that fails on it.
  client.on('error', () => undefined);
  await client.connect();
  await settleSession(client, noLimits);
}

const filledTables = [
  'Actor',
  'Contact',
  'Conversation',
  'ConversationCount',
  'Message',
  'Participant',
  'ReadPosition',
  'Transfer',
  'Event',
];

const summary = ({ conversations, messages, events }: Written) =>
  `${count(conversations)} conversations, ${count(messages)} messages and ${count(events)} events`;

const count = (value: number) => value.toLocaleString('en');
