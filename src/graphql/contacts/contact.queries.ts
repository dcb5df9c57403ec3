import { z } from 'zod';
import type { Ordering } from '../../db/keyset.js';
import { contactMatches } from '../../domain/search/search.sql.js';
import { searchText } from '../../domain/search/search-text.js';
import type { Contact as ContactRow } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { id, parse, text } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { pageComplexity } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
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

const contactsArgs = z.object({
  search: searchText.nullish(),
  tags: z.array(text(64)).max(50, 'Must have at most 50 tags.').nullish(),
});

function matching(workspaceId: string, { search, tags }: z.output<typeof contactsArgs>): Prisma.Sql {
  const conditions = [Prisma.sql`r."deletedAt" IS NULL`];
  if (search) conditions.push(contactMatches(workspaceId, search));
  if (tags) conditions.push(tags.length > 0 ? Prisma.sql`r.tags @> ${tags}::text[]` : Prisma.sql`FALSE`);
  return Prisma.join(conditions, ' AND ');
}

builder.queryFields((t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    description: 'One contact; null where there is none.',
    args: { id: t.arg.id({ required: true, description: 'Begins with cont_.' }) },
    resolve: (_root, args, context) => findContact(context, parse(z.object({ id: id('Contact') }), args).id),
  }),
  contacts: t.field({
    type: ContactConnection,
    complexity: pageComplexity,
    description: 'The contacts of the workspace, newest `updatedAt` first.',
    args: {
      search: t.arg.string({
        description:
          'All words in name and e-mail address, the last one by its beginning; similar names; a part of the phone number. At most 200 characters.',
      }),
      tags: t.arg.stringList({ description: 'Only those that have all of these tags; an empty list matches nothing.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, args, context) => {
      const where = matching(context.viewer.workspaceId, parse(contactsArgs, args));
      return listRows(context, args, { table: 'Contact', ordering: newestFirst, where });
    },
  }),
}));
