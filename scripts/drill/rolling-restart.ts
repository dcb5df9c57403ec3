import { setTimeout as sleep } from 'node:timers/promises';
import { startHaproxy } from '../../test/e2e/support/proxies.js';
import { freePort } from '../../test/support/free-port.js';
import { beginLoad } from './load.js';
import { whyMissing } from './programs.js';
import type { Scenario } from './scenario.js';

/** HAProxy as in deploy/ asks every second, and takes a server out after two refusals, and in after one success. */
const NOTICED_MS = 3_000;

/** As on an upgrade: one server after the other is told to stop, and started again. */
export const rollingRestart: Scenario = {
  name: 'rolling',
  killed: 'two servers behind HAProxy, one after the other, SIGTERM',
  missing: whyMissing('haproxy', '-v'),
  mayFail: false,
  run: async ({ quick, newDatabase, startServer, later }) => {
    const { cluster, workspace } = await newDatabase();
    const ports = [await freePort(), await freePort()];
    const environment = (port: number) => ({ DATABASE_URL: cluster.url, PORT: String(port), DRAIN_SECONDS: '4' });
    const servers = await Promise.all(ports.map((port) => startServer(environment(port))));
    const proxy = await startHaproxy(servers.map(({ url }) => url));
    later(() => proxy.stop());
    await sleep(NOTICED_MS);
    const load = await beginLoad({ workspace, urls: () => [proxy.url] });
    await load.more(quick ? 50 : 500);
    const moment = performance.now();
    for (const [index, port] of ports.entries()) {
      await servers[index]?.stop('SIGTERM');
      await startServer(environment(port));
      await sleep(NOTICED_MS);
    }
    await load.more(quick ? 50 : 500);
    const awayMs = load.slowestSince(moment);
    return { ...(await load.end(cluster.url)), awayMs };
  },
};
