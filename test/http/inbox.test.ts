import { rmSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { buildInbox } from '../../examples/inbox/build.js';
import { createInbox } from '../../src/http/inbox.js';
import { useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';

beforeAll(() => buildInbox());
// Of its own, because there is a demo workspace only where there is no other.
const database = useScratchDatabase();
const publicUrl = 'https://chat.example.com';
const parley = useParley({ databaseUrl: database.url, config: { inbox: true, demo: true, publicUrl } });
const plain = useParley();

type Answer = { status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string };

/** A file as a browser asks for it; `fetch` would not send another `host`. */
const get = (url: string, file: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(new URL(file, url), { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    })
      .on('error', reject)
      .end();
  });

describe('the example inbox', () => {
  it('is a page with a script and a style, and nothing else', async () => {
    for (const [file, type] of [
      ['/inbox', 'text/html'],
      ['/inbox/', 'text/html'],
      ['/inbox?x=1', 'text/html'],
      ['/inbox/inbox.js', 'text/javascript'],
      ['/inbox/inbox.css', 'text/css'],
    ] as const) {
      const { status, headers } = await get(parley.url, file);
      expect([file, status, headers['content-type']]).toEqual([file, 200, `${type}; charset=utf-8`]);
    }
    for (const file of ['/inbox/index.html', '/inbox/../package.json', '/inbox/%2e%2e/package.json', '/inboxes']) {
      expect([file, (await get(parley.url, file)).status]).toEqual([file, 404]);
    }
  });

  it('runs only its own script, loads nothing from elsewhere, and is shown in no frame', async () => {
    const { headers, body } = await get(parley.url, '/inbox');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy.find((part) => part.startsWith('connect-src'))).toBe(
      "connect-src 'self' https://chat.example.com wss://chat.example.com",
    );
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it.each([
    ['shows', true, ['localhost:4000', '127.0.0.1:4000', '[::1]:4000', 'chat.example.com']],
    ['hides', false, ['elsewhere.example:4000', 'localhost.elsewhere.example']],
  ])('%s the demo key at addresses that DNS could not or could point elsewhere', async (_what, shown, hosts) => {
    for (const host of hosts) {
      const { body } = await get(parley.url, '/inbox', { host });
      expect(/content="parley_sk_[A-Za-z0-9]/.test(body), host).toBe(shown);
    }
  });

  it('is not served where it is turned off', async () => {
    expect((await get(plain.url, '/inbox')).status).toBe(404);
  });

  it('is not served where it was not built', async () => {
    const directory = path.join(inject('directory'), 'no-inbox');
    const options = { demoKey: undefined, publicUrl: () => publicUrl, hasRemoteStore: false, directory };
    expect(await createInbox(options)).toBeNull();
    await buildInbox(directory);
    expect(await createInbox(options)).not.toBeNull();
    rmSync(directory, { recursive: true });
  });
});
