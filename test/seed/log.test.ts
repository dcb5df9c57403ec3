import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../src/lib/ids.js';
import { conversations, seededWorkspace } from './seeded.js';

let seeded: Awaited<ReturnType<typeof seededWorkspace>>;
beforeAll(async () => {
  seeded = await seededWorkspace();
});
afterAll(() => seeded.close());

describe('the generated log', () => {
  it('has dense positions in order of time, and its head is the last event', async () => {
    const [log] = await seeded.rows(
      `SELECT count(*)::int AS events, min(position)::int AS first, max(position)::int AS last FROM "Event"
       WHERE "workspaceId" = $1`,
    );
    expect(log).toEqual({ events: seeded.written.events, first: 1, last: seeded.written.events });
    const head = await seeded.rows(
      `SELECT h.position::int FROM "EventHead" h
       JOIN "Event" e ON e."workspaceId" = h."workspaceId" AND e.position = h.position AND e.id = h."eventId"
       WHERE h."workspaceId" = $1`,
    );
    expect(head).toEqual([{ position: seeded.written.events }]);
    const late = await seeded.rows(
      `SELECT position FROM (
         SELECT position, "occurredAt", lag("occurredAt") OVER (ORDER BY position) AS before FROM "Event"
         WHERE "workspaceId" = $1
       ) AS e WHERE "occurredAt" < before`,
    );
    expect(late).toEqual([]);
  });

  it('has one event for every conversation, message, participant and departure', () =>
    seeded.expectNone(
      'SELECT count(*) FROM "Event" WHERE "workspaceId" = $1',
      `SELECT type, id FROM (
         SELECT 'conversation.created' AS type, id, id AS conversation, "createdAt" AS at FROM "Conversation"
         WHERE "workspaceId" = $1
         UNION ALL SELECT 'message.added', id, "conversationId", "createdAt" FROM "Message" WHERE "workspaceId" = $1
         UNION ALL SELECT 'participant.joined', id, "conversationId", "joinedAt" FROM "Participant" WHERE "workspaceId" = $1
         UNION ALL SELECT 'participant.left', id, "conversationId", "leftAt" FROM "Participant"
         WHERE "workspaceId" = $1 AND "leftAt" IS NOT NULL
       ) AS facts
       FULL JOIN (
         SELECT type, coalesce(payload->>'messageId', payload->>'participantId', "conversationId"::text)::uuid AS id,
                "conversationId" AS conversation, "occurredAt" AS at, count(*) OVER (PARTITION BY type, payload, "conversationId")
         FROM "Event" WHERE "workspaceId" = $1 AND type ~ '^(conversation.created|message.added|participant.*)$'
       ) AS told USING (type, id, conversation, at)
       WHERE told.count IS DISTINCT FROM 1`,
    ));

  it('starts each conversation with its creation, and names its contact and owner in every event', () =>
    seeded.expectNone(
      conversations,
      `SELECT e.position FROM (
         SELECT *, row_number() OVER (PARTITION BY "conversationId" ORDER BY position) AS number FROM "Event"
         WHERE "workspaceId" = $1
       ) AS e
       JOIN "Conversation" c ON c."workspaceId" = e."workspaceId" AND c.id = e."conversationId"
       WHERE (e.number = 1) <> (e.type = 'conversation.created')
         OR (e."contactId", e."ownerId") IS DISTINCT FROM (c."contactId", c."ownerId")`,
    ));

  it('gives, when replayed, the status, version and last change of each conversation', () =>
    seeded.expectNone(
      conversations,
      `SELECT c.id FROM "Conversation" c JOIN LATERAL (
         SELECT 1 + count(*) FILTER (WHERE type ~ '^conversation' AND type !~ '(created|read)$') AS version,
                max("occurredAt") FILTER (WHERE type !~ '(read|joined|left)$') AS updated,
                coalesce((array_agg(status ORDER BY position DESC) FILTER (WHERE status IS NOT NULL))[1], 'OPEN') AS status
         FROM (
           SELECT *, CASE type
             WHEN 'conversation.closed' THEN 'CLOSED' WHEN 'conversation.snoozed' THEN 'SNOOZED'
             WHEN 'conversation.reopened' THEN 'OPEN'
             WHEN 'conversation.updated'
               THEN jsonb_path_query_first(payload, '$.changes[*] ? (@.field == "status").to') #>> '{}' END AS status
           FROM "Event" e WHERE e."workspaceId" = c."workspaceId" AND e."conversationId" = c.id
         ) AS e
       ) AS e ON true
       WHERE c."workspaceId" = $1 AND (c.status::text, c.version, c."updatedAt") IS DISTINCT FROM (e.status, e.version, e.updated)`,
    ));

  it('chains assignments, and ends with the current assignee', async () => {
    const steps = await seeded.rows(
      `SELECT e."conversationId" AS id, e.payload->>'from' AS from, e.payload->>'to' AS to,
              c."assigneeUserId" AS user, c."assigneeBotId" AS bot
       FROM "Conversation" c LEFT JOIN "Event" e ON e."workspaceId" = c."workspaceId" AND e."conversationId" = c.id
         AND e.type IN ('conversation.assigned', 'conversation.transferred')
       WHERE c."workspaceId" = $1 ORDER BY e.position`,
    );
    const holders = new Map<unknown, unknown>();
    for (const { id, from, to } of steps.filter(({ id }) => id !== null)) {
      expect(from).toBe(holders.get(id) ?? null);
      holders.set(id, to);
    }
    for (const { id, user, bot } of steps) {
      const holder = String(holders.get(id) ?? '');
      expect(decodeId('User', holder)).toBe(user);
      expect(decodeId('Bot', holder)).toBe(bot);
    }
    expect(await seeded.number('SELECT count(*) FROM "Transfer" WHERE "workspaceId" = $1')).toBeGreaterThan(0);
  });

  it('has no event of a closed conversation other than reopening and reading', () =>
    seeded.expectNone(
      `${conversations} AND "reopenedAt" IS NOT NULL`,
      `SELECT position FROM (
         SELECT *, lag(type) OVER (PARTITION BY "conversationId" ORDER BY position) AS before FROM "Event"
         WHERE "workspaceId" = $1
       ) AS e WHERE before = 'conversation.closed' AND type <> 'conversation.reopened'`,
    ));
});
