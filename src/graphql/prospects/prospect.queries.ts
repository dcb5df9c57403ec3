import { z } from 'zod';
import { prospectMatches } from '../../domain/search/search.sql.js';
import { searchText } from '../../domain/search/search-text.js';
import { Prisma } from '../../generated/prisma/client.js';
import { ProspectStatus as Status } from '../../generated/prisma/enums.js';
import { id, parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { pageComplexity } from '../core/complexity.js';
import { pageArgs } from '../core/connection.js';
import { DateTimeRange, dateTimeRange, inRange } from '../core/date-time-range.js';
import { listRows } from '../core/list-field.js';
import { findProspect } from './prospect.loader.js';
import { Prospect, ProspectStatus } from './prospect.type.js';
import { ProspectConnection } from './prospect-lists.js';
import { ProspectOrder, prospectOrdering } from './prospect-order.js';

const prospectsArgs = z.object({
  search: searchText.nullish(),
  status: z.array(z.enum(Status)).nullish(),
  updatedAt: dateTimeRange.nullish(),
});

function matching(workspaceId: string, { search, status, updatedAt }: z.output<typeof prospectsArgs>): Prisma.Sql {
  const conditions = [Prisma.sql`TRUE`, ...inRange(Prisma.sql`r."updatedAt"`, updatedAt)];
  if (search) conditions.push(prospectMatches(workspaceId, search));
  if (status) conditions.push(Prisma.sql`r.status = ANY(${status}::text[]::"ProspectStatus"[])`);
  return Prisma.join(conditions, ' AND ');
}

builder.queryFields((t) => ({
  prospect: t.field({
    type: Prospect,
    nullable: true,
    description: 'One prospect; null where there is none.',
    args: { id: t.arg.id({ required: true, description: 'Begins with prsp_.' }) },
    resolve: (_root, args, context) => findProspect(context, parse(z.object({ id: id('Prospect') }), args).id),
  }),
  prospects: t.field({
    type: ProspectConnection,
    complexity: pageComplexity,
    description: 'The prospects of the workspace.',
    args: {
      search: t.arg.string({
        description:
          'All words in name and e-mail address, the last one by its beginning; similar names; a part of the phone number. At most 200 characters.',
      }),
      status: t.arg({
        type: [ProspectStatus],
        description: 'Only those that have one of these statuses; an empty list matches nothing.',
      }),
      updatedAt: t.arg({ type: DateTimeRange, description: 'Only those that last changed in this span.' }),
      orderBy: t.arg({ type: ProspectOrder, description: 'Default: UPDATED_AT, DESC.' }),
      ...pageArgs(t.arg),
      offset: t.arg.int({ description: 'Rows to skip, 0 to 10 000; not with a cursor or `last`.' }),
    },
    resolve: (_root, args, context) => {
      const ordering = prospectOrdering(args.orderBy?.field, args.orderBy?.direction);
      const where = matching(context.viewer.workspaceId, parse(prospectsArgs, args));
      return listRows(context, args, { table: 'Prospect', ordering, where });
    },
  }),
}));
