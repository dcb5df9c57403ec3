import type pg from 'pg';

const PAGE = 500;

/** Reads the events after a position, page by page. Returns how many there are. */
export async function readEvents(
  pool: pg.Pool,
  { workspaceId, position }: { workspaceId: string; position: string },
): Promise<{ events: number }> {
  let after = position;
  let events = 0;
  for (;;) {
    const { rows } = await pool.query<{ position: string }>({
      name: 'events',
      text: `SELECT * FROM "Event" WHERE "workspaceId" = $1 AND position > $2 ORDER BY position LIMIT ${PAGE}`,
      values: [workspaceId, after],
    });
    events += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return { events };
    after = last.position;
  }
}
