import { appendFile, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpTables } from '../../src/db/embedded/backup/dump.js';
import { writeManifest } from '../../src/db/embedded/backup/manifest.js';
import { readMigrations } from '../../src/db/migrate/migrations.js';
import { migrate } from '../../src/db/migrate.js';
import { newWorkspace } from '../faults/support/log-rows.js';
import { eventually } from '../live/support/listen.js';
import { noClusters, useClusters } from '../support/cluster.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { command, filesIn, keepWriting, storeFile, withData } from './support/backups.js';
import { contactNames, createContact } from './support/graphql.js';
import { type Announcement, type Program, runToEnd, start, startServer } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

/** Each restore makes a database, which takes seconds where much else is going on. */
const PATIENT = { timeout: 180_000 };
const directory = useTemporaryDirectory();
const at = (name: string) => path.join(directory(), name);
let server: Program & Announcement;

beforeAll(async () => {
  server = await startServer({ env: { DATA_DIR: at('original') } });
  await createContact(server, 'Ada');
  await storeFile(server, 'A file');
  expect(await command('backup', at('original'), at('backup'))).toMatchObject({ code: 0, stderr: '' });
}, PATIENT.timeout);
afterAll(() => server?.stop());

it('a backup beside a server that writes has the state of one moment', PATIENT, async () => {
  const writing = keepWriting({ url: server.url, apiKey: server.key ?? '' }, 6);
  const someMore = async () => {
    const enough = writing.acknowledged.length + 20;
    await eventually(() => writing.acknowledged.length >= enough, 'writes', 30_000);
  };
  await someMore();
  const before = [...writing.acknowledged];
  const { code, stdout, stderr } = await command('backup', at('original'), at('written'));
  await someMore();
  await writing.stop();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Backed up to .*\/written: [\d,]+ rows in \d+ tables and 2 files, as of \S+Z\n$/);
  expect((await stat(at('written'))).mode & 0o777).toBe(0o700);

  expect(await command('restore', at('written-restored'), at('written'))).toMatchObject({ code: 0, stderr: '' });
  await withData(at('written-restored'), async (sql) => {
    const { rows } = await sql.query<{ subject: string }>(
      `SELECT subject FROM "Conversation" JOIN "Event" ON "conversationId" = "Conversation".id
       WHERE subject LIKE 'Number %' AND type = 'conversation.created'`,
    );
    const kept = new Set(rows.map(({ subject }) => subject));
    expect(before.filter((subject) => !kept.has(subject))).toEqual([]);
    expect([...kept].filter((subject) => !writing.sent.includes(subject))).toEqual([]);
    const { rows: logs } = await sql.query(
      `SELECT count(*) = max("Event".position) AS dense, max("Event".position) = "EventHead".position AS ended
       FROM "Event" JOIN "EventHead" USING ("workspaceId") GROUP BY "EventHead".position`,
    );
    expect(logs).toEqual([{ dense: true, ended: true }]);
    const { rows: counts } = await sql.query(
      `SELECT (SELECT sum(change)::int FROM "ConversationCount") AS counted,
         (SELECT count(*)::int FROM "Conversation") AS there`,
    );
    expect(counts[0]?.counted).toBe(counts[0]?.there);
  });
});

it('a server goes on with what was restored, on new data or in place of the old', PATIENT, async () => {
  expect(await command('restore', at('new'), at('backup'), '--check')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^The backup is complete: /),
  });
  expect(await command('restore', at('new'), at('backup'))).toMatchObject({ code: 0, stderr: '' });
  expect(await filesIn(at('new/uploads'))).toEqual(await filesIn(at('original/uploads')));
  const env = { DATA_DIR: at('new'), DATABASE_COPY: 'off' };
  const restored = await startServer({ env });
  expect(restored.key).toBe(server.key);
  expect(await contactNames(restored)).toEqual(['Ada']);
  await createContact(restored, 'Grace');
  await restored.stop();

  // Without a server, too.
  expect(await command('backup', at('new'), at('second'))).toMatchObject({ code: 0 });
  const names = gunzipSync(await readFile(at('second/tables/public.Contact.gz'))).toString();
  expect(names).toMatch(/\tAda\t(.|\n)*\tGrace\t/);
  const { code, stdout } = await command('restore', at('new'), at('backup'), '--replace');
  const aside = /^The data from before is in (.*)$/m.exec(stdout)?.[1] ?? '';
  expect({ code, aside }).toEqual({ code: 0, aside: expect.stringMatching(/\/new\/replaced-[\d-]+$/) });
  expect((await readdir(aside)).sort()).toEqual(['demo-key', 'postgres', 'uploads']);
  const replaced = await startServer({ env });
  expect(await contactNames(replaced)).toEqual(['Ada']);
  await replaced.stop();
});

it('data in use is not restored over, nor is any data unless asked for', PATIENT, async () => {
  for (const args of [[], ['--replace']]) {
    const { code, stderr } = await command('restore', at('original'), at('backup'), ...args);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/original \(DATA_DIR\) is in use, by .*: stop Parley first.*\n$/),
    });
  }
  await mkdir(at('stopped/uploads'), { recursive: true });
  const { code, stderr } = await command('restore', at('stopped'), at('backup'));
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/stopped\/uploads exists: .*--replace.*\n$/),
  });
  expect(await readdir(at('stopped'))).toEqual(['uploads']);
});

