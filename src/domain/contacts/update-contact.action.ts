import { toJson } from '../../db/client.js';
import type { Contact } from '../../generated/prisma/client.js';
import { optional, type Parsed, required, updateInput, withDefault } from '../../lib/input.js';
import { id, metadata, metadataMode, text } from '../../lib/rules.js';
import { mergeWithinLimit } from '../../lib/validation.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { lockContact } from './contact.sql.js';
import { removeOwnAliases } from './contact-alias.sql.js';
import { contactFields } from './contact-fields.js';
import { assertIdentityFree, lockIdentity } from './contact-identity.sql.js';
import { nameAfter } from './contact-name.js';

export const updateContactInput = updateInput(
  'UpdateContactInput',
  'Changes to a contact. Fields that are left out stay as they are.',
  {
    contactId: required(id('Contact'), 'The contact.'),
    name: optional(text(255), "The contact's name."),
    ...contactFields,
    metadata: optional(metadata, 'Any data to store with the contact. The limit also holds after merging.'),
    metadataMode: withDefault(
      metadataMode,
      'MERGE',
      'Whether `metadata` is merged into what is stored or replaces it.',
    ),
  },
);

/** Changes a contact. Throws ConflictError if another has the phone number, email address or externalId. */
export async function updateContact(
  context: ActionContext,
  { contactId, metadata: given, metadataMode, ...fields }: Parsed<typeof updateContactInput>,
): Promise<Contact> {
  return transactOnce(
    context,
    rowOutcome((work, id) => lockContact(work, id, 'share')),
    async (work) => {
      await lockIdentity(work, fields);
      const contact = await lockContact(work, contactId, 'update');
      await assertIdentityFree(work, fields, contact.id);
      await removeOwnAliases(work, { ...fields, id: contact.id });
      work.recordChange(contact.id, { type: 'contact.updated', payload: {} });
      const merged = given && mergeWithinLimit('metadata', metadataMode === 'MERGE' ? contact.metadata : {}, given);
      return work.tx.contact.update({
        where: { workspaceId_id: { workspaceId: work.workspaceId, id: contact.id } },
        data: {
          ...fields,
          ...nameAfter(contact, fields),
          ...(merged ? { metadata: toJson(merged) } : {}),
          updatedAt: work.now,
        },
      });
    },
  );
}
