// How long events take to a webhook endpoint that answers: alone, beside 100 that do not while nobody knows yet that they
// do not, and when that is known. Ends with 1 where either takes too many times as long as alone.
import { setTimeout as sleep } from 'node:timers/promises';
import { openReceivers } from './support/receivers.js';
import { startMeasuredServer } from './support/server.js';

const DEAD_ENDPOINTS = 100;
const EVENTS = 200;
const EVENTS_PER_SECOND = 20;
const PATIENCE_MS = 120_000;
/** How many times the median alone that beside dead endpoints may be: when they are known to be dead, and before. */
const LIMITS = { known: 2, unknown: 3 };

const server = await startMeasuredServer();
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

const addEndpoint = (url: string) =>
  server.run(
    'mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { __typename ... on Error { message } } }',
    { input: { url, events: ['conversation.created'] } },
  );

/** Lets events happen at an even pace, and answers how long each took to the live endpoint, in milliseconds. */
async function measure(): Promise<{ median: number; p95: number }> {
  latencies.length = 0;
  const began = Date.now();
  for (let count = 0; count < EVENTS; count += 1) {
    await sleep(Math.max(0, began + (count * 1000) / EVENTS_PER_SECOND - Date.now()));
    await server.run('mutation { createConversation(input: {}) { __typename } }', {});
  }
  for (const deadline = Date.now() + PATIENCE_MS; latencies.length < EVENTS; await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`Of ${EVENTS} events only ${latencies.length} arrived.`);
  }
  const sorted = [...latencies].sort((a, b) => a - b);
  return { median: sorted[Math.floor(EVENTS / 2)] ?? 0, p95: sorted[Math.floor(EVENTS * 0.95)] ?? 0 };
}

const show = (what: string, { median, p95 }: { median: number; p95: number }) =>
  process.stdout.write(`${what}: median ${median} ms, 95 % within ${p95} ms\n`);

await addEndpoint(live);
// The poll finds the endpoint; the first events make everything warm.
await sleep(2_500);
await measure();
const alone = await measure();
show('alone', alone);
const dead = await receivers.dead();
for (let count = 0; count < DEAD_ENDPOINTS; count += 1) await addEndpoint(dead[count % dead.length] ?? '');

async function measureBeside(what: string, limit: number): Promise<boolean> {
  const beside = await measure();
  show(what, beside);
  const ratio = beside.median / alone.median;
  process.stdout.write(`  ${ratio.toFixed(2)} times the median alone (at most ${limit})\n`);
  return ratio <= limit;
}

const unknown = await measureBeside(`beside ${DEAD_ENDPOINTS} dead ones, not yet known to be so`, LIMITS.unknown);
const known = await measureBeside(`beside ${DEAD_ENDPOINTS} dead ones`, LIMITS.known);
await server.stop();
receivers.close();
process.exit(unknown && known ? 0 : 1);
