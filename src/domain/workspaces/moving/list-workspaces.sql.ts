import type { Client } from 'pg';
import { encodeId } from '../../../lib/ids.js';
import type { Closed } from './closed-workspace.sql.js';

/** A workspace in the list of all. */
export type ListedWorkspace = {
  /** The public id. */
  id: string;
  slug: string;
  name: string;
  createdAt: string;
  users: number;
  contacts: number;
  conversations: number;
  messages: number;
  /** Null unless it is being imported or deleted. */
  closed: Closed['reason'] | null;
};

/** All workspaces, the oldest first. Counts all rows, which takes a second for each million. */
export async function listWorkspaces(client: Client): Promise<ListedWorkspace[]> {
  const counted = ['User', 'Contact', 'Conversation', 'Message'];
  const counts = counted.map(
    (table) => `(SELECT count(*) FROM "${table}" t WHERE t."workspaceId" = w.id)::float8 AS "${table.toLowerCase()}s"`,
  );
  const { rows } = await client.query<Omit<ListedWorkspace, 'createdAt'> & { createdAt: Date }>(
    `SELECT w.id, w.slug, w.name, w."createdAt", ${counts.join(', ')}, c.reason AS closed
     FROM "Workspace" w LEFT JOIN "ClosedWorkspace" c ON c."workspaceId" = w.id ORDER BY w."createdAt", w.id`,
  );
  return rows.map((row) => ({
    ...row,
    id: encodeId('Workspace', row.id),
    createdAt: row.createdAt.toISOString(),
  }));
}
