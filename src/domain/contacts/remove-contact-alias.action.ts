import type { Contact } from '../../generated/prisma/client.js';
import { ContactAliasKind } from '../../generated/prisma/enums.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { email, enumOf, externalId, id, phone, text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { lockContact } from './contact.sql.js';
import { removeAlias } from './contact-alias.sql.js';
import type { ContactIdentity } from './contact-identity.js';
import { lockIdentity } from './contact-identity.sql.js';

const aliasKind = enumOf('ContactAliasKind', ContactAliasKind, 'a kind of alias');

const rules = {
  PHONE: { field: 'phone', rule: phone },
  EMAIL: { field: 'email', rule: email },
  EXTERNAL_ID: { field: 'externalId', rule: externalId },
} as const;

export const removeContactAliasInput = input(
  'RemoveContactAliasInput',
  'The alias to take away from a contact.',
  {
    contactId: required(id('Contact'), 'The contact.'),
    kind: required(aliasKind, 'What the alias is.'),
    value: required(text(1024), 'The alias, in any spelling that it is found by.'),
  },
  {
    check: ({ kind, value }, refuse) => {
      if (!rules[kind].rule.safeParse(value).success) refuse('value', 'Must be of the kind that is given.');
    },
  },
);

export type RemovedAlias = { contact: Contact; changed: boolean };

const outcome: Outcome<RemovedAlias, { id: string; changed: boolean }> = {
  keep: ({ contact, changed }) => ({ id: contact.id, changed }),
  resume: async (work, { id, changed }) => ({ contact: await lockContact(work, id, 'share'), changed }),
};

/** Takes an alias away from a contact, so that somebody else may be reached by it. Changes nothing if it has no such alias. */
export async function removeContactAlias(
  context: ActionContext,
  { contactId, kind, value }: Parsed<typeof removeContactAliasInput>,
): Promise<RemovedAlias> {
  return transactOnce(context, outcome, async (work) => {
    const { field, rule } = rules[kind];
    const identity: ContactIdentity = { [field]: rule.parse(value) };
    await lockIdentity(work, identity);
    const contact = await lockContact(work, contactId, 'update');
    if (!(await removeAlias(work, contact.id, identity))) return { contact, changed: false };
    work.recordChange(contact.id, { type: 'contact.updated', payload: {} });
    const changed = await work.tx.contact.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: contact.id } },
      data: { updatedAt: work.now },
    });
    return { contact: changed, changed: true };
  });
}
