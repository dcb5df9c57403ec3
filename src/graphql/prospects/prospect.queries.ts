import { status } from '../../domain/prospects/prospect-fields.js';
import { prospectMatches } from '../../domain/search/search.sql.js';
import { peopleSearch } from '../../domain/search/search-text.js';
import { Prisma } from '../../generated/prisma/client.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { anyOf, id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { pageArgs } from '../core/connection.js';
import { dateTimeRange, inRange } from '../core/date-time-range.js';
import { argumentsOf } from '../core/input.js';
import { listRows } from '../core/list-field.js';
import { findProspect } from './prospect.loader.js';
import { Prospect } from './prospect.type.js';
import { ProspectConnection } from './prospect-lists.js';
import { ProspectOrder, prospectOrdering } from './prospect-order.js';

const prospectArgs = input('prospect', 'One prospect.', { id: required(id('Prospect'), 'The prospect.') });

const prospectsArgs = input('prospects', 'Which prospects to list.', {
  search: peopleSearch,
  status: optional(anyOf(status), 'Prospects with one of these statuses. An empty list matches nothing.'),
  updatedAt: optional(dateTimeRange, 'Prospects that last changed in this range.'),
});

function matching(workspaceId: string, { search, status, updatedAt }: Parsed<typeof prospectsArgs>): Prisma.Sql {
  const conditions = [Prisma.sql`TRUE`, ...inRange(Prisma.sql`r."updatedAt"`, updatedAt)];
  if (search) conditions.push(prospectMatches(workspaceId, search));
  if (status) conditions.push(Prisma.sql`r.status = ANY(${status}::text[]::"ProspectStatus"[])`);
  return Prisma.join(conditions, ' AND ');
}

builder.queryFields((t) => ({
  prospect: t.field({
    type: Prospect,
    nullable: true,
    description: 'A prospect by id; null if there is none.',
    args: argumentsOf(t.arg, prospectArgs),
    resolve: (_root, args, context) => findProspect(context, parse(prospectArgs.schema, args).id),
  }),
  prospects: t.field({
    type: ProspectConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    description: 'The prospects of the workspace.',
    args: {
      ...argumentsOf(t.arg, prospectsArgs),
      orderBy: t.arg({ type: ProspectOrder, description: 'Default: UPDATED_AT, DESC.' }),
      ...pageArgs(t.arg),
      offset: t.arg.int({ description: 'The number of rows to skip: 0 to 10,000. Not with a cursor or `last`.' }),
    },
    resolve: (_root, args, context) => {
      const ordering = prospectOrdering(args.orderBy?.field, args.orderBy?.direction);
      const where = matching(context.viewer.workspaceId, parse(prospectsArgs.schema, args));
      return listRows(context, args, { table: 'Prospect', ordering, where });
    },
  }),
}));
