import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { openStream } from '../live/support/event-stream.js';
import { eventually } from '../live/support/listen.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { startParley } from '../support/parley.js';

const parley = useParley();
const workspace = useWorkspace(parley);

/** What Node.js does by itself, which is shorter than most load balancers wait. */
const NODE_DEFAULT_MS = 5_000;

/** Sends a request that keeps its connection, and returns after how many ms the server closes it. */
async function idleUntilClosed(url: string): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  const began = performance.now();
  await once(socket, 'end');
  socket.destroy();
  return performance.now() - began;
}

describe('a connection without a request', () => {
  it('stays open for 65 seconds by default, as every response says', async () => {
    for (const path of ['/healthz', '/graphql', '/unknown']) {
      const response = await fetch(new URL(path, parley.url));
      await response.text();
      expect([path, response.headers.get('keep-alive')]).toEqual([path, 'timeout=65']);
    }
  });

  it('stays open as long as KEEP_ALIVE_SECONDS says', { timeout: 30_000 }, async () => {
    const server = await startParley({ config: { keepAliveSeconds: 7 } });
    try {
      const idle = await idleUntilClosed(server.url);
      expect(idle).toBeGreaterThan(7_000 - 100);
      expect(idle).toBeGreaterThan(NODE_DEFAULT_MS);
    } finally {
      await server.stop();
    }
  });

  it('may be kept for longer than a request may take to arrive', async () => {
    const server = await startParley({ config: { keepAliveSeconds: 4000 } });
    try {
      expect((await fetch(new URL('/healthz', server.url))).headers.get('keep-alive')).toBe('timeout=4000');
    } finally {
      await server.stop();
    }
  });
});

describe('a stream of results', () => {
  it('asks proxies not to buffer it', async () => {
    const accept = 'text/event-stream';
    const controller = new AbortController();
    const response = await fetch(parley.url, {
      method: 'POST',
      signal: controller.signal,
      headers: { accept, authorization: `Bearer ${workspace.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { events { id } }' }),
    });
    expect([response.status, response.headers.get('x-accel-buffering')]).toEqual([200, 'no']);
    expect(response.headers.get('content-type')).toContain(accept);
    controller.abort();
  });

  it('says something often enough for proxies that cut what is silent for 50 seconds', async () => {
    // In tests the library is in a greater hurry.
    vi.stubEnv('NODE_ENV', 'production');
    try {
      const stream = await openStream(parley.url, workspace.apiKey, 'subscription { events { id } }');
      // The first one begins the stream.
      await eventually(() => stream.keepAlives() > 1, 'a comment', 25_000);
      expect(stream.results()).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is told from a single result, which proxies may buffer', async () => {
    const { headers } = await workspace.post('{ viewer { actor { id } } }');
    expect(headers.get('x-accel-buffering')).toBeNull();
  });
});
