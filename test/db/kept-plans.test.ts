import { expect, inject, it, onTestFinished } from 'vitest';
import { createKeyAuthentication } from '../../src/auth/authenticate-key.js';
import { openDatabase } from '../../src/db/client.js';
import { readHeads } from '../../src/event-log/read-log.sql.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';

const parley = useParley();
const workspace = useWorkspace(parley);

/** PostgreSQL looks at so many plans for the values of an execution before it considers one for all values. */
const TRIED = 5;
const EXECUTIONS = 12;

/** With one connection, which alone knows how often it has planned a statement. */
function open() {
  const database = openDatabase({ url: inject('databaseUrl'), poolSize: 1 });
  onTestFinished(() => database.close());
  /** How many executions of the statements with this text were planned for their values, and how many had a kept plan. */
  const plansOf = async (text: string) => {
    const [plans] = await database.read<{ custom: number; kept: number }>`
      SELECT sum(custom_plans)::int AS custom, sum(generic_plans)::int AS kept FROM pg_prepared_statements
      WHERE position(${text} IN statement) > 0 AND position('pg_prepared_statements' IN statement) = 0`;
    return plans;
  };
  return { database, plansOf };
}

/** Each request looks up its key; those that come at the same moment do it together. */
it.each([
  ['the key of a request', 1],
  ['the keys of a few requests', 3],
])('the plan is kept of the statement that looks up %s', async (_what, count) => {
  const { database, plansOf } = open();
  const authenticate = createKeyAuthentication(database, () => new Date());
  const keys = [workspace.apiKey, 'parley_sk_one', 'parley_sk_two'].slice(0, count);
  for (let n = 0; n < EXECUTIONS; n += 1) {
    const [viewer, ...others] = await Promise.all(keys.map(authenticate));
    expect([viewer?.workspaceId, ...others]).toEqual([uuidOf(workspace.id), ...others.map(() => null)]);
  }
  expect(await plansOf('"makerRole"')).toEqual({ custom: TRIED, kept: EXECUTIONS - TRIED });
});

it('what looks up many things takes none and the same one twice', async () => {
  const { database } = open();
  const id = uuidOf(workspace.id);
  expect(await readHeads(database, [])).toEqual([]);
  expect(await readHeads(database, [id, id])).toHaveLength(1);
});
