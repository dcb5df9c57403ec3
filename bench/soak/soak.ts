import { setTimeout as sleep } from 'node:timers/promises';
import { missed, workShift } from './agents.js';
import { ATTACKERS, type Attackers, startAttackers } from './attackers.js';
import { startBuiltServer } from './server.js';
import { latencies, median, printTable } from './statistics.js';
import { fillWorkspace } from './workspace.js';

const AGENTS = 50;
const PAUSE_MS = 2_000;
const SAMPLE_MS = 1_000;
/** What memory may grow by, from the second quarter to the last: what the collector leaves lying about for a while. */
const MAY_GROW = { factor: 1.3, megabytes: 50 };

/** Honest agents beside attackers. Returns whether no honest request failed and memory stayed flat. */
export async function soak(seconds: number): Promise<boolean> {
  const server = await startBuiltServer();
  const workspace = await fillWorkspace(server, AGENTS, ATTACKERS);
  const end = AbortSignal.timeout(seconds * 1_000);
  const memory: number[] = [];
  const sampling = (async () => {
    while (!end.aborted) {
      memory.push(await server.memory());
      await sleep(SAMPLE_MS);
    }
  })();
  let attackers: Attackers | undefined;
  const onSettled = () => {
    attackers = startAttackers(workspace);
  };
  const shift = await workShift(workspace, { pauseMs: PAUSE_MS, end, onSettled });
  attackers?.stop();
  await sampling;
  const [shed, errors] = [await server.shed(), server.errors()];
  await server.stop();

  const quarter = Math.ceil(memory.length / 4);
  const [before, after] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
  const flat = after <= before * MAY_GROW.factor + MAY_GROW.megabytes;
  const unheard = missed(shift);
  const all = Object.values(shift.latencies).flat();
  printTable(`${AGENTS} agents beside ${ATTACKERS} attackers for ${seconds} s`, [
    ['honest requests', latencies(all)],
    ...Object.entries(shift.latencies).map(([name, values]): [string, string] => [`  ${name}`, latencies(values)]),
    ['honest requests that failed', shift.failures.length],
    ['messages sent, and not heard of by an agent', `${shift.sent.size}, ${unheard}`],
    ['memory in the second and the last quarter', `${before.toFixed(0)} MB, ${after.toFixed(0)} MB`],
    ['refused because of overload', shed],
    ...Object.entries(attackers?.outcomes ?? {}).map(([name, counts]): [string, string] => [name, told(counts)]),
  ]);
  for (const failure of shift.failures.slice(0, 10)) process.stdout.write(`  ${failure}\n`);
  if (errors) process.stdout.write(`The server logged:\n${errors.slice(0, 5_000)}\n`);
  return shift.failures.length === 0 && unheard === 0 && flat;
}

const told = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([result, count]) => `${result} ${count}`)
    .join(', ');
