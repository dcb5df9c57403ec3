// Measures how long events take to reach a responsive webhook endpoint: alone; next to 120 endpoints of another
// workspace
// that succeed after 13 seconds; next to 100 dead endpoints that are not yet known to be dead; and when they are known.
// Exits with 1 if one of these takes too many times as long as alone.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openReceivers } from './support/receivers.js';
import { type Run, startMeasuredServer } from './support/server.js';

const DEAD_ENDPOINTS = 100;
const EVENTS = 200;
const EVENTS_PER_SECOND = 20;
const PATIENCE_MS = 120_000;
const SLOW_ENDPOINTS = 120;
const SLOW_MS = 13_000;
const SLOW_EVENTS_EVERY_MS = 700;
/** Long enough for slow endpoints to accumulate many attempts at the same time. */
const SLOW_BEFORE_MS = 60_000;
/** The median next to other endpoints, at most, in multiples of the median alone. */
const LIMITS = { slow: 2, known: 2, unknown: 3 };

const server = await startMeasuredServer();
const run = await server.newWorkspace();
const receivers = openReceivers();
const latencies: number[] = [];
const live = await receivers.http((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { timestamp } = JSON.parse(Buffer.concat(chunks).toString());
    latencies.push(Date.now() - Date.parse(timestamp));
    response.writeHead(204).end();
  });
});

const addEndpoint = (inWorkspace: Run, url: string) =>
  inWorkspace(
    'mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { __typename ... on Error { message } } }',
    { input: { url, events: ['conversation.created'] } },
  );
const createConversation = (inWorkspace: Run) =>
  inWorkspace('mutation { createConversation(input: {}) { __typename } }', {});

/** Creates events at a steady rate, and measures how long each took to reach the live endpoint, in milliseconds. */
async function measure(): Promise<{ median: number; p95: number }> {
  latencies.length = 0;
  const began = Date.now();
  for (let count = 0; count < EVENTS; count += 1) {
    await sleep(Math.max(0, began + (count * 1000) / EVENTS_PER_SECOND - Date.now()));
    await createConversation(run);
  }
  for (const deadline = Date.now() + PATIENCE_MS; latencies.length < EVENTS; await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`Only ${latencies.length} of ${EVENTS} events arrived.`);
  }
  const sorted = [...latencies].sort((a, b) => a - b);
  return { median: sorted[Math.floor(EVENTS / 2)] ?? 0, p95: sorted[Math.floor(EVENTS * 0.95)] ?? 0 };
}

const show = (what: string, { median, p95 }: { median: number; p95: number }) =>
  process.stdout.write(`${what}: median ${median} ms, 95th percentile ${p95} ms\n`);

await addEndpoint(run, live);
// Polling finds the endpoint; the first events are a warm-up.
await sleep(2_500);
await measure();
const alone = await measure();
show('alone', alone);

async function measureNextTo(what: string, limit: number): Promise<boolean> {
  const measured = await measure();
  show(what, measured);
  const ratio = measured.median / alone.median;
  process.stdout.write(`  ${ratio.toFixed(2)} times the median of the endpoint alone (limit: ${limit})\n`);
  return ratio <= limit;
}

async function measureNextToSlow(): Promise<boolean> {
  const other = await server.newWorkspace();
  const url = await receivers.slow(SLOW_MS);
  for (let count = 0; count < SLOW_ENDPOINTS; count += 1) await addEndpoint(other, url);
  const events = setInterval(() => void createConversation(other), SLOW_EVENTS_EVERY_MS);
  await sleep(SLOW_BEFORE_MS);
  const held = await measureNextTo(`next to ${SLOW_ENDPOINTS} slow endpoints of another workspace`, LIMITS.slow);
  clearInterval(events);
  await removeEndpoints(other);
  await sleep(SLOW_MS);
  return held;
}

async function removeEndpoints(inWorkspace: Run): Promise<void> {
  const listed = z.object({ webhookEndpoints: z.object({ nodes: z.array(z.object({ id: z.string() })) }) });
  for (;;) {
    const data = await inWorkspace('{ webhookEndpoints(first: 100) { nodes { id } } }', {});
    const { nodes } = listed.parse(data).webhookEndpoints;
    if (nodes.length === 0) return;
    for (const { id: endpointId } of nodes) {
      await inWorkspace(
        'mutation ($input: DeleteWebhookEndpointInput!) { deleteWebhookEndpoint(input: $input) { __typename } }',
        { input: { endpointId } },
      );
    }
  }
}

const slow = await measureNextToSlow();
const dead = await receivers.dead();
for (let count = 0; count < DEAD_ENDPOINTS; count += 1) await addEndpoint(run, dead[count % dead.length] ?? '');
const unknown = await measureNextTo(
  `next to ${DEAD_ENDPOINTS} dead endpoints not yet known to be dead`,
  LIMITS.unknown,
);
const known = await measureNextTo(`next to ${DEAD_ENDPOINTS} dead endpoints`, LIMITS.known);
await server.stop();
receivers.close();
process.exit(slow && unknown && known ? 0 : 1);
