import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { eventually } from '../../test/live/support/listen.js';
import { freePort } from '../../test/support/free-port.js';
import { beginLoad } from './load.js';
import { whyMissing } from './programs.js';
import type { Scenario } from './scenario.js';
import { PATIENCE_MS } from './world.js';

/** Signals between two servers go over Redis, which is away for some time and has forgotten everything. */
export const restartRedis: Scenario = {
  name: 'redis',
  killed: 'Redis, `kill -9`, and started again',
  missing: whyMissing('redis-server', '--version'),
  mayFail: false,
  run: async ({ quick, newDatabase, startServer, later }) => {
    const port = await freePort();
    let redis = await startRedis(port);
    later(() => redis.stop());
    const { cluster, workspace } = await newDatabase();
    const env = { DATABASE_URL: cluster.url, REDIS_URL: `redis://127.0.0.1:${port}` };
    const servers = await Promise.all([startServer(env), startServer(env)]);
    const load = await beginLoad({ workspace, urls: () => servers.map(({ url }) => url) });
    await load.more(quick ? 50 : 500);
    const moment = performance.now();
    await redis.stop();
    const awayMs = await load.servedAgainAfter(moment);
    await load.more(quick ? 50 : 500);
    redis = await startRedis(port);
    await load.more(quick ? 50 : 500);
    return { ...(await load.end(cluster.url)), awayMs };
  },
};

async function startRedis(port: number): Promise<{ stop: () => Promise<void> }> {
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', tmpdir()];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  await eventually(() => accepts(port), 'Redis', PATIENCE_MS);
  return {
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'close');
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
