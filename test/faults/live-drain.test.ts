import { print } from 'graphql';
import { expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { LiveEventsDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { uuidOf } from '../support/ids.js';
import { newWorkspace, withSql } from './support/log-rows.js';
import { resumeAlways } from './support/resuming-client.js';
import { useServers } from './support/servers.js';
import { type Caller, cursorNow, writeOnce } from './support/writers.js';

const databaseUrl = inject('databaseUrl');
const startServer = useServers();
const SOCKETS = 30;
const SHUTDOWN_SECONDS = 15;

/** A stream of Server-Sent Events, and all that it has said. */
async function openStream({ url, apiKey }: Caller, after: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${apiKey}`,
    },
    body: JSON.stringify({ query: print(LiveEventsDocument), variables: { after } }),
  });
  const said = { text: '' };
  const ended = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) said.text += chunk;
  })();
  return { said, ended };
}

function refusedSocket(url: string): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.on('open', () => resolve('open'));
    socket.on('error', () => undefined);
  });
}

it('a stopping server finishes running requests, refuses new ones, and sends its subscribers elsewhere', {
  timeout: 60_000,
}, async () => {
  const server = await startServer({ DATABASE_URL: databaseUrl, SHUTDOWN_SECONDS: String(SHUTDOWN_SECONDS) });
  const workspace = await newWorkspace(databaseUrl);
  const caller = { url: server.url, apiKey: workspace.apiKey };
  const after = await cursorNow(caller);
  const clients = Array.from({ length: SOCKETS }, () =>
    resumeAlways({ nextUrl: () => server.url, apiKey: workspace.apiKey, after, stayClosed: true }),
  );
  const stream = await openStream(caller, after);
  await writeOnce(caller, []);
  await eventually(() => clients.every(({ ids }) => ids.length === 1), 'an event on each socket');
  await eventually(() => stream.said.text.includes('event: next'), 'an event in the stream');

  const readyz = new URL('/readyz', server.url).href;
  expect((await fetch(readyz)).status).toBe(200);
  const closedAt: number[] = [];
  const watching = setInterval(() => {
    const closed = clients.filter(({ closeCodes }) => closeCodes.length > 0).length;
    while (closedAt.length < closed) closedAt.push(performance.now());
  }, 5);

  try {
    const { running, told } = await withSql(databaseUrl, async (sql) => {
      await sql.query('BEGIN');
      await sql.query('SELECT 1 FROM "EventHead" WHERE "workspaceId" = $1 FOR UPDATE', [uuidOf(workspace.id)]);
      const blocked = writeOnce(caller, []);
      blocked.catch(() => undefined);
      await eventually(async () => {
        const text = 'SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))';
        return (await sql.query(text)).rows.length > 0;
      }, 'a request that runs');
      server.process.kill('SIGTERM');
      const signalled = performance.now();
      await eventually(async () => (await fetch(readyz)).status === 503, 'not ready');
      expect((await fetch(caller.url, { method: 'POST' })).status).toBe(503);
      expect(await refusedSocket(caller.url)).toBe(503);
      await eventually(() => closedAt.length === SOCKETS, 'closed sockets');
      await stream.ended;
      // With nothing but one request left it is still there to say so.
      expect((await fetch(readyz)).status).toBe(503);
      await sql.query('COMMIT');
      return { running: blocked, told: signalled };
    });
    await running;
    const { code, stderr } = await server.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(performance.now() - told).toBeLessThan(SHUTDOWN_SECONDS * 1000);
    expect(new Set(clients.flatMap(({ closeCodes }) => closeCodes))).toEqual(new Set([1001]));
    expect((closedAt.at(-1) ?? 0) - (closedAt[0] ?? 0)).toBeGreaterThan(100);
    expect(stream.said.text).toContain('event: complete');
  } finally {
    clearInterval(watching);
    for (const client of clients) client.stop();
  }
});

it('a request that never ends does not keep a server from stopping', { timeout: 60_000 }, async () => {
  const server = await startServer({ DATABASE_URL: databaseUrl, SHUTDOWN_SECONDS: '4', LOG_LEVEL: 'fatal' });
  const workspace = await newWorkspace(databaseUrl);
  const caller = { url: server.url, apiKey: workspace.apiKey };
  await withSql(databaseUrl, async (sql) => {
    await sql.query('BEGIN');
    await sql.query('SELECT 1 FROM "EventHead" WHERE "workspaceId" = $1 FOR UPDATE', [uuidOf(workspace.id)]);
    const outcome = writeOnce(caller, []).then(
      () => 'written',
      () => 'broken off',
    );
    await eventually(async () => {
      const text = 'SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))';
      return (await sql.query(text)).rows.length > 0;
    }, 'a request that runs');
    const told = performance.now();
    const { code } = await server.stop();
    expect(code).toBe(0);
    expect(performance.now() - told).toBeLessThan(6_000);
    expect(await outcome).toBe('broken off');
    await sql.query('ROLLBACK');
  });
});
