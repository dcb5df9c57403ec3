import { z } from 'zod';
import { toJson } from '../../db/json.js';
import type { Contact } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import {
  email,
  externalId,
  id,
  mergeMetadata,
  metadata,
  metadataMode,
  parse,
  phone,
  tags,
  text,
  url,
} from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertIdentityFree, lockContact } from './contact.sql.js';
import { lockIdentity } from './identity-lock.sql.js';

const updateContactInput = z.object({
  contactId: id('Contact'),
  name: text(255).optional(),
  phone: phone.optional(),
  email: email.optional(),
  avatarUrl: url.optional(),
  externalId: externalId.optional(),
  tags: tags.optional(),
  metadata: metadata.optional(),
  metadataMode,
});

/** Changes a contact; a phone number, e-mail address or externalId that another has is a ConflictError. */
export async function updateContact(context: ActionContext, input: unknown): Promise<Contact> {
  const { contactId, metadata: given, metadataMode, ...fields } = parse(updateContactInput, input);
  return transact(context, async (work) => {
    await lockIdentity(work, fields);
    const contact = await lockContact(work, contactId, 'update');
    await assertIdentityFree(work, fields, contact.id);
    const merged = given && mergeMetadata(metadataMode === 'MERGE' ? contact.metadata : {}, given);
    if (merged && !metadata.safeParse(merged).success) throw invalid('metadata', 'Must have at most 16 KB.');
    return work.tx.contact.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: contact.id } },
      data: { ...fields, ...(merged ? { metadata: toJson(merged) } : {}), updatedAt: work.now },
    });
  });
}
