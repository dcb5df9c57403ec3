import { setTimeout as sleep } from 'node:timers/promises';
import { createHonest, failureOf } from './agents.js';
import { ATTACKERS, startAttackers } from './attackers.js';
import { PROXY_CONNECTIONS } from './client.js';
import { startBuiltServer } from './server.js';
import { latencies, ms, percentile, printTable } from './statistics.js';
import { fillWorkspace } from './workspace.js';

/** So many that no agent meets a limit of its own. */
const AGENTS = 200;
const FACTOR = 3;
const CLOSED_LOOP = 16;
const MEASURE_MS = 8_000;
const RECOVERY_MS = 5_000;
const TICK_MS = 5;
/** How much longer the slowest hundredth may take, of the accepted under overload and of all after it. */
const MAY_TAKE = { overloaded: 5, recovered: 2 };
const MAY_GROW_MB = 250;

type Phase = { accepted: number[]; refused: number; failures: string[]; seconds: number };
type Honest = ReturnType<typeof createHonest>;

/**
 * Honest requests at three times the rate that the server carries, whether answers come or not, beside attackers.
 * Returns whether those that it accepted were answered in time, its memory was bounded, and all was as before afterwards.
 */
export async function overload(seconds: number): Promise<boolean> {
  const server = await startBuiltServer();
  const workspace = await fillWorkspace(server, AGENTS, ATTACKERS);
  const honest = createHonest(workspace, 1);
  await inTurn(honest, MEASURE_MS, CLOSED_LOOP);
  // Opens all connections that there will be.
  await Promise.all(Array.from({ length: PROXY_CONNECTIONS }, () => honest.next()));
  const before = await inTurn(honest, MEASURE_MS);
  const full = await inTurn(honest, MEASURE_MS, CLOSED_LOOP);
  const rate = (full.accepted.length / full.seconds) * FACTOR;
  const memory = [await server.memory()];
  const attackers = startAttackers(workspace);
  const sampling = new AbortController();
  const sampled = sample(server.memory, memory, sampling.signal);
  const during = await atRate(honest, rate, seconds * 1_000);
  attackers.stop();
  sampling.abort();
  await sampled;
  await sleep(RECOVERY_MS);
  const after = await inTurn(honest, MEASURE_MS);
  const [shed, errors] = [await server.shed(), server.errors()];
  await server.stop();

  const p99 = (phase: Phase) => percentile(phase.accepted, 0.99);
  const ratio = (phase: Phase) => p99(phase) / p99(before);
  const [started = 0] = memory;
  const most = Math.max(...memory);
  const failures = [before, full, during, after].flatMap((phase) => phase.failures);
  printTable(`${FACTOR} times the load for ${seconds} s, beside ${ATTACKERS} attackers`, [
    ['one request after the other', latencies(before.accepted)],
    [`${CLOSED_LOOP} at once`, `${(full.accepted.length / full.seconds).toFixed(0)}/s, ${latencies(full.accepted)}`],
    ['offered', `${rate.toFixed(0)}/s`],
    ['accepted', `${(during.accepted.length / during.seconds).toFixed(0)}/s, ${latencies(during.accepted)}`],
    ['  p99 to that of one after the other', ratio(during).toFixed(1)],
    ['  slowest', ms(Math.max(...during.accepted))],
    ['refused', during.refused],
    ['refused by the server, with attackers', shed],
    [`${RECOVERY_MS / 1_000} s later`, `${latencies(after.accepted)}, refused ${after.refused}`],
    ['memory before and at most', `${started.toFixed(0)} MB, ${most.toFixed(0)} MB`],
    ['honest requests that failed', failures.length],
  ]);
  for (const failure of failures.slice(0, 10)) process.stdout.write(`  ${failure}\n`);
  if (errors) process.stdout.write(`The server logged:\n${errors.slice(0, 5_000)}\n`);
  const recovered = after.refused === 0 && ratio(after) <= MAY_TAKE.recovered;
  const bounded = most <= started + MAY_GROW_MB;
  return failures.length === 0 && ratio(during) <= MAY_TAKE.overloaded && recovered && bounded;
}

const newPhase = (): Phase => ({ accepted: [], refused: 0, failures: [], seconds: 0 });

async function act(honest: Honest, phase: Phase): Promise<void> {
  const answer = await honest.next();
  if (answer.status === 503) {
    phase.refused += 1;
    return;
  }
  const failure = failureOf(answer.name, answer);
  if (failure) phase.failures.push(failure);
  else phase.accepted.push(answer.ms);
}

/** Some at a time, each after the answer to the one before. */
async function inTurn(honest: Honest, forMs: number, atOnce = 1): Promise<Phase> {
  const phase = newPhase();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() - began < forMs) await act(honest, phase);
    }),
  );
  phase.seconds = (performance.now() - began) / 1_000;
  return phase;
}

/** So many a second, evenly, without waiting for answers. */
async function atRate(honest: Honest, perSecond: number, forMs: number): Promise<Phase> {
  const phase = newPhase();
  const began = performance.now();
  const sent: Promise<void>[] = [];
  for (let elapsed = 0; elapsed < forMs; elapsed = performance.now() - began) {
    while (sent.length < (elapsed / 1_000) * perSecond) sent.push(act(honest, phase));
    await sleep(TICK_MS);
  }
  phase.seconds = forMs / 1_000;
  await Promise.all(sent);
  return phase;
}

async function sample(memory: () => Promise<number>, samples: number[], end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    samples.push(await memory());
    await sleep(1_000);
  }
}
