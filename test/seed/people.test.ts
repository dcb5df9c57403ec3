import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations, seededWorkspace } from './seeded.js';

let seeded: Awaited<ReturnType<typeof seededWorkspace>>;
beforeAll(async () => {
  seeded = await seededWorkspace();
});
afterAll(() => seeded.close());

describe('the generated people', () => {
  it('belong to the workspace and match their type wherever they are named', () =>
    seeded.expectNone(
      'SELECT count(*) FROM "Actor" WHERE "workspaceId" = $1',
      `SELECT n.* FROM (
         SELECT "authorType" AS type, "authorId" AS id FROM "Message" WHERE "workspaceId" = $1
         UNION SELECT "actorType", "actorId" FROM "Participant" WHERE "workspaceId" = $1
         UNION SELECT "actorType", "actorId" FROM "Event" WHERE "workspaceId" = $1
         UNION SELECT "assignedByType", "assignedById" FROM "Conversation" WHERE "workspaceId" = $1
         UNION SELECT "closedByType", "closedById" FROM "Conversation" WHERE "workspaceId" = $1
         UNION SELECT "reopenedByType", "reopenedById" FROM "Conversation" WHERE "workspaceId" = $1
         UNION SELECT "byType", "byId" FROM "Transfer" WHERE "workspaceId" = $1
         UNION SELECT "fromType", "fromId" FROM "Transfer" WHERE "workspaceId" = $1
         UNION SELECT "toType", "toId" FROM "Transfer" WHERE "workspaceId" = $1
       ) AS n
       LEFT JOIN (
         SELECT 'USER'::"ActorType" AS type, id FROM "User" WHERE "workspaceId" = $1
         UNION ALL SELECT 'BOT', id FROM "Bot" WHERE "workspaceId" = $1
         UNION ALL SELECT 'CONTACT', id FROM "Contact" WHERE "workspaceId" = $1
       ) AS known ON known.type = n.type AND known.id = n.id
       WHERE (n.type = 'SYSTEM') <> (n.id IS NULL) AND n.type IS NOT NULL OR n.type <> 'SYSTEM' AND known.id IS NULL`,
    ));

  it('each have an actor of their kind, and there are no other actors', async () => {
    const actors = await seeded.rows(
      `SELECT a.type, count(*)::int AS count FROM "Actor" a
       LEFT JOIN "User" u USING ("workspaceId", id) LEFT JOIN "Bot" b USING ("workspaceId", id)
       LEFT JOIN "Contact" c USING ("workspaceId", id)
       WHERE "workspaceId" = $1 AND a.type <> 'API_KEY'
         AND (a.type = 'USER') = (u.name IS NOT NULL) AND (a.type = 'BOT') = (b.name IS NOT NULL)
         AND (a.type = 'CONTACT') = (c.name IS NOT NULL)
       GROUP BY a.type ORDER BY a.type`,
    );
    expect(actors).toEqual([
      { type: 'USER', count: 20 },
      { type: 'BOT', count: 4 },
      { type: 'CONTACT', count: 150 },
    ]);
  });

  it('have, as contacts, a valid E.164 phone number or a lower-case email address', async () => {
    const contacts = await seeded.rows('SELECT name, phone, email FROM "Contact" WHERE "workspaceId" = $1');
    expect(contacts).toHaveLength(150);
    const phones = contacts.flatMap(({ phone }) => (typeof phone === 'string' ? [phone] : []));
    const emails = contacts.flatMap(({ email }) => (typeof email === 'string' ? [email] : []));
    expect(contacts.filter(({ phone, email }) => phone === null && email === null)).toEqual([]);
    expect(phones.length).toBeGreaterThan(50);
    expect(emails.length).toBeGreaterThan(50);
    expect(phones.filter((phone) => !parsePhoneNumberFromString(phone)?.isValid())).toEqual([]);
    expect(phones.filter((phone) => parsePhoneNumberFromString(phone)?.number !== phone)).toEqual([]);
    expect(emails.filter((email) => !/^[a-z]+\.[a-z]+\d+@example\.(com|net|org)$/.test(email))).toEqual([]);
  });

  it('take part in a conversation once at a time, including the customer, the bot and every author', () =>
    seeded.expectNone(
      'SELECT count(*) FROM "Participant" WHERE "workspaceId" = $1 AND "leftAt" IS NULL',
      `SELECT id FROM (
         SELECT c.id, w.actor, w.role FROM "Conversation" c
         CROSS JOIN LATERAL (
           SELECT coalesce(c."ownerId", c."contactId") AS actor, 'CUSTOMER'::"ParticipantRole" AS role
           UNION SELECT c."botId", 'BOT' WHERE c."botId" IS NOT NULL
           UNION SELECT c."assigneeUserId", 'AGENT' WHERE c."assigneeUserId" IS NOT NULL
           UNION SELECT m."authorId", CASE WHEN m.direction = 'INBOUND' THEN 'CUSTOMER' WHEN m."authorType" = 'BOT' THEN 'BOT'
                                           ELSE 'AGENT' END::"ParticipantRole"
           FROM "Message" m WHERE m."workspaceId" = c."workspaceId" AND m."conversationId" = c.id
         ) AS w WHERE c."workspaceId" = $1
       ) AS wanted
       FULL JOIN (
         SELECT "conversationId" AS id, "actorId" AS actor, role, count(*) AS stays FROM "Participant"
         WHERE "workspaceId" = $1 GROUP BY 1, 2, 3
       ) AS p USING (id, actor, role)
       WHERE stays IS DISTINCT FROM 1`,
    ));

  it('have written their last message while taking part', () =>
    seeded.expectNone(
      'SELECT count(*) FROM "Participant" WHERE "workspaceId" = $1 AND "lastMessageAt" IS NOT NULL',
      `SELECT p.id FROM "Participant" p LEFT JOIN LATERAL (
         SELECT min(m."createdAt") AS first, max(m."createdAt") AS last FROM "Message" m
         WHERE m."workspaceId" = p."workspaceId" AND m."conversationId" = p."conversationId" AND m."authorId" = p."actorId"
       ) AS m ON true
       WHERE p."workspaceId" = $1 AND (p."lastMessageAt" IS DISTINCT FROM m.last OR p."joinedAt" > m.first OR p."leftAt" < m.last)`,
    ));
});

