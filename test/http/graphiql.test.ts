import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { getVariableValues, Kind, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.js';
import { graphiqlOptions } from '../../src/http/graphiql.js';
import { tabs } from '../../src/http/graphiql-tabs.js';
import { useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';

// Of its own, because there is a demo workspace only where there is no other.
const database = useScratchDatabase();
const parley = useParley({
  databaseUrl: database.url,
  config: { graphiql: true, demo: true, publicUrl: 'https://chat.example.com' },
});

type Answer = { status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: Buffer };

/** The page as a browser asks for it; `fetch` would set and hide some of these headers. */
const page = (headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(parley.url, { headers: { accept: 'text/html,*/*;q=0.8', ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });

it('GraphiQL opens with the key in its headers and valid operations in its tabs, each of which says what it is', () => {
  const options = graphiqlOptions('parley_sk_test', 'conv_01m7yva7fpfmdbk37hf15m8ddb');
  expect(options.headers).toContain('Bearer parley_sk_test');
  expect(options.defaultTabs).toHaveLength(6);
  for (const [index, { query, variables, headers }] of (options.defaultTabs ?? []).entries()) {
    expect(query).toMatch(new RegExp(`^# ${index + 1}\\. .*\\.\\n(# .{1,50}\\n)*\\w`));
    const document = parse(query ?? '');
    expect(validate(schema, document)).toEqual([]);
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The tab begins with no operation.');
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], JSON.parse(variables ?? ''));
    expect(errors).toBeUndefined();
    expect(headers).toBe(options.headers);
  }
});

it('the tabs of GraphiQL run as they are, with a conversation of the demo workspace', async () => {
  const [, key] = /(parley_sk_\w+)/.exec((await page({ host: 'localhost' })).body.toString()) ?? [];
  const [, id = ''] = /(conv_\w{26})/.exec((await page({ host: 'localhost' })).body.toString()) ?? [];
  for (const { query, variables } of tabs(id)) {
    if (query.includes('subscription')) continue;
    const response = await fetch(parley.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    expect([errors, JSON.stringify(data)], query).toEqual([undefined, expect.not.stringMatching(/"code"|:null\}$/)]);
  }
});

it('GraphiQL loads nothing from other servers', async () => {
  const { body } = await page();
  expect(body.toString()).not.toMatch(/<script[^>]+src=|<link[^>]+href="http|unpkg\.com|cdn\./);
});

it.each([
  ['shows', true, ['localhost:4000', '127.0.0.1:4000', '[::1]:4000', '192.168.1.7', 'chat.example.com']],
  ['hides', false, ['elsewhere.example:4000', 'localhost.elsewhere.example', '127.0.0.1.elsewhere.example']],
])('GraphiQL %s the demo key at addresses that DNS could not or could point elsewhere', async (_what, shown, hosts) => {
  for (const host of hosts) {
    const { body } = await page({ host });
    expect(/parley_sk_[A-Za-z0-9]/.test(body.toString()), host).toBe(shown);
    expect(/conv_\w/.test(body.toString()), host).toBe(shown);
  }
});

describe('the page of GraphiQL', () => {
  it('is sent compressed to those who accept it, and as it is to others', async () => {
    const [plain, compressed] = [await page(), await page({ 'accept-encoding': 'br;q=1.0, gzip;q=0.8' })];
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(compressed.body).equals(plain.body)).toBe(true);
    expect(compressed.body.length).toBeLessThan(plain.body.length / 3);
    expect((await page({ 'accept-encoding': 'gzip;q=0' })).headers['content-encoding']).toBeUndefined();
  });

  it('is not sent again to a browser that has it', async () => {
    const { headers } = await page();
    expect(headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'Accept, Accept-Encoding' });
    const again = await page({ 'if-none-match': String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const other = await page({ 'if-none-match': String(headers.etag), host: 'elsewhere.example' });
    expect(other.status).toBe(200);
  });
});
