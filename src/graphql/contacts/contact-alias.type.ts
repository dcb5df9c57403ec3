import { type ContactAlias as ContactAliasRow, Prisma } from '../../generated/prisma/client.js';
import { ContactAliasKind } from '../../generated/prisma/enums.js';
import { boundedLists } from '../core/bounded-list.js';
import { builder } from '../core/builder.js';
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
export const aliasesOfContacts = boundedLists<ContactAliasRow>(({ viewer }) => ({
  columns: Prisma.sql`a.*`,
  from: Prisma.sql`"ContactAlias" a WHERE a."workspaceId" = ${viewer.workspaceId}::uuid`,
  parent: Prisma.sql`a."contactId"`,
  parentOf: ({ contactId }) => contactId,
  order: Prisma.sql`a."createdAt", a.kind, a.value`,
}));