it('a damaged backup is refused before anything is made', PATIENT, async () => {
  const damages: [complaint: RegExp, damage: (backup: string) => Promise<unknown>][] = [
    [/tables\/public\.Event\.gz was changed/, (backup) => flip(path.join(backup, 'tables/public.Event.gz'))],
    [/tables\/public\.Event\.gz was changed/, (backup) => appendFile(path.join(backup, 'tables/public.Event.gz'), 'x')],
    [/tables\/public\.Message\.gz is missing/, (backup) => rm(path.join(backup, 'tables/public.Message.gz'))],
    [
      /manifest\.json was changed/,
      (backup) => replaceIn(path.join(backup, 'manifest.json'), /"rows": \d+/, '"rows": 123456'),
    ],
    [/manifest\.json was changed/, (backup) => writeFile(path.join(backup, 'manifest.json'), '{"manifest":')],
    [/is not a backup: it has no manifest\.json/, (backup) => rm(path.join(backup, 'manifest.json'))],
  ];
  for (const [index, [complaint, damage]] of damages.entries()) {
    const damaged = at(`damaged-${index}`);
    await cp(at('backup'), damaged, { recursive: true });
    await damage(damaged);
    const { code, stderr } = await command('restore', at('undamaged'), damaged);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(complaint) });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
  expect(await readdir(directory())).not.toContain('undamaged');
});

it('a restore that is killed leaves no new database behind, and can be repeated', PATIENT, async () => {
  const killed = await start({
    command: ['node', 'dist/cli/restore.js', at('backup')],
    env: { DATA_DIR: at('interrupted') },
  });
  const log = at('interrupted/restoring/postgres/postgres.log');
  await eventually(
    () =>
      stat(log).then(
        () => true,
        () => false,
      ),
    'its PostgreSQL',
    30_000,
  );
  await killed.stop('SIGKILL');
  const { code, stderr } = await runToEnd({ env: { DATA_DIR: at('interrupted') } });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('is running or was interrupted: wait for it, or run it again'),
  });
  expect(await command('restore', at('interrupted'), at('backup'))).toMatchObject({ code: 0, stderr: '' });
  expect((await readdir(at('interrupted'))).sort()).toEqual(['demo-key', 'postgres', 'uploads']);
});

it('what cannot be backed up is refused in one line', PATIENT, async () => {
  expect(await command('backup', at('nothing'), at('of-nothing'))).toEqual({
    code: 1,
    stdout: '',
    stderr: `There is no database in ${at('nothing')} (DATA_DIR)\n`,
  });
  expect((await command('backup', at('original'), at('backup'))).stderr).toBe(
    `${at('backup')} exists: choose another name, or remove it\n`,
  );
  const env = { DATABASE_URL: 'postgresql://127.0.0.1/parley' };
  for (const args of [['backup.js'], ['restore.js', at('backup')]]) {
    const { code, stderr } = await runToEnd({ command: ['node', `dist/cli/${args[0]}`, ...args.slice(1)], env });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^DATABASE_URL is set, .*pg_dump.*\n$/),
    });
  }
});

/** A backup of any database, as one of the embedded PostgreSQL is written. */
async function backUpDatabase(url: string, name: string): Promise<void> {
  const dumped = await dumpTables(url, at(name), () => undefined);
  await writeManifest(at(name), { ...dumped, parley: '0.0.1' });
}

describe('a backup of another version', () => {
  const database = useScratchDatabase({ empty: true });

  it('of Parley is brought up to date if it is older, and refused if it is newer', PATIENT, async () => {
    const all = await readMigrations();
    await migrate(database.url, { migrations: all.slice(0, -4) });
    await database.rows(
      `INSERT INTO "Workspace" (id, name, slug, "createdAt", "updatedAt") VALUES (gen_random_uuid(), 'Old', 'old', now(), now())`,
    );
    await backUpDatabase(database.url, 'older');
    const env = { DATA_DIR: at('updated') };
    expect(await command('restore', at('updated'), at('older'))).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await runToEnd({ command: ['node', 'dist/cli/migrate.js'], env });
    expect(stdout).toMatch(/^Nothing to do/);
    await withData(at('updated'), async (sql) => {
      expect((await sql.query('SELECT slug FROM "Workspace"')).rows).toEqual([{ slug: 'old' }]);
    });

    await database.rows(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
      VALUES ('later', 'sum', '20991231235959_later', now())`);
    await backUpDatabase(database.url, 'newer');
    const { code, stderr } = await command('restore', at('refused'), at('newer'));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^The backup is of another version of Parley .* 20991231235959_later .*\n$/),
    });
  });
});

describe.skipIf(noClusters)(`a backup of another major version of PostgreSQL (${noClusters ?? 'in a cluster'})`, () => {
  const newCluster = useClusters();

  it('is restored like any other', PATIENT, async () => {
    const { url } = await newCluster();
    await migrate(url);
    const { id } = await newWorkspace(url);
    await backUpDatabase(url, 'other-major');
    expect(await command('restore', at('major'), at('other-major'))).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await runToEnd({
      command: ['node', 'dist/cli/workspace.js', 'list', '--json'],
      env: { DATA_DIR: at('major') },
    });
    expect(stdout).toContain(id);
  });
});

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await writeFile(file, bytes);
}

async function replaceIn(file: string, what: RegExp, by: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const changed = text.replace(what, by);
  expect(changed).not.toBe(text);
  await writeFile(file, changed);
}
