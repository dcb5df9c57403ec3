import { z } from 'zod';
import { auditActions } from '../../audit/audit-entry.js';
import { type IdType, parseId } from '../../lib/ids.js';
import { rule } from '../../lib/input.js';

const targetTypes = new Set<IdType>(Object.values(auditActions));

/** The public id of a row of a type that audited acts are about; parsed to the UUID. */
export const anyTarget = rule(
  'ID',
  z.string('Must be an id.').transform((value, context) => {
    const parsed = parseId(value);
    if (parsed && targetTypes.has(parsed.type)) return parsed.uuid;
    context.addIssue({ code: 'custom', message: `Must be the id of a row of ${[...targetTypes].join(', ')}.` });
    return z.NEVER;
  }),
);
