import { expect, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { testClock } from '../support/clock.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';

const clock = testClock(Date.now());
let statements = 0;
const parley = useParley({
  clock: clock.now,
  config: { rateLimits: { key: 5_000, user: 5_000, contact: 5_000, sends: 0 } },
  onStatement: () => {
    statements += 1;
  },
});
const workspace = useFreshWorkspace(parley);

/** Sends a request. Returns its status and how many statements it took. */
async function send(key = workspace.apiKey): Promise<[status: number, statements: number]> {
  const before = statements;
  const { status } = await workspace.post('{ conversations(first: 1) { nodes { id } } }', {}, key);
  return [status, statements - before];
}

it('a caller without points is refused without a look at the database until its minute is over', async () => {
  let last = await send();
  for (let tries = 0; tries < 20 && last[0] === 200; tries += 1) last = await send();
  expect(last[0]).toBe(429);
  // First by what is known of the caller, and then by what is known of its key. The server itself may ask for something.
  await eventually(async () => (await send()).join() === '429,0', 'a refusal without a statement');
  const { headers, body } = await workspace.post('{ viewer { role } }');
  expect(body.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await parley.newWorkspace();
  expect((await send(other.apiKey))[0]).toBe(200);
  clock.tick(61_000);
  expect((await send())[1]).toBeGreaterThan(0);
});
