import type pg from 'pg';

type Missed = { workspaceId: string; contactId: string; position: string };

/** What a follower of a contact's conversations has missed after a position: each event with its conversation as it is. */
export async function readMissed(pool: pg.Pool, { workspaceId, contactId, position }: Missed): Promise<string> {
  const { rows } = await pool.query<{ json: string }>({
    name: 'missed',
    text: `
      SELECT json_build_object('events', count(*), 'data', json_agg(json_build_object('position', e.position,
        'conversation', json_build_object('id', c.id, 'status', c.status, 'subject', c.subject)) ORDER BY e.position)
      )::text AS json
      FROM "Event" e JOIN "Conversation" c ON c."workspaceId" = e."workspaceId" AND c.id = e."conversationId"
      WHERE e."workspaceId" = $1 AND e."contactId" = $2 AND e.position > $3`,
    values: [workspaceId, contactId, position],
  });
  return rows[0]?.json ?? '{"events":0}';
}
