import type { EventSubject } from '../../event-log/append-events.js';
import { type Contact, type Conversation, type Message, Prisma } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';

/** How many conversations, and how many messages in those of others, one transaction erases: each takes many statements. */
const CONVERSATIONS = 20;
const MESSAGES = 100;

/** A contact, even a deleted one, locked; and its ids: its own, and those of the contacts that were merged into it. */
type Person = { contact: Contact; ids: string[] };

/** Locks the contact that an id refers to. Throws NotFoundError if there is none. */
export async function lockPerson({ tx, workspaceId }: SystemWork, id: string): Promise<Person> {
  const [contact] = await tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND id = (
      SELECT coalesce("mergedIntoId", id) FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid)
    FOR UPDATE`;
  if (!contact) throw new NotFoundError('contact', encodeId('Contact', id));
  return { contact, ids: await idsOf({ tx, workspaceId }, contact.id) };
}

async function idsOf({ tx, workspaceId }: Pick<SystemWork, 'tx' | 'workspaceId'>, contactId: string) {
  const merged = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND "mergedIntoId" = ${contactId}::uuid`;
  return [contactId, ...merged.map(({ id }) => id)];
}

/** What a contact is and was reached by. */
export async function identitiesOf({ tx, workspaceId }: SystemWork, contact: Contact): Promise<string[]> {
  const aliases = await tx.contactAlias.findMany({ where: { workspaceId, contactId: contact.id } });
  const { phone, email, externalId } = contact;
  return [phone, email, externalId, ...aliases.map(({ value }) => value)].flatMap((value) => value ?? []);
}

/** How much is erased with a contact. */
export type Erased = {
  conversationCount: number;
  messageCount: number;
  uploadCount: number;
  prospectCount: number;
  eventCount: number;
  deliveryCount: number;
  aliasCount: number;
};

/** Counts what there is to erase of a person. */
export async function countErased(
  { tx, workspaceId }: SystemWork,
  contactId: string,
  ids: readonly string[],
): Promise<Erased> {
  const here = Prisma.sql`"workspaceId" = ${workspaceId}::uuid`;
  const anyOfThem = Prisma.sql`ANY(${[...ids]}::uuid[])`;
  const [counts] = await tx.$queryRaw<Erased[]>`
    WITH own AS MATERIALIZED (
      SELECT id FROM "Conversation" WHERE ${here} AND "contactId" = ${anyOfThem}
    ), message AS MATERIALIZED (
      SELECT id FROM "Message" WHERE ${here} AND "conversationId" IN (SELECT id FROM own)
      UNION SELECT id FROM "Message" WHERE ${here} AND "authorId" = ${anyOfThem} AND "deletedAt" IS NULL
    ), known AS MATERIALIZED (
      SELECT id FROM own UNION SELECT "conversationId" FROM "Participant" WHERE ${here} AND "actorId" = ${anyOfThem}
    )
    SELECT (SELECT count(*) FROM own)::int AS "conversationCount",
      (SELECT count(*) FROM message)::int AS "messageCount",
      (SELECT count(*) FROM "Upload" WHERE ${here} AND "messageId" IN (SELECT id FROM message))::int
        + (SELECT count(*) FROM "Upload" WHERE ${here} AND "messageId" IS NULL AND "removedAt" IS NULL
          AND "callerId" = ${anyOfThem})::int AS "uploadCount",
      (SELECT count(DISTINCT "prospectId") FROM "ProspectLink" l WHERE ${here}
        AND "conversationId" IN (SELECT id FROM own) AND NOT EXISTS (
          SELECT FROM "ProspectLink" o WHERE o."workspaceId" = l."workspaceId" AND o."prospectId" = l."prospectId"
            AND o."conversationId" NOT IN (SELECT id FROM own)))::int AS "prospectCount",
      (SELECT count(*) FROM "Event" WHERE ${here} AND "conversationId" IN (SELECT id FROM own))::int AS "eventCount",
      (SELECT count(*) FROM "WebhookDelivery" WHERE ${here} AND body IS NOT NULL
        AND "conversationId" IN (SELECT id FROM known))::int AS "deliveryCount",
      (SELECT count(*) FROM "ContactAlias" WHERE ${here} AND "contactId" = ${contactId}::uuid)::int AS "aliasCount"`;
  if (!counts) throw new Error('Nothing was counted.');
  return counts;
}

