import { toJson } from '../../db/client.js';
import type { Contact } from '../../generated/prisma/client.js';
import { clientId } from '../../lib/client-id.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { metadata, text } from '../../lib/rules.js';
import { mergeMetadata } from '../../lib/validation.js';
import { createOnce } from '../../unit-of-work/client-id.sql.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { insertContact, lockContact } from './contact.sql.js';
import { contactFields } from './contact-fields.js';
import { assertIdentityFree, lockIdentity } from './contact-identity.sql.js';

export const createContactInput = input('CreateContactInput', 'A new contact.', {
  id: optional(clientId('Contact'), 'The id to create it with, made by the client. Default: a new one.'),
  name: required(text(255), "The contact's name."),
  ...contactFields,
  metadata: optional(metadata, 'Any data to store with the contact.'),
});

type Wanted = Parsed<typeof createContactInput>;

const outcome = rowOutcome<Contact>((work, id) => lockContact(work, id, 'share'));

/** Creates a contact. Throws ConflictError if another has the phone number, email address or externalId. */
export async function createContact(context: ActionContext, wanted: Wanted): Promise<Contact> {
  return transactOnce(context, outcome, (work) =>
    createOnce(
      work,
      { type: 'Contact', id: wanted.id, input: wanted },
      { create: () => create(work, wanted), resume: (id) => outcome.resume(work, { id }), idOf: ({ id }) => id },
    ),
  );
}

async function create(work: Work, wanted: Wanted): Promise<Contact> {
  await lockIdentity(work, wanted);
  await assertIdentityFree(work, wanted);
  return insertContact(work, { ...wanted, metadata: toJson(mergeMetadata({}, wanted.metadata ?? {})) });
}