describe('the generated read positions', () => {
  it('match the messages, and every author has read up to their own', () =>
    seeded.expectNone(
      'SELECT count(*) FROM "ReadPosition" WHERE "workspaceId" = $1',
      `SELECT a."authorId" FROM (
         SELECT "conversationId", "authorId", max(seq) AS seq FROM "Message" WHERE "workspaceId" = $1 GROUP BY 1, 2
       ) AS a
       FULL JOIN (SELECT * FROM "ReadPosition" WHERE "workspaceId" = $1) AS r
         ON r."conversationId" = a."conversationId" AND r."actorId" = a."authorId"
       LEFT JOIN "Message" m ON m."workspaceId" = $1 AND m."conversationId" = r."conversationId" AND m.seq = r.seq
       WHERE coalesce(r.seq, 0) < coalesce(a.seq, 0) OR m."inboundSeq" IS DISTINCT FROM r."inboundCount"
         OR r."readAt" < m."createdAt"`,
    ));

  it("after the reader's last message have a read event in the log", () =>
    seeded.expectNone(
      `SELECT count(*) FROM "Event" WHERE "workspaceId" = $1 AND type = 'conversation.read'`,
      `SELECT * FROM (
         SELECT r."conversationId", r."actorId", r.seq, r."readAt" FROM "ReadPosition" r
         WHERE r."workspaceId" = $1 AND NOT EXISTS (
           SELECT FROM "Message" m WHERE m."workspaceId" = $1 AND m."conversationId" = r."conversationId"
             AND m.seq = r.seq AND m."authorId" = r."actorId")
       ) AS r
       FULL JOIN (
         SELECT "conversationId", "actorId", (payload->>'seq')::int AS seq, "occurredAt" AS "readAt" FROM "Event"
         WHERE "workspaceId" = $1 AND type = 'conversation.read'
       ) AS e USING ("conversationId", "actorId", seq, "readAt")
       WHERE r IS NULL OR e IS NULL`,
    ));

  it('of the team are in the conversation, at the furthest of everyone but the customer', () =>
    seeded.expectNone(
      `${conversations} AND "teamReadSeq" > 0`,
      `SELECT c.id FROM "Conversation" c LEFT JOIN LATERAL (
         SELECT max(r.seq) AS seq, max(r."inboundCount") AS inbound FROM "ReadPosition" r
         WHERE r."workspaceId" = c."workspaceId" AND r."conversationId" = c.id
           AND r."actorId" IS DISTINCT FROM c."contactId" AND r."actorId" IS DISTINCT FROM c."ownerId"
       ) AS r ON true
       WHERE c."workspaceId" = $1
         AND (c."teamReadSeq", c."teamReadInbound") IS DISTINCT FROM (coalesce(r.seq, 0), coalesce(r.inbound, 0))`,
    ));
});
