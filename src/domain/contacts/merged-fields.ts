import type { Contact } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import { metadata, tags } from '../../lib/rules.js';
import { toJsonObject } from '../../lib/validation.js';
import { nameAfter } from './contact-name.js';

/**
 * The fields of a contact after others were merged into it. It keeps its own values, empty fields take the value of the
 * first other contact that has one, and tags and metadata are combined. Throws ValidationError if the combined tags or
 * metadata exceed their limits.
 */
export function mergedFields(survivor: Contact, others: readonly Contact[]) {
  const all = [survivor, ...others];
  const first = (field: 'phone' | 'email' | 'externalId' | 'avatarUrl') =>
    all.map((contact) => contact[field]).find((value) => value !== null) ?? null;
  const identity = { phone: first('phone'), email: first('email'), externalId: first('externalId') };
  const named = all.find((contact) => !contact.nameIsPlaceholder);
  return {
    ...nameAfter(survivor, { ...identity, name: survivor.nameIsPlaceholder ? named?.name : undefined }),
    ...identity,
    avatarUrl: first('avatarUrl'),
    tags: combinedTags(all),
    metadata: mergedMetadata(all),
  };
}

function combinedTags(contacts: readonly Contact[]): string[] {
  const combined = tags.safeParse(contacts.flatMap((contact) => contact.tags));
  if (combined.success) return combined.data;
  throw invalid('contactIds', 'Together the contacts have more than 50 tags. Remove some first.');
}

/** If several contacts have a key, the value of the survivor counts, then that of the contact listed first. */
function mergedMetadata(contacts: readonly Contact[]): object {
  const merged: object = Object.assign({}, ...contacts.map((contact) => toJsonObject(contact.metadata)).reverse());
  if (metadata.safeParse(merged).success) return merged;
  throw invalid('contactIds', 'Together the contacts have more than 16 KB of metadata. Remove some first.');
}
