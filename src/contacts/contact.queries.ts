import { z } from 'zod';
import type { Ordering } from '../db/keyset.js';
import type { Contact as ContactRow } from '../generated/prisma/client.js';
import { Prisma } from '../generated/prisma/client.js';
import { builder } from '../graphql/builder.js';
import { pageComplexity } from '../graphql/complexity.js';
import { connectionType, pageArgs } from '../graphql/connection.js';
import { listRows } from '../graphql/list-field.js';
import { id, parse, text } from '../validation.js';
import { Contact, contactsById } from './contact.type.js';

const ContactConnection = connectionType('Contact', Contact, 'contacts');

const newestFirst: Ordering<ContactRow> = {
  name: 'contacts',
  column: Prisma.sql`r."updatedAt"`,
  type: 'timestamptz',
  descending: true,
  value: ({ updatedAt }) => updatedAt.toISOString(),
  tiebreak: { column: Prisma.sql`r.id`, id: (row) => row.id },
};

const contactsArgs = z.object({ tags: z.array(text(64)).max(50, 'Must have at most 50 tags.').nullish() });

function having(tags: string[] | null | undefined): Prisma.Sql {
  if (!tags) return Prisma.sql`r."deletedAt" IS NULL`;
  return tags.length > 0 ? Prisma.sql`r."deletedAt" IS NULL AND r.tags @> ${tags}::text[]` : Prisma.sql`FALSE`;
}

builder.queryFields((t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    description: 'One contact; null where there is none.',
    args: { id: t.arg.id({ required: true, description: 'Begins with cont_.' }) },
    resolve: async (_root, args, context) => {
      const contact = await contactsById(context).load(parse(z.object({ id: id('Contact') }), args).id);
      return contact?.deletedAt ? null : contact;
    },
  }),
  contacts: t.field({
    type: ContactConnection,
    complexity: pageComplexity,
    description: 'The contacts of the workspace, newest `updatedAt` first.',
    args: {
      tags: t.arg.stringList({ description: 'Only those that have all of these tags; an empty list matches nothing.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, args, context) => {
      const { tags } = parse(contactsArgs, args);
      return listRows(context, args, { table: 'Contact', ordering: newestFirst, where: having(tags) });
    },
  }),
}));
