import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const MAX_WAITING = 5;
const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { maxWaitingRequests: MAX_WAITING } });
const workspace = useFreshWorkspace(parley);

/** Sends without reading the body as GraphQL, which a refusal might not be. */
const send = (query: string) =>
  fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
    body: JSON.stringify({ query }),
  });

it('a request that comes on top of those that wait is refused at once, and taken again when they are done', async () => {
  const client = new pg.Client({ connectionString: database.url });
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE "Message" IN ACCESS EXCLUSIVE MODE');
  const waiting = Array.from({ length: MAX_WAITING }, () => send('{ messages { totalCount } }'));

  let refused: Response | undefined;
  await eventually(async () => {
    refused = await send('mutation { createContact(input: { name: "Ada" }) { __typename } }');
    return refused.status === 503;
  }, 'a refusal');
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect(await refused?.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
  expect((await fetch(new URL('/healthz', parley.url))).status).toBe(200);

  await client.query('COMMIT');
  const statuses = await Promise.all(waiting.map(async (answer) => (await answer).status));
  expect(statuses).toEqual(Array.from({ length: MAX_WAITING }, () => 200));
  expect((await send('{ contacts { totalCount } }')).status).toBe(200);
});
