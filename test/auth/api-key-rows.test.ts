import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeApiKey } from '../support/api-key.js';
import { useParley } from '../support/fixtures.js';
import { makeBot } from '../support/make.js';

let now = new Date('2026-05-01T10:00:00.000Z');
let statements: string[] = [];
const parley = useParley({ clock: () => now, onStatement: (sql) => statements.push(sql) });

const sha256 = (text: string) => createHash('sha256').update(text).digest();

describe('an API key secret', () => {
  it('has 256 random bits and is stored only as a SHA-256 hash', async () => {
    const workspace = await parley.newWorkspace();
    const secrets = [workspace.apiKey, (await makeBot(workspace)).apiKey];
    for (const secret of secrets) {
      expect(secret).toMatch(/^parley_sk_[0-9A-Za-z]{43}$/);
      const rows = await parley.database.prisma.$queryRaw<{ row: string }[]>`
        SELECT k::text AS row FROM "ApiKey" k WHERE hash = ${new Uint8Array(sha256(secret))}`;
      expect(rows).toHaveLength(1);
    }
    const tables = await parley.database.prisma.$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const found = await parley.database.prisma.$queryRawUnsafe(
        `SELECT t::text FROM "${name}" t WHERE t::text LIKE ANY(ARRAY['%${secrets.join("%','%")}%'])`,
      );
      expect(found, name).toEqual([]);
    }
  });

  it('is never returned when keys are read', async () => {
    const workspace = await parley.newWorkspace();
    const { body } = await workspace.post(
      `{ __type(name: "ApiKey") { fields { name } } viewer { actor { ... on ApiKey { id name scopes } } } }`,
    );
    const { __type } = Object(body.data);
    const names: string[] = __type.fields.map(({ name }: { name: string }) => name);
    expect(names.filter((name) => /secret|hash|token/i.test(name))).toEqual([]);
    expect(JSON.stringify(body)).not.toContain(workspace.apiKey);
  });
});

describe('lastUsedAt', () => {
  const query = '{ viewer { actor { ... on ApiKey { lastUsedAt } } } }';

  it('is written on first use and then at most once a minute', async () => {
    const { post } = await makeApiKey(parley, await parley.newWorkspace());
    const lastUsedAt = async () => Object((await post(query)).body.data).viewer.actor.lastUsedAt;
    const writes = () => statements.filter((sql) => /UPDATE "ApiKey"/.test(sql)).length;
    statements = [];
    expect(await lastUsedAt()).toBe('2026-05-01T10:00:00.000Z');
    now = new Date('2026-05-01T10:00:59.000Z');
    expect(await lastUsedAt()).toBe('2026-05-01T10:00:00.000Z');
    expect(writes()).toBe(1);
    now = new Date('2026-05-01T10:01:00.001Z');
    expect(await lastUsedAt()).toBe('2026-05-01T10:01:00.001Z');
    expect(writes()).toBe(2);
  });

  it('is written once for many requests that come at once', async () => {
    const { post } = await makeApiKey(parley, await parley.newWorkspace());
    statements = [];
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('{ viewer { actor { id } } }')));
    expect(answers.filter(({ body }) => body.data)).toHaveLength(50);
    expect(statements.filter((sql) => /UPDATE "ApiKey"/.test(sql))).toHaveLength(1);
  });
});
