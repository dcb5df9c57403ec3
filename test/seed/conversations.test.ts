import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations, messages, seededWorkspace } from './seeded.js';

let seeded: Awaited<ReturnType<typeof seededWorkspace>>;
beforeAll(async () => {
  seeded = await seededWorkspace();
});
afterAll(() => seeded.close());

describe('the generated messages', () => {
  it('have the requested number, and so do the conversations', async () => {
    expect(seeded.written).toMatchObject({ conversations: 300, messages: 3000 });
    expect(await seeded.number(conversations)).toBe(300);
    expect(await seeded.number(messages)).toBe(3000);
  });

  it('are numbered 1, 2, 3 … by time within each conversation', () =>
    seeded.expectNone(
      messages,
      `SELECT * FROM (
         SELECT "conversationId", seq, row_number() OVER (PARTITION BY "conversationId" ORDER BY "createdAt", seq) AS expected
         FROM "Message" WHERE "workspaceId" = $1
       ) AS m WHERE seq <> expected`,
    ));

  it('count the inbound messages up to each', () =>
    seeded.expectNone(
      messages,
      `SELECT * FROM (
         SELECT "conversationId", seq, "inboundSeq",
                count(*) FILTER (WHERE direction = 'INBOUND') OVER (PARTITION BY "conversationId" ORDER BY seq) AS expected
         FROM "Message" WHERE "workspaceId" = $1
       ) AS m WHERE "inboundSeq" <> expected`,
    ));

  it('are inbound and delivered if the contact or owner writes, and outbound otherwise', () =>
    seeded.expectNone(
      messages,
      `SELECT m.* FROM "Message" m JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
       WHERE m."workspaceId" = $1
         AND ((m."authorType" = 'CONTACT' OR m."authorId" = c."ownerId") <> (m.direction = 'INBOUND')
              OR m.direction = 'INBOUND' AND m.status <> 'DELIVERED'
              OR m."authorType" = 'CONTACT' AND m."authorId" <> c."contactId"
              OR (m.status = 'FAILED') <> (m."errorMessage" IS NOT NULL)
              OR m."channelId" IS DISTINCT FROM c."channelId")`,
    ));

  it('have a text without placeholders', () =>
    seeded.expectNone(
      messages,
      `SELECT text FROM "Message"
       WHERE "workspaceId" = $1 AND (text IS NULL OR text ~ '[{}]' OR length(trim(text)) < 2 OR content->>'text' <> text)`,
    ));
});

