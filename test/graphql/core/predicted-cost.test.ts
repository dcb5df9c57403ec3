import { beforeAll, expect, it } from 'vitest';
import { rowWeight, STATEMENT } from '../../../src/graphql/core/complexity.js';
import { schema } from '../../../src/graphql/schema.js';
import { parseId } from '../../../src/lib/ids.js';
import { EventCursorDocument } from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import type { TestWorkspace } from '../../support/parley.js';
import { seededRandom } from '../../support/seeded-random.js';
import { signInAs } from '../../support/token.js';
import { fillWorkspace, idsIn } from './support/fill-workspace.js';
import { type IdPool, randomDocument } from './support/random-documents.js';

const DOCUMENTS = 200;

// Stands still, because the first use of a key in a minute takes a statement more.
const now = new Date();
let statements = 0;
const parley = useParley({
  clock: () => now,
  onStatement: () => {
    statements += 1;
  },
});
const workspace = useWorkspace(parley);
let ids: IdPool;
let cursor: string;
beforeAll(async () => {
  cursor = await ask(workspace, EventCursorDocument, {});
  ids = await fillWorkspace(workspace);
});

const weights: Readonly<Record<string, number>> = {
  Message: rowWeight.message,
  WebhookDelivery: rowWeight.delivery,
  Conversation: rowWeight.withMetadata,
  Contact: rowWeight.withMetadata,
  Prospect: rowWeight.withMetadata,
};

type Measured = { predicted: number; counted: number; query: string };

/** Runs a document, and counts its fields, statements and rows at the prices of docs/limits.md. Null if it is too large. */
async function measure({ apiKey }: TestWorkspace, query: string): Promise<Measured | null> {
  statements = 0;
  const response = await fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query, extensions: { cost: true } }),
  });
  const { data, errors, extensions } = await response.json();
  if (errors?.[0].extensions.code === 'QUERY_TOO_COMPLEX') return null;
  if (errors) throw new Error(`${JSON.stringify(errors)} for ${query}`);
  const rows = [...new Set(idsIn(data))].map((id) => weights[parseId(id)?.type ?? ''] ?? rowWeight.plain);
  const { requested, fields } = extensions.cost;
  const counted = fields + STATEMENT * statements + rows.reduce((sum, weight) => sum + weight, 0);
  return { predicted: requested, counted, query };
}

it.each([
  ['an API key', 1],
  ['an owner', 2],
] as const)(
  'what a document of %s costs is what its fields, statements and rows do, or more',
  async (who, seed) => {
    const caller = who === 'an API key' ? workspace : await signInAs(parley, workspace, 'OWNER');
    const random = seededRandom(seed);
    const measured: Measured[] = [];
    for (let count = 0; count < DOCUMENTS; count += 1) {
      const each = await measure(caller, randomDocument({ schema, random, ids, cursor }));
      if (each) measured.push(each);
    }
    // The documents are worth measuring: nearly all are answered, and many of them with much.
    expect(measured.length).toBeGreaterThan(0.9 * DOCUMENTS);
    expect(measured.filter(({ counted }) => counted > 200).length).toBeGreaterThan(0.2 * DOCUMENTS);
    const ratios = measured.map(({ predicted, counted }) => predicted / counted).toSorted((a, b) => a - b);
    // What costs less than it does is a tenth below at worst; a statement that is taken in two may come on top.
    const cheap = measured.filter(({ predicted, counted }) => predicted < 0.75 * counted);
    expect(cheap, `the worst ratio is ${ratios[0]}`).toEqual([]);
    // Half of the documents cost less than four times what they do. The others have lists that are not full.
    expect(ratios[Math.floor(ratios.length / 2)]).toBeLessThan(4);
  },
  120_000,
);
