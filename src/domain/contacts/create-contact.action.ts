import { z } from 'zod';
import { toJson } from '../../db/json.js';
import type { Contact } from '../../generated/prisma/client.js';
import {
  email,
  externalId,
  idempotencyKey,
  mergeMetadata,
  metadata,
  parse,
  phone,
  tags,
  text,
  url,
} from '../../lib/validation.js';
import { idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertIdentityFree, insertContact, lockContact } from './contact.sql.js';
import { lockIdentity } from './identity-lock.sql.js';

const createContactInput = z.object({
  name: text(255),
  phone: phone.optional(),
  email: email.optional(),
  avatarUrl: url.optional(),
  externalId: externalId.optional(),
  tags: tags.optional(),
  metadata: metadata.optional(),
  idempotencyKey: idempotencyKey.optional(),
});

/** Creates a contact; a phone number, e-mail address or externalId that another has is a ConflictError. */
export async function createContact(context: ActionContext, input: unknown): Promise<Contact> {
  const { idempotencyKey: key, ...wanted } = parse(createContactInput, input);
  return transact(context, (work) =>
    idempotent(
      work,
      { key, mutation: 'createContact', input: wanted },
      {
        run: async () => {
          await lockIdentity(work, wanted);
          await assertIdentityFree(work, wanted);
          const metadata = toJson(mergeMetadata({}, wanted.metadata ?? {}));
          const result = await insertContact(work, { ...wanted, metadata });
          return { result, ids: { id: result.id } };
        },
        resume: ({ id }) => lockContact(work, id, 'share'),
      },
    ),
  );
}