describe('the generated conversations', () => {
  it('have counters and times that match their messages', () =>
    seeded.expectNone(
      conversations,
      `SELECT c.id FROM "Conversation" c JOIN LATERAL (
         SELECT count(*) AS messages, max("inboundSeq") AS inbound, min("createdAt") AS first, max("createdAt") AS last
         FROM "Message" m WHERE m."workspaceId" = c."workspaceId" AND m."conversationId" = c.id
       ) AS m ON true
       WHERE c."workspaceId" = $1 AND (c."messageCount", c."inboundCount", c."firstMessageAt", c."lastMessageAt",
                                       c."lastInteractionAt", c."createdAt")
                                      IS DISTINCT FROM (m.messages, m.inbound, m.first, m.last, m.last, m.first)`,
    ));

  it('have all statuses and priorities, with and without bot, assignee, owner, subject and tags', async () => {
    const [variety] = await seeded.rows(
      `SELECT count(DISTINCT status)::int AS statuses, count(DISTINCT priority)::int AS priorities,
              count(DISTINCT resolution) > 2 AS resolutions, bool_or("botActive") AND NOT bool_and("botActive") AS bots,
              count("assigneeUserId") > 0 AS users, count("assigneeBotId") > 0 AS "assignedBots", count("ownerId") > 0 AS owners,
              count(*) FILTER (WHERE num_nonnulls("assigneeUserId", "assigneeBotId") = 0) > 0 AS unassigned,
              count(subject) BETWEEN 1 AND count(*) - 1 AS subjects, bool_or(tags <> '{}') AS tags,
              bool_or(metadata <> '{}') AS metadata, count(DISTINCT "channelId")::int AS channels,
              count("reopenedAt") > 0 AS reopened
       FROM "Conversation" WHERE "workspaceId" = $1`,
    );
    expect(variety).toEqual({
      statuses: 4,
      priorities: 4,
      resolutions: true,
      bots: true,
      users: true,
      assignedBots: true,
      owners: true,
      unassigned: true,
      subjects: true,
      tags: true,
      metadata: true,
      channels: 10,
      reopened: true,
    });
  });

  it('have a complete closure, assignment and reopening, or none', () =>
    seeded.expectNone(
      conversations,
      `SELECT id FROM "Conversation" WHERE "workspaceId" = $1 AND (
         (status = 'CLOSED') <> ("closedByType" IS NOT NULL) OR (status = 'CLOSED') <> (resolution IS NOT NULL)
         OR status <> 'CLOSED' AND num_nonnulls("closedById", "closureReason", "closureNotes") > 0
         OR ("closedByType" = 'SYSTEM') <> (resolution = 'EXPIRED')
         OR (num_nonnulls("assigneeUserId", "assigneeBotId") = 1) <> ("assignedAt" IS NOT NULL)
         OR ("assignedAt" IS NULL) <> ("assignedByType" IS NULL) OR ("reopenedAt" IS NULL) <> ("reopenedByType" IS NULL))`,
    ));

  it('are snoozed until a future time, and were closed in the past', () =>
    seeded.expectNone(
      `${conversations} AND status = 'SNOOZED'`,
      `SELECT id FROM "Conversation" WHERE "workspaceId" = $1
         AND (status = 'SNOOZED' AND "snoozedUntil" <= now() OR "closedAt" > now() OR "updatedAt" > now())`,
    ));

  it('have an active bot only if no person has taken over', () =>
    seeded.expectNone(
      `${conversations} AND "botActive"`,
      `SELECT id FROM "Conversation" WHERE "workspaceId" = $1
         AND ("botActive" AND ("botId" IS NULL OR "assigneeUserId" IS NOT NULL)
              OR "assigneeBotId" IS NOT NULL AND ("assigneeBotId" <> "botId" OR NOT "botActive"))`,
    ));

  it('are exclusive exactly if the channel does not allow many', () =>
    seeded.expectNone(
      `${conversations} AND exclusive`,
      `SELECT c.id FROM "Conversation" c LEFT JOIN "Channel" h ON h."workspaceId" = c."workspaceId" AND h.id = c."channelId"
       WHERE c."workspaceId" = $1 AND c.exclusive <> NOT coalesce(h."allowMany", true)`,
    ));

  it('of one contact on an exclusive channel never overlap', () =>
    seeded.expectNone(
      `SELECT count(*) FROM "Conversation" a JOIN "Conversation" b USING ("workspaceId", "channelId", "contactId")
       WHERE a."workspaceId" = $1 AND a.exclusive AND a.id < b.id`,
      `SELECT a.id FROM "Conversation" a JOIN "Conversation" b USING ("workspaceId", "channelId", "contactId")
       WHERE a."workspaceId" = $1 AND a.exclusive AND a."createdAt" < b."createdAt"
         AND (a."closedAt" IS NULL OR a."closedAt" > b."createdAt")`,
    ));

  it('have UUIDv7 ids that contain their creation time', () =>
    seeded.expectNone(
      conversations,
      `SELECT id FROM (
         SELECT id, "createdAt" FROM "Conversation" WHERE "workspaceId" = $1
         UNION ALL SELECT id, "createdAt" FROM "Message" WHERE "workspaceId" = $1
         UNION ALL SELECT id, "occurredAt" FROM "Event" WHERE "workspaceId" = $1
         UNION ALL SELECT id, "createdAt" FROM "Contact" WHERE "workspaceId" = $1
       ) AS r
       WHERE substr(id::text, 15, 1) <> '7' OR substr(id::text, 20, 1) !~ '[89ab]'
         OR ('x' || lpad(left(replace(id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint
            <> round(extract(epoch FROM "createdAt") * 1000)`,
    ));
});
