import { expect, it } from 'vitest';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { countWaiting, holdMessages, untilWaiting } from '../support/held-messages.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { signInAs } from '../support/token.js';

const POOL = 12;
const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { databasePoolSize: POOL } });
const workspace = useFreshWorkspace(parley);

it('one caller whose reads take long keeps neither its workspace, nor others, nor readiness from theirs', async () => {
  const [slow, colleague] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'AGENT')];
  const other = await parley.newWorkspace();
  const letGo = await holdMessages(database.url);
  const searches = Array.from({ length: 4 * POOL }, () => slow.post('{ messages { totalCount nodes { id } } }'));
  await untilWaiting(database, POOL / 3);

  for (const caller of [colleague, other]) {
    expect((await caller.post('{ conversations { totalCount } }')).body.data).toEqual({
      conversations: { totalCount: 0 },
    });
  }
  expect((await fetch(new URL('/readyz', parley.url))).status).toBe(200);
  expect(await countWaiting(database)).toBe(POOL / 3);

  await letGo();
  const answers = await Promise.all(searches);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body.data)))).toEqual(
    new Set([JSON.stringify({ messages: { totalCount: 0, nodes: [] } })]),
  );
});
