import { beginLoad } from './load.js';
import type { Scenario } from './scenario.js';

/** Of two servers, the clients of one go on with the other. */
export const killServer: Scenario = {
  name: 'server',
  killed: 'one of two servers, `kill -9`',
  mayFail: true,
  run: async ({ quick, newDatabase, startServer }) => {
    const { cluster, workspace } = await newDatabase();
    const env = { DATABASE_URL: cluster.url };
    const [killed, other] = await Promise.all([startServer(env), startServer(env)]);
    const load = await beginLoad({ workspace, urls: () => [killed.url, other.url] });
    await load.more(quick ? 50 : 500);
    const moment = performance.now();
    await killed.stop('SIGKILL');
    const awayMs = await load.servedAgainAfter(moment);
    await load.more(quick ? 50 : 500);
    return { ...(await load.end(cluster.url)), awayMs };
  },
};