/**
 * Locks some of the conversations that a person has, in ascending order of ids; also those that a merge which still goes on
 * has not moved yet.
 */
export async function lockSomeOwn(work: SystemWork, contactId: string): Promise<Conversation[]> {
  const { tx, workspaceId } = work;
  const ids = await idsOf(work, contactId);
  return tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ANY(${ids}::uuid[])
    ORDER BY id LIMIT ${CONVERSATIONS} FOR UPDATE`;
}

type Written = { message: Message; conversation: EventSubject };

/**
 * Some of the messages that a person wrote in conversations of others and of which something is left, with their
 * conversations locked; null if there are none. May be empty though there are some, if others were quicker.
 */
export async function lockSomeMessagesBy(work: SystemWork, contactId: string): Promise<Written[] | null> {
  const { tx, workspaceId } = work;
  const ids = await idsOf(work, contactId);
  const select = () => tx.$queryRaw<Message[]>`
    SELECT * FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid AND "authorId" = ANY(${ids}::uuid[])
      AND ("deletedAt" IS NULL OR "externalId" IS NOT NULL OR "clientMessageId" IS NOT NULL OR "errorMessage" IS NOT NULL)
    ORDER BY "createdAt", id LIMIT ${MESSAGES}`;
  const found = await select();
  if (found.length === 0) return null;
  const conversations = await tx.$queryRaw<EventSubject[]>`
    SELECT id, "contactId", "ownerId" FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid
      AND id = ANY(${found.map(({ conversationId }) => conversationId)}::uuid[])
    ORDER BY id FOR UPDATE`;
  const locked = new Map(conversations.map((conversation) => [conversation.id, conversation]));
  // Read again under the locks: some may have been deleted meanwhile, and others, not locked, have come in their place.
  return (await select()).flatMap((message) => {
    const conversation = locked.get(message.conversationId);
    return conversation ? [{ message, conversation }] : [];
  });
}

/** Removes all that a message of a locked conversation says, and the names that others have for it. */
export async function clearMessage({ tx, workspaceId, now }: SystemWork, id: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Message" SET text = NULL, content = '{}', metadata = '{}', "externalId" = NULL, "clientMessageId" = NULL,
      "errorMessage" = NULL, "deletedAt" = coalesce("deletedAt", ${now}), "updatedAt" = greatest("updatedAt", ${now})
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
  await tx.$executeRaw`
    UPDATE "MessageTransportStatus" SET "errorMessage" = NULL
    WHERE "workspaceId" = ${workspaceId}::uuid AND "messageId" = ${id}::uuid AND "errorMessage" IS NOT NULL`;
}

/**
 * Forgets why requests were refused where that repeats one of these values. It repeats them as a whole, such as the id
 * of what was not found: what a client gave is not put into sentences. Outcomes of other requests are ids only.
 */
export async function eraseFailuresWith({ tx, workspaceId }: SystemWork, values: readonly string[]): Promise<void> {
  if (values.length === 0) return;
  await tx.$executeRaw`
    DELETE FROM "IdempotencyClaim" c WHERE c."workspaceId" = ${workspaceId}::uuid AND c.failure IS NOT NULL
      AND EXISTS (SELECT FROM unnest(${[...values]}::text[]) AS v(value)
        WHERE jsonb_path_exists(c.failure, '$.** ? (@ == $value)', jsonb_build_object('value', v.value)))`;
}
