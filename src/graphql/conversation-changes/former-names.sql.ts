import type { Database } from '../../db/client.js';
import type { LogEntry } from '../../event-log/log-event.js';
import { endedParticipation, type FormerNames, formerContacts } from './list-keys.js';

type Row = { key: string; id: string; current: string | null; merged: string[] };

/** Looks up the former contacts and participants of conversations; no statement if these entries have none. */
export async function readFormerNames(
  { lookUp }: Pick<Database, 'lookUp'>,
  workspaceId: string,
  entries: readonly LogEntry[],
): Promise<FormerNames> {
  const participations = entries.flatMap((entry) => endedParticipation(entry) ?? []);
  const contacts = entries.flatMap(formerContacts);
  const rows =
    participations.length + contacts.length === 0
      ? []
      : await lookUp<Row>`
          SELECT named.key, named.id, coalesce(x."mergedIntoId", x.id) AS current,
            ARRAY(SELECT m.id::text FROM "Contact" m
              WHERE m."workspaceId" = x."workspaceId" AND m."mergedIntoId" = coalesce(x."mergedIntoId", x.id)) AS merged
          FROM (
            SELECT p.id AS key, p."actorId" AS id FROM "Participant" p
            WHERE p."workspaceId" = ${workspaceId}::uuid AND p.id = ANY(${participations}::uuid[])
            UNION SELECT id, id FROM unnest(${contacts}::uuid[]) id
          ) named
          LEFT JOIN "Contact" x ON x."workspaceId" = ${workspaceId}::uuid AND x.id = named.id`;
  const names = new Map(
    rows.map(({ key, id, current, merged }) => [key, [id, ...(current ? [current] : []), ...merged]]),
  );
  return { ofParticipation: (id) => names.get(id), ofContact: (id) => names.get(id) ?? [id] };
}
