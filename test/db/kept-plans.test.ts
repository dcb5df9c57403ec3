import { describe, expect, inject, it, onTestFinished } from 'vitest';
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

describe('the plan is kept of a statement that looks up', () => {
  const kept = { custom: TRIED, kept: EXECUTIONS - TRIED };

  it('the key of a request', async () => {
    const { database, plansOf } = open();
    const authenticate = createKeyAuthentication(database, () => new Date());
    for (let n = 0; n < EXECUTIONS; n += 1) expect(await authenticate(workspace.apiKey)).not.toBeNull();
    expect(await plansOf('"makerRole"')).toEqual(kept);
  });

  it('one of what others look up many of', async () => {
    const { database, plansOf } = open();
    for (let n = 0; n < EXECUTIONS; n += 1) {
      expect(await readHeads(database, [uuidOf(workspace.id)])).toHaveLength(1);
    }
    expect(await plansOf('"EventHead"')).toEqual(kept);
  });
});
