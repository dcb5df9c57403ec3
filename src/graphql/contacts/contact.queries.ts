import type { Ordering } from '../../db/keyset.js';
import { contactMatches } from '../../domain/search/search.sql.js';
import { peopleSearch } from '../../domain/search/search-text.js';
import type { Contact as ContactRow } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { id, list, text } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { argumentsOf } from '../core/input.js';
import { listRows } from '../core/list-field.js';
import { findContact } from './contact.loader.js';
import { Contact } from './contact.type.js';

const ContactConnection = connectionType('Contact', Contact, 'contacts');

const newestFirst: Ordering<ContactRow> = {
  name: 'contacts',
  column: Prisma.sql`r."updatedAt"`,
  type: 'timestamptz',
  descending: true,
  value: ({ updatedAt }) => updatedAt.toISOString(),
  tiebreak: { column: Prisma.sql`r.id`, id: (row) => row.id },
};

const contactArgs = input('contact', 'One contact.', { id: required(id('Contact'), 'The contact.') });

const contactsArgs = input('contacts', 'Which contacts to list.', {
  search: peopleSearch,
  tags: optional(list(text(64), 50, 'tags'), 'Contacts that have all of these tags. An empty list matches nothing.'),
});

function matching(workspaceId: string, { search, tags }: Parsed<typeof contactsArgs>): Prisma.Sql {
  const conditions = [Prisma.sql`r."deletedAt" IS NULL`];
  if (search) conditions.push(contactMatches(workspaceId, search));
  if (tags) conditions.push(tags.length > 0 ? Prisma.sql`r.tags @> ${tags}::text[]` : Prisma.sql`FALSE`);
  return Prisma.join(conditions, ' AND ');
}

builder.queryFields((t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    description: 'A contact by id; null if there is none.',
    args: argumentsOf(t.arg, contactArgs),
    resolve: (_root, args, context) => findContact(context, parse(contactArgs.schema, args).id),
  }),
  contacts: t.field({
    type: ContactConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    description: 'The contacts of the workspace, most recently updated first.',
    args: { ...argumentsOf(t.arg, contactsArgs), ...pageArgs(t.arg) },
    resolve: (_root, args, context) => {
      const where = matching(context.viewer.workspaceId, parse(contactsArgs.schema, args));
      return listRows(context, args, { table: 'Contact', ordering: newestFirst, where });
    },
  }),
}));
