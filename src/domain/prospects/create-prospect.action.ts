import type { Prospect } from '../../generated/prisma/client.js';
import { input, type Parsed, withDefault } from '../../lib/input.js';
import { idempotencyField, idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { lockProspect } from './prospect.sql.js';
import { prospectColumns, prospectFields, status } from './prospect-fields.js';

export const createProspectInput = input('CreateProspectInput', 'A new prospect.', {
  ...prospectFields,
  status: withDefault(status, 'NEW', 'How far the prospect has come.'),
  ...idempotencyField,
});

/** Creates a prospect. Several prospects may have the same phone number or email address. */
export async function createProspect(
  context: ActionContext,
  { idempotencyKey: key, ...wanted }: Parsed<typeof createProspectInput>,
): Promise<Prospect> {
  return transact(context, (work) =>
    idempotent(
      work,
      { key, mutation: 'createProspect', input: wanted },
      {
        run: async () => {
          const { tx, workspaceId, now } = work;
          const { actor } = work.viewer;
          const { properties = {}, externalReferences = [], ...columns } = prospectColumns(wanted);
          const id = work.newId();
          work.recordChange(id, { type: 'prospect.created', payload: {} });
          const result = await tx.prospect.create({
            data: {
              ...columns,
              status: wanted.status,
              properties,
              externalReferences,
              workspaceId,
              id,
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
        resume: ({ id }) => lockProspect(work, id, 'keyShare'),
      },
    ),
  );
}
