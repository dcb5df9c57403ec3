import { run } from '../../test/e2e/support/graphql.js';
import { withSql } from '../../test/faults/support/log-rows.js';
import { CreateWebhookEndpointDocument } from '../../test/generated/operations.js';
import { eventually } from '../../test/live/support/listen.js';
import { startReceiver } from '../../test/webhook-delivery/support/receiver.js';
import { beginLoad } from './load.js';
import type { Scenario } from './scenario.js';
import { PATIENCE_MS } from './world.js';

/** The receiver has the request, and the worker dies before the answer: another one sends it again. */
export const killWorker: Scenario = {
  name: 'worker',
  killed: 'the worker in the middle of a delivery, `kill -9`; another one is started',
  mayFail: false,
  run: async ({ quick, newDatabase, startServer, startWorker, later }) => {
    const { cluster, workspace } = await newDatabase();
    const env = { DATABASE_URL: cluster.url, WEBHOOK_ALLOW_PRIVATE: '1' };
    const server = await startServer({ ...env, WORKER: 'off' });
    let held: string | undefined;
    const receiver = await startReceiver((response, { id }) => {
      held ??= id;
      if (id !== held || receiver.received.filter((each) => each.id === id).length > 1) response.writeHead(204).end();
    });
    later(() => receiver.close());
    const input = { url: receiver.url, events: ['conversation.created'] };
    await run({ url: server.url, key: workspace.apiKey }, CreateWebhookEndpointDocument, { input });
    const killed = await startWorker(env);
    const load = await beginLoad({ workspace, urls: () => [server.url] });
    await eventually(() => held !== undefined, 'a delivery', PATIENCE_MS);
    const moment = performance.now();
    await killed.stop('SIGKILL');
    await startWorker(env);
    // What a worker has claimed is free after 30 seconds.
    if (quick) await withSql(cluster.url, (sql) => sql.query('UPDATE "WebhookDelivery" SET "claimedUntil" = now()'));
    const again = () => receiver.received.filter(({ id }) => id === held).length > 1;
    await eventually(again, 'the delivery once more', PATIENCE_MS);
    const awayMs = performance.now() - moment;
    const kept = await load.end(cluster.url);
    const arrived = () => new Set(receiver.received.map(({ id }) => id)).size;
    await eventually(() => arrived() >= kept.acknowledged, 'all deliveries', PATIENCE_MS).catch(() => undefined);
    return { ...kept, lost: kept.lost + Math.max(0, kept.acknowledged - arrived()), awayMs };
  },
};
