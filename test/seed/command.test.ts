import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const client = new pg.Client({ connectionString: inject('databaseUrl') });
beforeAll(async () => {
  await client.connect();
});
afterAll(() => client.end());

type Result = { code: number | null; stdout: string; stderr: string };

/** Runs the command on the tests' database. */
function seed(...args: string[]): Promise<Result> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'prisma/seed.ts', ...args], {
    env: { ...process.env, DATABASE_URL: inject('databaseUrl') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('npm run seed', () => {
  it('writes to a new workspace, prints its progress in lines, and ends with the id and a key', async () => {
    const { code, stdout, stderr } = await seed('--conversations', '30', '--messages', '3');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^100 % {2}90 messages, \d+ s$/m);
    expect(stdout).toMatch(/^Wrote 30 conversations, 90 messages and \d+ events in \d+ s\.$/m);
    const [, id] = /^Workspace (ws_\w+) \(Seed \d{4}-\d\d-\d\d\)$/m.exec(stdout) ?? [];
    const [, secret = ''] = /^API key {3}(parley_sk_\w+)$/m.exec(stdout) ?? [];
    const { rows } = await client.query(
      `SELECT count(c.id)::int AS conversations FROM "ApiKey" k JOIN "Conversation" c USING ("workspaceId") WHERE k.hash = $1`,
      [createHash('sha256').update(secret).digest()],
    );
    expect(rows).toEqual([{ conversations: 30 }]);

    const again = await seed('--conversations', '10', '--workspace', String(id));
    expect(again.stdout).toContain(`Workspace ${id} `);
    expect(again.stdout).not.toContain('parley_sk_');
  });

  it.each([
    [['--conversations', 'many'], '--conversations is "many": it takes a whole number from 1 to 5000000. Usage: '],
    [['--workspace', 'nowhere'], '--workspace is "nowhere": there is no workspace with this slug or id'],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stdout, stderr } = await seed(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(message)).toBe(true);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });
});
