import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { hashApiKey } from '../../src/auth/api-key.js';
import { type Database, openDatabase } from '../../src/db/client.js';
import { migrate } from '../../src/db/migrate.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { ensureDemoWorkspace } from '../../src/seed/demo.js';
import { dropDatabase } from '../support/scratch-database.js';

/** A migrated database without a workspace, in which a demo can be made. */
async function emptyDatabase() {
  const admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
  const name = `parley_demo_${randomBytes(6).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  await migrate(url.href);
  const database = openDatabase({ url: url.href, poolSize: 4 });
  return {
    database,
    drop: async () => {
      await database.close();
      await admin.end();
      await dropDatabase(inject('databaseUrl'), name);
    },
  };
}

async function countRows({ prisma }: Database) {
  const [workspaces, users, bots, channels, contacts, conversations] = await Promise.all([
    prisma.workspace.count(),
    prisma.user.count(),
    prisma.bot.count(),
    prisma.channel.count(),
    prisma.contact.count(),
    prisma.conversation.count(),
  ]);
  return { workspaces, users, bots, channels, contacts, conversations };
}

const demo = { workspaces: 1, users: 5, bots: 2, channels: 5, contacts: 150, conversations: 300 };
const nothing = { workspaces: 0, users: 0, bots: 0, channels: 0, contacts: 0, conversations: 0 };

const isKeyOfDemo = async ({ prisma }: Database, secret: string | undefined) =>
  secret !== undefined &&
  (await prisma.apiKey.count({ where: { hash: hashApiKey(secret), workspace: { slug: 'demo' } } })) === 1;

let directory: string;
let keyFile: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'parley-demo-'));
  keyFile = path.join(directory, 'data', 'demo-key');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the demo workspace', () => {
  let empty: Awaited<ReturnType<typeof emptyDatabase>>;
  beforeAll(async () => {
    empty = await emptyDatabase();
  });
  afterAll(() => empty.drop());

  it('is created completely or not at all', async () => {
    await writeFile(path.join(directory, 'data'), 'a file where the directory should be');
    await expect(ensureDemoWorkspace(empty.database.prisma, { keyFile })).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await countRows(empty.database)).toEqual(nothing);
  });

  it('is created once, even by two concurrent first starts', async () => {
    const { database } = empty;
    const others = path.join(directory, 'other', 'demo-key');
    const [one, two] = await Promise.all([
      ensureDemoWorkspace(database.prisma, { keyFile }),
      ensureDemoWorkspace(database.prisma, { keyFile: others }),
    ]);
    expect(await countRows(database)).toEqual(demo);
    expect(await isKeyOfDemo(database, one?.demoKey)).toBe(true);
    expect(await isKeyOfDemo(database, two?.demoKey)).toBe(true);
  });

  it('has the same key at every start, in a file that only its owner can read', async () => {
    const { prisma } = empty.database;
    const first = await ensureDemoWorkspace(prisma, { keyFile });
    expect(await ensureDemoWorkspace(prisma, { keyFile })).toEqual(first);
    expect(await readFile(keyFile, 'utf8')).toBe(`${first?.demoKey}\n`);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(await countRows(empty.database)).toEqual(demo);
  });

  it.each([
    ['is lost', async () => rm(keyFile)],
    ['holds something else', async () => writeFile(keyFile, 'not a key')],
    ['holds a key that was revoked', async () => void (await revokeAll())],
  ])('gets a new key if the file %s', async (_case, happen) => {
    const { database } = empty;
    const before = await ensureDemoWorkspace(database.prisma, { keyFile });
    await happen();
    const after = await ensureDemoWorkspace(database.prisma, { keyFile });
    expect(after?.demoKey).not.toBe(before?.demoKey);
    expect(await isKeyOfDemo(database, after?.demoKey)).toBe(true);
    expect(await readFile(keyFile, 'utf8')).toBe(`${after?.demoKey}\n`);
    expect(await countRows(database)).toEqual(demo);
  });

  const revokeAll = () => empty.database.prisma.apiKey.updateMany({ data: { revokedAt: new Date() } });
});

it('a database with other workspaces gets no demo workspace', async () => {
  const empty = await emptyDatabase();
  try {
    const { prisma } = empty.database;
    await createWorkspace(prisma, { name: 'Acme' });
    expect(await ensureDemoWorkspace(prisma, { keyFile })).toBeUndefined();
    expect(await countRows(empty.database)).toEqual({ ...nothing, workspaces: 1 });
    await expect(stat(keyFile)).rejects.toThrow('ENOENT');
  } finally {
    await empty.drop();
  }
});
