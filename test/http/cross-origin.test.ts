import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config.js';
import { useParley, useWorkspace } from '../support/fixtures.js';

const APP = 'https://app.example.com';
const OTHER = 'https://elsewhere.example';
const inProduction = loadConfig({ NODE_ENV: 'production', DATABASE_URL: 'postgresql://localhost/x' }).corsOrigins;

const parley = useParley({ config: { corsOrigins: [APP, 'capacitor://localhost'] } });
const open = useParley({ config: { corsOrigins: '*' } });
const closed = useParley({ config: { corsOrigins: inProduction, publicUrl: 'https://chat.example.com' } });
const workspace = useWorkspace(parley);

type Server = { url: string };

const send = (server: Server, init: RequestInit, headers: Record<string, string>) =>
  fetch(server.url, { ...init, headers });

/** What browsers ask before a page posts an operation. */
const preflight = (server: Server, origin: string) =>
  send(
    server,
    { method: 'OPTIONS' },
    {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-request-id',
    },
  );

const post = (server: Server, headers: Record<string, string>, body = '{"query":"{ viewer { workspace { id } } }"}') =>
  send(server, { method: 'POST', body }, { 'content-type': 'application/json', ...headers });

const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

const exposed = { 'access-control-expose-headers': 'x-request-id, retry-after, ratelimit, ratelimit-policy' };

describe('a preflight', () => {
  it('of an allowed origin is answered without a key, and may be remembered for two hours', async () => {
    const response = await preflight(parley, APP);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(corsOf(response)).toEqual({
      ...exposed,
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,content-type,x-request-id',
      'access-control-max-age': '7200',
    });
    expect(response.headers.get('vary')).toBe('Origin, Access-Control-Request-Headers');
  });

  it('of another origin allows nothing', async () => {
    for (const origin of [OTHER, 'null', 'https://app.example.com.elsewhere.example', 'http://app.example.com']) {
      const response = await preflight(parley, origin);
      expect([response.status, corsOf(response)]).toEqual([204, {}]);
      expect(response.headers.get('vary')).toContain('Origin');
    }
  });

  it('of any origin is allowed with *, which allows no cookies', async () => {
    for (const origin of [OTHER, 'null']) {
      expect(corsOf(await preflight(open, origin))).toMatchObject({ 'access-control-allow-origin': '*' });
    }
  });

  it('is refused in production unless the origin is listed', async () => {
    expect(corsOf(await preflight(closed, APP))).toEqual({});
  });
});

describe('a response', () => {
  it('can be read by pages of an allowed origin, with any status and type', async () => {
    const authorization = `Bearer ${workspace.apiKey}`;
    const subscription = '{"query":"subscription { events { id } }"}';
    const events = await post(parley, { origin: APP, authorization, accept: 'text/event-stream' }, subscription);
    const responses = [
      await post(parley, { origin: APP, authorization }),
      events,
      await post(parley, { origin: APP, authorization }, 'no JSON'),
      await post(parley, { origin: APP }),
      await send(parley, { method: 'PUT' }, { origin: APP, authorization }),
      await post(parley, { origin: APP, authorization, accept: 'image/png' }),
      await post(parley, { origin: APP, authorization }, `"${'x'.repeat(1_000_001)}"`),
      await post(parley, { origin: APP, authorization, 'content-type': 'text/plain' }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 400, 401, 405, 406, 413, 415]);
    for (const response of responses) {
      expect(corsOf(response)).toEqual({ ...exposed, 'access-control-allow-origin': APP });
      expect(response.headers.get('vary')).toContain('Origin');
      await response.body?.cancel();
    }
  });

  it('can be read by an app whose origin has a scheme of its own', async () => {
    const origin = 'capacitor://localhost';
    expect(corsOf(await post(parley, { origin }))).toMatchObject({ 'access-control-allow-origin': origin });
  });

  it('cannot be read by pages of other origins, and says so to caches even if there is no origin', async () => {
    for (const response of [await post(parley, { origin: OTHER }), await post(parley, {})]) {
      expect(corsOf(response)).toEqual({});
      expect(response.headers.get('vary')).toBe('Origin');
    }
  });

  it('is the same for all origins with *', async () => {
    const response = await post(open, { origin: OTHER });
    expect(corsOf(response)).toEqual({ ...exposed, 'access-control-allow-origin': '*' });
    expect(response.headers.get('vary')).toBeNull();
  });

  it('of a probe is for no page', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      const response = await fetch(new URL(path, open.url), { headers: { origin: OTHER } });
      expect([response.status, corsOf(response)]).toEqual([200, {}]);
    }
  });
});

describe('a WebSocket', () => {
  /** `open`, or the status and text of the refusal. */
  async function handshake({ url }: Server, origin: string | undefined): Promise<string> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', origin ? { origin } : {});
    const refusal = new Promise<string>((resolve) => {
      socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(`${response.statusCode} ${text}`));
      });
    });
    const outcome = await Promise.race([once(socket, 'open').then(() => 'open'), refusal]);
    socket.terminate();
    return outcome;
  }

  it('can be opened by pages of an allowed origin, of the server itself, and without an origin', async () => {
    for (const origin of [APP, 'capacitor://localhost', new URL(parley.url).origin, undefined]) {
      expect([origin, await handshake(parley, origin)]).toEqual([origin, 'open']);
    }
  });

  it('is refused with 403 for pages of other origins', async () => {
    for (const origin of [OTHER, 'null', 'http://localhost:1', 'https://app.example.com:444']) {
      expect(await handshake(parley, origin)).toBe(
        '403 Pages of this origin may not connect. The operator allows origins in CORS_ORIGINS.\n',
      );
    }
  });

  it('can be opened by pages of any origin with *', async () => {
    for (const origin of [OTHER, 'null']) expect(await handshake(open, origin)).toBe('open');
  });

  it('can be opened in production by pages of the server alone, under its public URL or the requested one', async () => {
    expect(await handshake(closed, 'https://chat.example.com')).toBe('open');
    expect(await handshake(closed, new URL(closed.url).origin)).toBe('open');
    expect(await handshake(closed, undefined)).toBe('open');
    expect(await handshake(closed, APP)).toMatch(/^403 /);
  });
});
