import type { Prospect } from '../../generated/prisma/client.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, laterOf, transact } from '../../unit-of-work/transaction.js';
import { lockProspect } from './prospect.sql.js';
import { prospectColumns, prospectFields } from './prospect-fields.js';

const updateProspectInput = prospectFields.extend({ prospectId: id('Prospect') });

/** Changes a prospect; what is left out stays. */
export async function updateProspect(context: ActionContext, input: unknown): Promise<Prospect> {
  const { prospectId, ...fields } = parse(updateProspectInput, input);
  return transact(context, async (work) => {
    const prospect = await lockProspect(work, prospectId, 'update');
    const { actor } = work.viewer;
    const updated = {
      updatedByType: actor.type,
      updatedById: actor.id,
      updatedAt: laterOf(work.now, prospect.updatedAt),
    };
    return work.tx.prospect.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: prospectId } },
      data: { ...prospectColumns(fields), ...updated },
    });
  });
}
