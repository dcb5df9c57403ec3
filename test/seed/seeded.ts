import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, inject } from 'vitest';
import { openDatabase } from '../../src/db/client.js';
import { noLimits, settleSession } from '../../src/db/session-settings.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { decodeId } from '../../src/lib/ids.js';
import type { Written } from '../../src/seed/batch.js';
import { generate } from '../../src/seed/generate.js';
import { type DataSet, fullCast } from '../../src/seed/shape.js';
import { sessionOfClient } from '../../src/seed/sql-session.js';

const dataSet: DataSet = { conversations: 300, messages: 10, seed: 10, ...fullCast, now: new Date() };

/** A connection to the tests' database, and what there is to do on it. */
export async function connect() {
  const url = inject('databaseUrl');
  const database = openDatabase({ url, poolSize: 2 });
  const clients = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })] as const;
  for (const client of clients) {
    await client.connect();
    await settleSession(client, noLimits);
  }

  async function newWorkspace(): Promise<string> {
    const { workspaceId } = await createWorkspace(database.prisma, { name: 'Seed', slug: randomUUID() });
    const id = decodeId('Workspace', workspaceId);
    if (!id) throw new Error(`${workspaceId} is not the id of a workspace.`);
    return id;
  }

  async function seed(workspace: string, changes: Partial<DataSet> = {}, signal?: AbortSignal): Promise<Written> {
    const sessions = [sessionOfClient(clients[0]), sessionOfClient(clients[1])] as const;
    return generate(sessions, workspace, { ...dataSet, ...changes }, signal ? { signal } : {});
  }

  /** The rows of a query, in which $1 is the workspace. */
  async function rows(workspace: string, sql: string): Promise<Record<string, unknown>[]> {
    return (await clients[0].query(sql, [workspace])).rows;
  }

  async function number(workspace: string, sql: string): Promise<number> {
    return Number(Object.values((await rows(workspace, sql))[0] ?? {})[0]);
  }

  async function close(): Promise<void> {
    for (const client of clients) await client.end();
    await database.close();
  }

  return { newWorkspace, seed, rows, number, close };
}

/** A workspace of its own with 300 conversations of 10 messages. */
export async function seededWorkspace() {
  const connection = await connect();
  const workspace = await connection.newWorkspace();
  const written = await connection.seed(workspace);
  const rows = (sql: string) => connection.rows(workspace, sql);
  const number = (sql: string) => connection.number(workspace, sql);

  /** No row may break a rule, and there must be rows that could. */
  async function expectNone(candidates: string, breaking: string): Promise<void> {
    expect(await number(candidates)).toBeGreaterThan(0);
    expect(await rows(`${breaking} LIMIT 3`)).toEqual([]);
  }

  return { written, rows, number, expectNone, close: connection.close };
}

export const conversations = 'SELECT count(*) FROM "Conversation" WHERE "workspaceId" = $1';
export const messages = 'SELECT count(*) FROM "Message" WHERE "workspaceId" = $1';
