import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Work } from '../harness/bench.js';
import { type Contestant, latest, parley, rawSockets, runtimes, yoga } from '../harness/contestants.js';
import type { Server } from '../harness/process.js';
import { type Row, targetOf } from '../harness/results.js';
import { rotated } from '../harness/rounds.js';
import { inTurn } from '../harness/scene.js';
import { openSockets, type Sockets } from '../harness/sockets.js';
import { median } from '../harness/statistics.js';
import { type Publish, publisherOf, subscriptionTo } from './publish.js';

type Plan = {
  name: string;
  title: string;
  sockets: number;
  /** Conversations with subscribers of their own; 0 if all subscribe to everything. */
  groups: number;
  contestants: Contestant[];
  /** CPU of Parley for a delivery, in multiples of ws alone. */
  target: number;
};

const CPU = 'CPU';
/** About as many in a round; a part of them with groups, where each event has few. */
const DELIVERIES = { full: 40_000, quick: 5_000 };
const PART = { full: 2, quick: 5 };
/** Events of different conversations that are caused at the same time. */
const AT_ONCE = 10;
const SETTLE_MS = 100;

type Ready = { contestant: Contestant; server: Server; sockets: Sockets; publish: Publish };

function fanOut(plan: Plan): Work {
  return { name: plan.name, run: (bench) => measure(bench, plan) };
}

async function measure(bench: Bench, plan: Plan): Promise<Awaited<ReturnType<Work['run']>>> {
  const { scale, options, progress } = bench;
  const count = options.quick ? Math.min(plan.sockets, 1000) : plan.sockets;
  const conversations = bench.database.scene.openConversations.slice(0, plan.groups || AT_ONCE);
  const perEvent = plan.groups === 0 ? count : count / plan.groups;
  const extent = options.quick ? 'quick' : 'full';
  const eventsInRound = Math.ceil(DELIVERIES[extent] / perEvent / (plan.groups === 0 ? 1 : PART[extent]));
  const atOnce = plan.groups === 0 ? 1 : AT_ONCE;
  const next = inTurn(conversations);

  async function cause({ sockets, publish }: Ready, events: number): Promise<void> {
    for (let sent = 0; sent < events; sent += atOnce) {
      const now = Array.from({ length: Math.min(atOnce, events - sent) }, next);
      const target = sockets.received() + now.length * perEvent;
      await Promise.all(now.map(publish));
      await sockets.until(target);
    }
  }

  async function open(contestant: Contestant, frame: string): Promise<Ready> {
    progress.show(`${plan.name}: opening ${count} sockets of ${contestant.name}`);
    const server = await contestant.start(bench.database);
    const nextKey = inTurn(bench.database.scene.apiKeys);
    const subscriptions = Array.from({ length: count }, (_each, index) =>
      subscriptionTo(contestant, nextKey(), plan.groups === 0 ? null : (conversations[index % plan.groups] ?? null)),
    );
    const sockets = await openSockets(server.url, subscriptions);
    const publish = publisherOf(bench, contestant, server, frame, plan.groups === 0);
    const ready = { contestant, server, sockets, publish };
    await subscribed(ready, conversations);
    await cause(ready, Math.max(atOnce, eventsInRound / 4));
    return ready;
  }

  const ready: Ready[] = [];
  try {
    for (const contestant of plan.contestants) {
      ready.push(await open(contestant, (await ready[0]?.sockets.firstFrame()) ?? ''));
    }
    const measured = new Map<string, number[]>(ready.map(({ contestant }) => [contestant.name, []]));
    for (let round = 0; round < scale.rounds; round += 1) {
      for (const each of rotated(ready, round)) {
        progress.show(`${plan.name}: round ${round + 1} of ${scale.rounds}, ${each.contestant.name}`);
        const [cpuBefore, before] = [await each.server.cpuMs(), each.sockets.received()];
        await cause(each, eventsInRound);
        await sleep(SETTLE_MS);
        const deliveries = each.sockets.received() - before;
        measured.get(each.contestant.name)?.push((((await each.server.cpuMs()) - cpuBefore) * 1000) / deliveries);
      }
    }
    const rows: Row[] = [...measured].map(([contestant, cpu]) => ({ contestant, values: { [CPU]: median(cpu) } }));
    const bytes = Buffer.byteLength((await ready[0]?.sockets.firstFrame()) ?? '');
    return {
      work: plan.name,
      title: plan.title,
      measures: [{ name: CPU, unit: 'µs per delivery', better: 'less' }],
      rows,
      targets: [targetOf(rows, [CPU, `Parley, ${latest.name}`, `ws alone, ${latest.name}`], 'less', plan.target)],
      notes: [`${count} sockets; a frame has ${bytes} bytes. Parley's events are caused by another process of it.`],
    };
  } finally {
    for (const { server, sockets } of ready) {
      await sockets.close().catch(() => undefined);
      await server.stop();
    }
  }
}

/** Causes events until each socket has received one: the protocol does not tell when a subscription has begun. */
async function subscribed({ sockets, publish, contestant }: Ready, conversations: string[]): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    for (const conversation of conversations) await publish(conversation);
    await sleep(500);
    if (sockets.reached() === sockets.count) return waitUntilQuiet(sockets);
  }
  throw new Error(`Only ${sockets.reached()} of ${sockets.count} sockets of ${contestant.name} are subscribed.`);
}

async function waitUntilQuiet(sockets: Sockets): Promise<void> {
  for (let last = -1; last !== sockets.received(); await sleep(500)) last = sockets.received();
}

const raw = runtimes.map(rawSockets);
const both = [...runtimes.map(parley), ...raw];

export const fanOuts: Work[] = [
  fanOut({
    name: 'fan-out1000',
    title: 'One event to each of 1 000 sockets that subscribe to the same',
    sockets: 1000,
    groups: 0,
    contestants: [...both, yoga(latest)],
    target: 1.4,
  }),
  fanOut({
    name: 'fan-out5000',
    title: 'One event to each of 5 000 sockets that subscribe to the same',
    sockets: 5000,
    groups: 0,
    contestants: [parley(latest), rawSockets(latest)],
    target: 1.4,
  }),
  fanOut({
    name: 'fan-out-groups',
    title: 'Events of 200 conversations to 5 000 sockets, 25 of which subscribe to each',
    sockets: 5000,
    groups: 200,
    contestants: [parley(latest), rawSockets(latest)],
    target: 2,
  }),
];
