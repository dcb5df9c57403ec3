import { toJson } from '../../db/client.js';
import type { Contact } from '../../generated/prisma/client.js';
import { clientId } from '../../lib/client-id.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { metadata, text } from '../../lib/rules.js';
import { mergeMetadata } from '../../lib/validation.js';
import { createOnce } from '../../unit-of-work/client-id.sql.js';
import { idempotencyField, idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { insertContact, lockContact } from './contact.sql.js';
import { contactFields } from './contact-fields.js';
import { assertIdentityFree, lockIdentity } from './contact-identity.sql.js';

export const createContactInput = input('CreateContactInput', 'A new contact.', {
  id: optional(clientId('Contact'), 'The id to create it with, made by the client. Default: a new one.'),
  name: required(text(255), "The contact's name."),
  ...contactFields,
  metadata: optional(metadata, 'Any data to store with the contact.'),
  ...idempotencyField,
});

/** Creates a contact. Throws ConflictError if another has the phone number, email address or externalId. */
export async function createContact(
  context: ActionContext,
  { idempotencyKey: key, ...wanted }: Parsed<typeof createContactInput>,
): Promise<Contact> {
  return transact(context, (work) =>
    idempotent(
      work,
      { key, mutation: 'createContact', input: wanted },
      {
        run: async () => {
          const result = await createOnce(
            work,
            { type: 'Contact', id: wanted.id, input: wanted },
            {
              create: () => create(work, wanted),
              resume: (id) => lockContact(work, id, 'share'),
              idOf: ({ id }) => id,
            },
          );
          return { result, ids: { id: result.id } };
        },
        resume: ({ id }) => lockContact(work, id, 'share'),
      },
    ),
  );
}

type Wanted = Omit<Parsed<typeof createContactInput>, 'idempotencyKey'>;

async function create(work: Work, wanted: Wanted): Promise<Contact> {
  await lockIdentity(work, wanted);
  await assertIdentityFree(work, wanted);
  return insertContact(work, { ...wanted, metadata: toJson(mergeMetadata({}, wanted.metadata ?? {})) });
}
