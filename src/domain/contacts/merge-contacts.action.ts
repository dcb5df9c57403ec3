import { toJson } from '../../db/client.js';
import { eraseConversations } from '../../erasure/deliveries.sql.js';
import type { Contact } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, listRule, type Parsed, required, withDefault } from '../../lib/input.js';
import { flag, id, list } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import { type ActionContext, LostRaceError, type Work } from '../../unit-of-work/transaction.js';
import { sweepOn } from '../sweeps/continue-sweep.js';
import { type Step, scheduleSweep } from '../sweeps/sweep.js';
import { lockContact } from './contact.sql.js';
import { addAliases } from './contact-alias.sql.js';
import { lockIdentities, lockMerges } from './contact-identity.sql.js';
import {
  lockConversationsOf,
  type MergedConversation,
  readContacts,
  redirectToSurvivor,
} from './merge-contacts.sql.js';
import { mergeConversations } from './merge-conversations.js';
import { countOwn, lockContested, moveEvents, needSteps } from './merge-step.sql.js';
import { resolveContacts } from './merged-contact.sql.js';
import { mergedFields } from './merged-fields.js';

const MAX_CONTACTS = 20;

const mergedIds = listRule(
  id('Contact'),
  list(id('Contact'), MAX_CONTACTS, 'ids')
    .refine(({ length }) => length > 0, 'Must have at least one id.')
    .transform((ids) => [...new Set(ids)]),
  `1 to ${MAX_CONTACTS} ids.`,
);

export const mergeContactsInput = input(
  'MergeContactsInput',
  'Contacts that are the same person, and which of them survives.',
  {
    survivorId: required(id('Contact'), 'The contact that survives.'),
    contactIds: required(mergedIds, 'The contacts to merge into the survivor.'),
    closeDuplicates: withDefault(
      flag,
      false,
      'If the survivor would have several active conversations on a channel that allows one, closes all but the one with the latest interaction, with resolution SWITCHED. Includes conversations the viewer cannot see.',
    ),
  },
  {
    check: ({ survivorId, contactIds }, refuse) => {
      if (contactIds.includes(survivorId)) refuse('contactIds', 'Must not include the survivor.');
    },
  },
);

export type MergedContacts = { contact: Contact; movedConversationCount: number; pending: boolean };

type Begun = { merged: Omit<MergedContacts, 'pending'>; step: Step };

const outcome: Outcome<Begun, { id: string; movedConversationCount: number; step: Step }> = {
  keep: ({ merged: { contact, movedConversationCount }, step }) => ({ id: contact.id, movedConversationCount, step }),
  resume: async (work, { id, movedConversationCount, step }) => ({
    merged: { contact: await lockContact(work, id, 'share'), movedConversationCount },
    step,
  }),
};

/**
 * Merges contacts into a survivor that the caller names. It gets their conversations and the values it lacks, and their
 * ids then refer to it. Contacts that were already merged into it are ignored. Many conversations follow in steps, but
 * those that others could be in the way of at once.
 */
export async function mergeContacts(
  context: ActionContext,
  { survivorId, contactIds, closeDuplicates }: Parsed<typeof mergeContactsInput>,
): Promise<MergedContacts> {
  const { merged, step } = await transactOnce(context, outcome, async (work) => {
    await lockMerges(work);
    const [found, ...foundOthers] = await findContacts(work, [survivorId, ...contactIds]);
    if (!found) throw new NotFoundError('contact', encodeId('Contact', survivorId));
    if (foundOthers.length === 0) {
      return { merged: { contact: found, movedConversationCount: 0 }, step: { changed: 0, next: null } };
    }
    const from = foundOthers.map((contact) => contact.id);
    const inSteps = await needSteps(work, from);
    const lockConversations = inSteps ? lockContested : lockConversationsOf;
    const { survivor, others, conversations } = await lockAll(work, found, foundOthers, lockConversations);
    await eraseDeliveries(work, inSteps ? conversations.filter(hasAnyOf(from)) : await lockConversationsOf(work, from));
    const movedConversationCount = await countOwn(work, from);
    // Before what follows from it, which readers are then told after it.
    for (const id of from) work.recordChange(id, { type: 'contact.deleted', payload: { mergedInto: survivor.id } });
    work.recordChange(survivor.id, { type: 'contact.updated', payload: {} });
    await mergeConversations(work, conversations, { from, to: survivor.id, closeDuplicates });
    const { metadata, ...fields } = mergedFields(survivor, others);
    await redirectToSurvivor(work, from, survivor.id);
    const contact = await work.tx.contact.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: survivor.id } },
      data: { ...fields, metadata: toJson(metadata), updatedAt: work.now },
    });
    await addAliases(work, others, contact);
    const complete = !inSteps && (await moveEvents(work, from, survivor.id));
    const first: Step = { changed: 0, next: complete ? null : { kind: 'merge', id: survivor.id, from } };
    scheduleSweep(work, context.viewer.actor, first);
    return { merged: { contact, movedConversationCount }, step: first };
  });
  const { workspaceId, actor: by } = context.viewer;
  const { pending } = await sweepOn(context, { workspaceId, by, step });
  return { ...merged, pending };
}

/** Erases what webhooks sent about conversations: it may contain values the survivor does not take over. */
async function eraseDeliveries(work: Work, conversations: readonly MergedConversation[]): Promise<void> {
  await eraseConversations(
    work,
    conversations.map(({ id }) => id),
  );
}

function hasAnyOf(contactIds: readonly string[]) {
  return ({ contactId }: MergedConversation) => contactId !== null && contactIds.includes(contactId);
}

/** Finds the contacts these ids now refer to, without duplicates and in the given order. Throws NotFoundError if one is missing. */
async function findContacts(work: Work, ids: string[]): Promise<Contact[]> {
  const currentIds = await resolveContacts(work, ids);
  const rows = new Map((await readContacts(work, currentIds)).map((row) => [row.id, row]));
  const contacts = ids.map((givenId, index) => {
    const row = rows.get(currentIds[index] ?? givenId);
    if (!row || row.deletedAt) throw new NotFoundError('contact', encodeId('Contact', givenId));
    return row;
  });
  return [...new Set(contacts)];
}

type Locked = { survivor: Contact; others: Contact[]; conversations: MergedConversation[] };

/** Locks identities, then conversations, then contacts. Returns the locked rows. */
async function lockAll(
  work: Work,
  found: Contact,
  foundOthers: Contact[],
  lockConversations: typeof lockConversationsOf,
): Promise<Locked> {
  const contacts = [found, ...foundOthers];
  const ids = contacts.map((contact) => contact.id);
  await lockIdentities(work, contacts);
  await lockConversations(work, ids);
  const locked = new Map<string, Contact>();
  for (const contactId of [...ids].sort()) locked.set(contactId, await lockContact(work, contactId, 'update'));
  const [survivor, ...others] = contacts.map((contact) => unchanged(contact, locked.get(contact.id)));
  if (!survivor) throw new LostRaceError();
  // Conversations may have started while this waited for the contacts. Starting one locks its contact, so no more can now.
  return { survivor, others, conversations: await lockConversations(work, ids) };
}

/** Throws LostRaceError, which retries the action, if a contact was merged or got another identity since it was read. */
function unchanged(read: Contact, locked: Contact | undefined): Contact {
  const same =
    locked?.id === read.id &&
    locked.phone === read.phone &&
    locked.email === read.email &&
    locked.externalId === read.externalId;
  if (!same) throw new LostRaceError();
  return locked;
}
