import { auditActions, isAuditAction } from '../../audit/audit-entry.js';
import type { Ordering } from '../../db/keyset.js';
import { type AuditEvent as AuditEventRow, Prisma } from '../../generated/prisma/client.js';
import { input, optional, type Parsed, rule } from '../../lib/input.js';
import { actorRef, anyOf, text } from '../../lib/rules.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { dateTimeRange, inRange } from '../core/date-time-range.js';
import { inputType, parseFilter } from '../core/input.js';
import { listRows } from '../core/list-field.js';
import { AuditEvent } from './audit-event.type.js';
import { anyTarget } from './audit-target.js';

const AuditEventConnection = connectionType('AuditEvent', AuditEvent, 'acts in the audit log');

const action = rule('String', text(64).refine(isAuditAction, 'Must be the name of an act that is audited.'));

const auditFilter = input('AuditEventFilter', 'Which acts to list. All conditions must hold.', {
  actions: optional(
    anyOf(action),
    `Acts with one of these names: ${Object.keys(auditActions).join(', ')}. An empty list matches nothing.`,
  ),
  actorId: optional(actorRef('USER', 'BOT', 'CONTACT', 'API_KEY'), 'Acts of this user, bot, contact or API key.'),
  targetId: optional(anyTarget, 'Acts on this row.'),
  at: optional(dateTimeRange, 'Acts that were done in this range.'),
});

/** Ids begin with the time. */
const newestFirst: Ordering<AuditEventRow> = {
  name: 'auditEvents',
  column: Prisma.sql`r.id`,
  type: 'uuid',
  descending: true,
  value: ({ id }) => id,
  tiebreak: null,
};

function matching({ actions, actorId, targetId, at }: Parsed<typeof auditFilter>): Prisma.Sql {
  return Prisma.join(
    [
      Prisma.sql`TRUE`,
      ...(actions ? [Prisma.sql`r.action = ANY(${actions}::text[])`] : []),
      ...(actorId ? [Prisma.sql`r."actorId" = ${actorId.id}::uuid`] : []),
      ...(targetId ? [Prisma.sql`r."targetId" = ${targetId}::uuid`] : []),
      ...inRange(Prisma.sql`r.at`, at),
    ],
    ' AND ',
  );
}

builder.queryField('auditEvents', (t) =>
  t.field({
    type: AuditEventConnection,
    complexity: pageComplexity(rowWeight.withMetadata),
    authScopes: { administer: true },
    description:
      'The audit log of the workspace, newest first: who administered API keys, users, bots, channels, webhook endpoints and the workspace, and who exported or erased contacts.',
    args: {
      filter: t.arg({ type: inputType(auditFilter), description: 'Which acts to list. Default: all.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { filter, ...args }, context) => {
      const where = matching(parseFilter(auditFilter, filter));
      return listRows(context, args, { table: 'AuditEvent', ordering: newestFirst, where });
    },
  }),
);
