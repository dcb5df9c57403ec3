import { Kind, parse, print, type SelectionNode, visit } from 'graphql';
import { beforeAll, expect, it } from 'vitest';
import { schema } from '../../../src/graphql/schema.js';
import { EventCursorDocument } from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import type { TestWorkspace } from '../../support/parley.js';
import { type Random, seededRandom } from '../../support/seeded-random.js';
import { signIn, signInAs } from '../../support/token.js';
import { fillWorkspace } from './support/fill-workspace.js';
import { type IdPool, randomDocument } from './support/random-documents.js';

const DOCUMENTS = 100;

// Stands still, so that both answers have the same age.
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

/** Adds what clients write besides: fields under conditions, fragments, and fields that are selected twice. */
function elaborate(document: string, random: Random): string {
  const selections = visit(parse(document), {
    Field: (node) => {
      const condition = random() < 0.5 ? '@include(if: $yes)' : '@skip(if: $yes)';
      const [example] = parse(`{ field ${condition} }`).definitions;
      if (random() > 0.1 || example?.kind !== Kind.OPERATION_DEFINITION) return undefined;
      return { ...node, directives: example.selectionSet.selections[0]?.directives ?? [] };
    },
    SelectionSet: {
      leave: (node) => {
        const twice = node.selections.filter(() => random() < 0.1);
        const fragment: SelectionNode = { kind: Kind.INLINE_FRAGMENT, selectionSet: node };
        if (random() < 0.2) return { ...node, selections: [fragment, ...twice] };
        return { ...node, selections: [...node.selections, ...twice] };
      },
    },
  });
  return print(selections).replace(/^\{/, 'query ($yes: Boolean = true) {');
}

/** The text of an answer: the order of fields matters too. Introspection makes the server execute an operation in full. */
async function answerTo({ post }: TestWorkspace, query: string, inFull: boolean): Promise<string> {
  const asked = inFull ? query.replace(/\}\s*$/, '__type(name: "ID") { name } }') : query;
  const { body } = await post(asked);
  const { __type: _introspected, ...data } = body.data ?? {};
  const errors = body.errors?.map(({ message, path, extensions }) => ({ message, path, code: extensions?.code }));
  return JSON.stringify({ data: body.data && data, errors });
}

it.each([
  ['an API key', 11],
  ['an agent', 12],
  ['a contact', 13],
] as const)(
  'the short way to execute a query gives the answer of the long one, for %s',
  { timeout: 120_000 },
  async (who, seed) => {
    const callers = {
      'an API key': () => Promise.resolve(workspace),
      'an agent': () => signInAs(parley, workspace, 'AGENT'),
      'a contact': () => signIn(parley, workspace, ids.get('Contact')?.[0] ?? ''),
    };
    const caller = await callers[who]();
    const random = seededRandom(seed);
    let withData = 0;
    for (let count = 0; count < DOCUMENTS; count += 1) {
      const query = elaborate(randomDocument({ schema, random, ids, cursor }), random);
      const answer = await answerTo(caller, query, false);
      // Its message tells the cost, which is that of two documents.
      if (answer.includes('QUERY_TOO_COMPLEX')) continue;
      expect(answer, query).toBe(await answerTo(caller, query, true));
      if (answer.length > 300) withData += 1;
    }
    expect(withData).toBeGreaterThan(DOCUMENTS / 10);
  },
);

it('an operation with an error reads nothing twice', async () => {
  // Its error is in a field that may be null, so that all others are resolved.
  const query = `{
    wrong: conversation(id: "nothing") { id }
    conversations(first: 5) { totalCount nodes { contact { name } messages(first: 2) { totalCount nodes { id } } } }
    messages(first: 3) { totalCount again: totalCount nodes { author { id } } }
  }`;
  const count = async (inFull: boolean) => {
    statements = 0;
    return { answer: await answerTo(workspace, query, inFull), statements };
  };
  await count(true);
  const { answer, statements: once } = await count(true);
  expect(answer).toContain('BAD_USER_INPUT');
  expect(await count(false)).toEqual({ answer, statements: once });
});
