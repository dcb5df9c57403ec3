import type { Database } from '../../db/client.js';
import { perTurn } from '../../lib/per-turn.js';
import type { Context } from '../core/context.js';

type Key = { workspaceId: string; id: string };
type Reader = Pick<Database, 'lookUp'>;

type Find = (key: Key) => Promise<string | null>;

/** Keeps no answer: a contact may be merged at any time. */
function createFind({ lookUp }: Reader): Find {
  return perTurn(async (keys) => {
    const rows = await lookUp<{ n: number; current: string }>`
      SELECT k.n::int AS n, coalesce(c."mergedIntoId", c.id) AS current
      FROM unnest(${keys.map(({ workspaceId }) => workspaceId)}::uuid[], ${keys.map(({ id }) => id)}::uuid[])
        WITH ORDINALITY AS k("workspaceId", id, n)
      JOIN "Contact" c ON c."workspaceId" = k."workspaceId" AND c.id = k.id`;
    const current = new Map(rows.map((row) => [row.n, row.current]));
    return keys.map((_key, index) => current.get(index + 1) ?? null);
  });
}

const finds = new WeakMap<Reader, Find>();

/**
 * The contact that one is now, which is another if it was merged; null if there is none. One statement looks up those of
 * all lists that are asked at the same moment, as after a restart a thousand are, each of another contact.
 */
export function currentContact({ database, viewer: { workspaceId } }: Context, id: string): Promise<string | null> {
  const find = finds.get(database) ?? createFind(database);
  finds.set(database, find);
  return find({ workspaceId, id });
}
