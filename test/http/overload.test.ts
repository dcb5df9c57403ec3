import { expect, it } from 'vitest';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { holdMessages } from '../support/held-messages.js';
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
  const letGo = await holdMessages(database.url);
  // One more than may wait. None of them can end, so that exactly one is refused, whichever comes last.
  const answers = Array.from({ length: MAX_WAITING + 1 }, () => send('{ messages { totalCount } }'));
  const first = await Promise.race(answers);
  expect(first.status).toBe(503);

  const refused = await send('mutation { createContact(input: { name: "Ada" }) { __typename } }');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
  expect((await fetch(new URL('/healthz', parley.url))).status).toBe(200);

  await letGo();
  const statuses = await Promise.all(answers.map(async (answer) => (await answer).status));
  expect(statuses.sort()).toEqual([...Array.from({ length: MAX_WAITING }, () => 200), 503]);
  expect((await send('{ contacts { totalCount } }')).status).toBe(200);
});
