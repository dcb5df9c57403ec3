// Compares what operations cost in points with the CPU time that they take: npm run prices -- [--only totalCount]
import { execFileSync } from 'node:child_process';
import { Agent } from 'node:http';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { latest, parley } from './harness/contestants.js';
import { openDatabaseServer } from './harness/database.js';
import { databaseCpu } from './harness/database-cpu.js';
import { load, type Request, send } from './harness/load.js';
import type { Server } from './harness/process.js';
import { openProgress } from './harness/progress.js';
import { rotated } from './harness/rounds.js';
import { inTurn } from './harness/scene.js';
import type { Asked, Operation } from './prices/operation.js';
import { prepare } from './prices/prepare.js';
import { publicIds, reads } from './prices/reads.js';
import { type Measured, table } from './prices/table.js';
import { writes } from './prices/writes.js';

const CONVERSATIONS = 20_000;
const CONNECTIONS = 2;
const WARM_UP_SECONDS = 1;
const ROUNDS = 3;
const SECONDS = 1;

const { only } = parseArgs({ options: { only: { type: 'string', default: '' } } }).values;
const operations = [...reads, ...writes].filter(({ name }) => name.includes(only));

execFileSync('npm', ['run', '--silent', 'build'], { cwd: '..', stdio: 'inherit' });
const progress = openProgress({ isTTY: process.stderr.isTTY, write: (text) => process.stderr.write(text) });
const databases = await openDatabaseServer(progress);
try {
  const database = await databases.copy(CONVERSATIONS);
  const { scene, url } = database;
  const server = await parley(latest).start(database);
  try {
    const asked: Asked = {
      ...(await prepare(server, url, scene)),
      conversations: publicIds(scene.openConversations),
      longConversations: publicIds(scene.longConversations),
    };
    const nextKey = inTurn(scene.apiKeys);
    const entries = operations.map((operation) => ({ ...operation, next: requestsOf(operation, asked, nextKey) }));
    process.stdout.write(`${table(await measure(server, await databaseCpu(url), entries))}\n`);
  } finally {
    await server.stop();
  }
} finally {
  await databases.stop();
}

type Entry = Operation & { next: () => Request };

function requestsOf({ query, variables, contains }: Operation, asked: Asked, nextKey: () => string): () => Request {
  const variablesOf = variables(asked);
  let count = 0;
  return () => ({
    path: '/graphql',
    headers: { authorization: `Bearer ${nextKey()}` },
    body: JSON.stringify({ query, variables: variablesOf(count++) }),
    contains: contains ?? '{"data":{',
  });
}

async function priceOf({ url }: Server, next: () => Request): Promise<number> {
  const request = next();
  const body = JSON.stringify({ ...JSON.parse(request.body), extensions: { cost: true } });
  const answer = JSON.parse((await send(url, { ...request, body }, new Agent())).toString());
  return z.object({ extensions: z.object({ cost: z.object({ requested: z.number() }) }) }).parse(answer).extensions.cost
    .requested;
}

/** Asks for one operation after another in rounds, so that what else the machine does meets all of them. */
async function measure(server: Server, cpuOfDatabase: () => Promise<number>, entries: Entry[]): Promise<Measured[]> {
  const measured = new Map<string, Measured>();
  for (const { name, next } of entries) {
    progress.show(`warming up: ${name}`);
    const price = await priceOf(server, next);
    await load(server.url, { next, connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
    measured.set(name, { name, price, times: 0, serverMs: 0, databaseMs: 0 });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, next } of rotated(entries, round * Math.ceil(entries.length / ROUNDS))) {
      progress.show(`round ${round + 1} of ${ROUNDS}: ${name}`);
      const total = measured.get(name);
      if (!total) continue;
      const before = { server: await server.cpuMs(), database: await cpuOfDatabase() };
      const { latencies } = await load(server.url, { next, connections: CONNECTIONS, seconds: SECONDS });
      total.serverMs += (await server.cpuMs()) - before.server;
      total.databaseMs += (await cpuOfDatabase()) - before.database;
      total.times += latencies.length;
    }
  }
  return [...measured.values()];
}
