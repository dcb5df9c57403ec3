import { z } from 'zod';
import { toJson } from '../../db/json.js';
import { eraseConversations } from '../../erasure/deliveries.sql.js';
import type { Contact } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, LostRaceError, transact, type Work } from '../../unit-of-work/transaction.js';
import { lockContact } from './contact.sql.js';
import { lockIdentities, lockMerging } from './identity-lock.sql.js';
import { lockConversationsOf, type MergedConversation, readContacts, retire } from './merge-contacts.sql.js';
import { mergeConversations } from './merge-conversations.js';
import { resolveContacts } from './merged-contact.sql.js';
import { mergedFields } from './merged-fields.js';

const MAX_CONTACTS = 20;

const mergeContactsInput = z
  .object({
    survivorId: id('Contact'),
    contactIds: z
      .array(id('Contact'))
      .min(1, 'Must have at least one id.')
      .max(MAX_CONTACTS, `Must have at most ${MAX_CONTACTS} ids.`)
      .transform((ids) => [...new Set(ids)]),
    closeDuplicates: z.boolean(),
  })
  .refine(({ survivorId, contactIds }) => !contactIds.includes(survivorId), {
    path: ['contactIds'],
    message: 'Must not name the survivor.',
  });

export type MergedContacts = { contact: Contact; movedConversationCount: number };

/**
 * Merges contacts into one whom the caller names. Conversations move to it, it keeps what it has and gets what it lacks,
 * and the ids of the others go on as its own. Those that were merged into it already change nothing.
 */
export async function mergeContacts(context: ActionContext, input: unknown): Promise<MergedContacts> {
  const { survivorId, contactIds, closeDuplicates } = parse(mergeContactsInput, input);
  return transact(context, async (work) => {
    await lockMerging(work);
    const [found, ...foundOthers] = await findContacts(work, [survivorId, ...contactIds]);
    if (!found) throw new NotFoundError('contact', encodeId('Contact', survivorId));
    if (foundOthers.length === 0) return { contact: found, movedConversationCount: 0 };
    const { survivor, others, conversations } = await lockAll(work, found, foundOthers);
    const from = others.map((contact) => contact.id);
    await eraseSentOf(work, from);
    const merge = { from, to: survivor.id, closeDuplicates };
    const movedConversationCount = await mergeConversations(work, conversations, merge);
    const { metadata, ...fields } = mergedFields(survivor, others);
    await retire(work, from, survivor.id);
    const contact = await work.tx.contact.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: survivor.id } },
      data: { ...fields, metadata: toJson(metadata), updatedAt: work.now },
    });
    return { contact, movedConversationCount };
  });
}

/** Of what contacts had, only what the survivor takes over is kept; what was sent of their conversations may hold the rest. */
async function eraseSentOf(work: Work, contactIds: string[]): Promise<void> {
  const conversations = await lockConversationsOf(work, contactIds);
  await eraseConversations(
    work,
    conversations.map(({ id }) => id),
  );
}

/** The contacts that these ids mean now, each once, in their order; throws NotFoundError where there is none. */
async function findContacts(work: Work, ids: string[]): Promise<Contact[]> {
  const currentIds = await resolveContacts(work, ids);
  const rows = new Map((await readContacts(work, currentIds)).map((row) => [row.id, row]));
  const contacts = ids.map((askedId, index) => {
    const row = rows.get(currentIds[index] ?? askedId);
    if (!row || row.deletedAt) throw new NotFoundError('contact', encodeId('Contact', askedId));
    return row;
  });
  return [...new Set(contacts)];
}

type Locked = { survivor: Contact; others: Contact[]; conversations: MergedConversation[] };

/** Locks what contacts are found by, then their conversations, then the contacts, and answers them as they are now. */
async function lockAll(work: Work, found: Contact, foundOthers: Contact[]): Promise<Locked> {
  const contacts = [found, ...foundOthers];
  const ids = contacts.map((contact) => contact.id);
  await lockIdentities(work, contacts);
  await lockConversationsOf(work, ids);
  const locked = new Map<string, Contact>();
  for (const contactId of [...ids].sort()) locked.set(contactId, await lockContact(work, contactId, 'update'));
  const [survivor, ...others] = contacts.map((contact) => unchanged(contact, locked.get(contact.id)));
  if (!survivor) throw new LostRaceError();
  // Also those that began while this waited for the contacts, which whoever begins one holds: from here on nobody can.
  return { survivor, others, conversations: await lockConversationsOf(work, ids) };
}

/** Whoever was merged or got another phone number or e-mail address since it was read makes all be tried again. */
function unchanged(read: Contact, locked: Contact | undefined): Contact {
  const same = locked?.id === read.id && locked.phone === read.phone && locked.email === read.email;
  if (!same) throw new LostRaceError();
  return locked;
}
