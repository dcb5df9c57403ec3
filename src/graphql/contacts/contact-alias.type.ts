import DataLoader from 'dataloader';
import type { ContactAlias as ContactAliasRow } from '../../generated/prisma/client.js';
import { ContactAliasKind } from '../../generated/prisma/enums.js';
import { builder } from '../core/builder.js';
import { perOperation } from '../core/context.js';
import { usableInInputs } from '../core/input.js';

const Kind = usableInInputs(
  builder.enumType(ContactAliasKind, {
    name: 'ContactAliasKind',
    description: 'What an alias of a contact is.',
    values: {
      PHONE: { description: 'A phone number.' },
      EMAIL: { description: 'An email address.' },
      EXTERNAL_ID: { description: 'An id in an outside system, as client keys name it.' },
    },
  }),
);

/** What a contact is reached by since another one was merged into it. */
export const ContactAlias = builder.objectRef<ContactAliasRow>('ContactAlias').implement({
  description: 'What a contact is reached by besides its own values, since a contact that had it was merged into it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: Kind, description: 'What it is.' }),
    value: t.exposeString('value', { description: 'The phone number, the email address or the externalId.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the contacts were merged.' }),
  }),
});

/** Loads the aliases of contacts, oldest first. */
export const aliasesOfContacts = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, ContactAliasRow[]>(async (contactIds) => {
      const rows = await database.prisma.$queryRaw<ContactAliasRow[]>`
        SELECT * FROM "ContactAlias" WHERE "workspaceId" = ${viewer.workspaceId}::uuid
          AND "contactId" = ANY(${[...contactIds]}::uuid[]) ORDER BY "createdAt", kind, value`;
      return contactIds.map((id) => rows.filter(({ contactId }) => contactId === id));
    }),
);
