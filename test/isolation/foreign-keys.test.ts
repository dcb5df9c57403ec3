import { beforeAll, describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeEverything } from './support/everything.js';

const parley = useParley();
const ours = useWorkspace(parley);
const theirs = useWorkspace(parley);
beforeAll(async () => {
  await makeEverything(ours);
  await makeEverything(theirs);
});

type ForeignKey = { name: string; child: string; parent: string; columns: string[]; referenced: string[] };

/** The foreign keys between tables that belong to a workspace. */
function foreignKeys(): Promise<ForeignKey[]> {
  return parley.database.prisma.$queryRaw<ForeignKey[]>`
    WITH tenant AS (SELECT attrelid AS id FROM pg_attribute WHERE attname = 'workspaceId' AND NOT attisdropped)
    SELECT k.conname::text AS name, c.relname::text AS child, p.relname::text AS parent,
      (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY AS u(n, o)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n) AS columns,
      (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY AS u(n, o)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n) AS referenced
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conrelid IN (SELECT id FROM tenant) AND k.confrelid IN (SELECT id FROM tenant)
    ORDER BY k.conname`;
}

/** Points a row of ours at a row of theirs, and answers how the database takes it. */
async function linkAcross({ child, parent, columns, referenced }: ForeignKey): Promise<string> {
  const link = columns.flatMap((column, index) =>
    column === 'workspaceId' ? [] : [{ column, to: referenced[index] }],
  );
  const set = link.map(({ column, to }) => `"${column}" = p."${to}"`).join(', ');
  const update = `
    UPDATE "${child}" c SET ${set} FROM (SELECT * FROM "${parent}" WHERE "workspaceId" = $2::uuid LIMIT 1) p
    WHERE c.ctid = (SELECT ctid FROM "${child}" WHERE "workspaceId" = $1::uuid LIMIT 1)`;
  try {
    const changed = await parley.database.prisma.$executeRawUnsafe(update, uuidOf(ours.id), uuidOf(theirs.id));
    return changed === 0 ? 'no row to try it with' : 'taken';
  } catch (error) {
    return /Code: `(\w+)`/.exec(String(error))?.[1] ?? String(error);
  }
}

describe('the database schema', () => {
  it('includes the workspace in every foreign key between rows of workspaces, and cascades no deletion', async () => {
    const keys = await foreignKeys();
    expect(keys.length).toBeGreaterThan(30);
    expect(
      keys.filter(({ columns, referenced }) => !columns.includes('workspaceId') || !referenced.includes('workspaceId')),
    ).toEqual([]);
    const active = await parley.database.prisma.$queryRaw`
      SELECT conname::text FROM pg_constraint
      WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND (confdeltype <> 'a' OR confupdtype <> 'a')`;
    expect(active).toEqual([]);
  });

  it('refuses to link rows of two workspaces, by any foreign key', async () => {
    const outcomes = new Map<string, string[]>();
    for (const key of await foreignKeys()) {
      const outcome = await linkAcross(key);
      outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), key.name]);
    }
    expect(outcomes.get('taken') ?? []).toEqual([]);
    const refused = ['23503', '23514', '23505'].flatMap((state) => outcomes.get(state) ?? []);
    expect(refused.length).toBeGreaterThan(20);
    // Foreign keys without a row to try are not covered.
    expect(
      [...outcomes.keys()].filter((outcome) => !/^(23503|23514|23505|no row to try it with)$/.test(outcome)),
    ).toEqual([]);
  });
});
