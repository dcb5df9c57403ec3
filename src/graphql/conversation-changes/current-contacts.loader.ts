import DataLoader from 'dataloader';
import type { Database } from '../../db/client.js';
import type { Context } from '../core/context.js';

type Key = { workspaceId: string; id: string };
type Reader = Pick<Database, 'lookUp'>;

function createLoader({ lookUp }: Reader): DataLoader<Key, string | null> {
  const load = async (keys: readonly Key[]) => {
    const rows = await lookUp<{ n: number; current: string }>`
      SELECT k.n::int AS n, coalesce(c."mergedIntoId", c.id) AS current
      FROM unnest(${keys.map(({ workspaceId }) => workspaceId)}::uuid[], ${keys.map(({ id }) => id)}::uuid[])
        WITH ORDINALITY AS k("workspaceId", id, n)
      JOIN "Contact" c ON c."workspaceId" = k."workspaceId" AND c.id = k.id`;
    const current = new Map(rows.map((row) => [row.n, row.current]));
    return keys.map((_key, index) => current.get(index + 1) ?? null);
  };
  // A contact may be merged at any time.
  return new DataLoader(load, { cache: false });
}

const loaders = new WeakMap<Reader, DataLoader<Key, string | null>>();

/**
 * The contact that one is now, which is another if it was merged; null if there is none. One statement looks up those of
 * all lists that are asked at the same moment, as after a restart a thousand are, each of another contact.
 */
export function currentContact({ database, viewer: { workspaceId } }: Context, id: string): Promise<string | null> {
  const loader = loaders.get(database) ?? createLoader(database);
  loaders.set(database, loader);
  return loader.load({ workspaceId, id });
}
