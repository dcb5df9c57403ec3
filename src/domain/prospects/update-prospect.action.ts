import type { Prospect } from '../../generated/prisma/client.js';
import { optional, type Parsed, updateInput } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import { type ActionContext, laterOf } from '../../unit-of-work/transaction.js';
import { lockProspect } from './prospect.sql.js';
import { prospectColumns, prospectFields, prospectIdField, status } from './prospect-fields.js';

export const updateProspectInput = updateInput(
  'UpdateProspectInput',
  'Changes to a prospect. Fields that are left out stay as they are.',
  { ...prospectIdField, ...prospectFields, status: optional(status, 'How far the prospect has come.') },
);

/** Changes a prospect and records who changed it. */
export async function updateProspect(
  context: ActionContext,
  { prospectId, ...fields }: Parsed<typeof updateProspectInput>,
): Promise<Prospect> {
  return transactOnce(
    context,
    rowOutcome((work, id) => lockProspect(work, id, 'keyShare')),
    async (work) => {
      const prospect = await lockProspect(work, prospectId, 'update');
      const { actor } = work.viewer;
      const updated = {
        updatedByType: actor.type,
        updatedById: actor.id,
        updatedAt: laterOf(work.now, prospect.updatedAt),
      };
      work.recordChange(prospectId, { type: 'prospect.updated', payload: {} });
      return work.tx.prospect.update({
        where: { workspaceId_id: { workspaceId: work.workspaceId, id: prospectId } },
        data: { ...prospectColumns(fields), status: fields.status, ...updated },
      });
    },
  );
}
