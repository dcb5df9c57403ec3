import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';

const parley = useParley();
const workspace = useWorkspace(parley);

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** The megabytes that the process still needs. */
function heap(): number {
  if (typeof collectGarbage === 'function') collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

const DOCUMENTS = 60;
/** Of about 10 000 tokens, whose parsed form takes 3 MB. */
const fields = (field: string) => Array.from({ length: 3_300 }, (_, index) => `a${index}: ${field}`).join(' ');

it.each([
  ['valid', 'eventCursor'],
  ['invalid', 'unknown'],
])(
  'ever new %s documents do not fill the memory',
  async (_what, field) => {
    const text = fields(field);
    await workspace.post(`query Before { ${text} }`);
    const before = heap();
    for (let index = 0; index < DOCUMENTS; index += 1) {
      const { body } = await workspace.post(`query Q${index} { ${text} }`);
      expect(body.errors?.length).toBeGreaterThan(0);
    }
    // All of them would take 180 MB.
    expect(heap() - before).toBeLessThan(90);
  },
  120_000,
);
