import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TIMEOUT } from '../e2e/support/program.js';
import { eventually } from '../live/support/listen.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { newWorkspace } from './support/log-rows.js';
import { useServers } from './support/servers.js';

const database = useScratchDatabase();
const startServer = useServers();
const CREATE = 'mutation { createContact(input: { name: "Ada" }) { __typename } }';
const CLIENTS = 4;
const CHECK_MS = 200;

it('a server that is told to stop loses no request of a load balancer that checks its readiness', TIMEOUT, async () => {
  const server = await startServer({ DATABASE_URL: database.url, DRAIN_SECONDS: '4' });
  const { apiKey } = await newWorkspace(database.url);
  const post = async () =>
    (
      await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ query: CREATE }),
      })
    ).status;
  const readiness = async () => (await fetch(new URL('/readyz', server.url))).status;

  let inRotation = true;
  const statuses: number[] = [];
  const client = async () => {
    while (inRotation) statuses.push(await post());
  };
  const balancer = async () => {
    while ((await readiness()) === 200) await sleep(CHECK_MS);
    // What it has learnt last, it acts upon later.
    await sleep(CHECK_MS);
    inRotation = false;
  };
  const traffic = Promise.all([balancer(), ...Array.from({ length: CLIENTS }, client)]);
  await eventually(() => statuses.length > 20, 'answers');
  const ended = server.stop('SIGTERM');
  await traffic;
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect([await readiness(), await post()]).toEqual([503, 200]);
  expect((await ended).code).toBe(0);
});
