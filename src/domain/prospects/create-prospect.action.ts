import type { Prospect } from '../../generated/prisma/client.js';
import { idempotencyKey, parse } from '../../lib/validation.js';
import { idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { lockProspect } from './prospect.sql.js';
import { prospectColumns, prospectFields } from './prospect-fields.js';

const createProspectInput = prospectFields.extend({
  status: prospectFields.shape.status.unwrap(),
  idempotencyKey: idempotencyKey.optional(),
});

/** Creates a prospect; others may have the same phone number or e-mail address. */
export async function createProspect(context: ActionContext, input: unknown): Promise<Prospect> {
  const { idempotencyKey: key, ...wanted } = parse(createProspectInput, input);
  return transact(context, (work) =>
    idempotent(
      work,
      { key, mutation: 'createProspect', input: wanted },
      {
        run: async () => {
          const { tx, workspaceId, now } = work;
          const { actor } = work.viewer;
          const { properties = {}, externalReferences = [], ...columns } = prospectColumns(wanted);
          const result = await tx.prospect.create({
            data: {
              ...columns,
              status: wanted.status,
              properties,
              externalReferences,
              workspaceId,
              id: work.newId(),
              createdByType: actor.type,
              createdById: actor.id,
              createdAt: now,
              updatedByType: actor.type,
              updatedById: actor.id,
              updatedAt: now,
            },
          });
          return { result, ids: { id: result.id } };
        },
        resume: ({ id }) => lockProspect(work, id, 'keep'),
      },
    ),
  );
}
