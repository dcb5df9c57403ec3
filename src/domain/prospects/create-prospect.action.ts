import type { Prospect } from '../../generated/prisma/client.js';
import { clientId } from '../../lib/client-id.js';
import { input, optional, type Parsed, withDefault } from '../../lib/input.js';
import { createOnce } from '../../unit-of-work/client-id.sql.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { lockProspect } from './prospect.sql.js';
import { prospectColumns, prospectFields, status } from './prospect-fields.js';

export const createProspectInput = input('CreateProspectInput', 'A new prospect.', {
  id: optional(clientId('Prospect'), 'The id to create it with, made by the client. Default: a new one.'),
  ...prospectFields,
  status: withDefault(status, 'NEW', 'How far the prospect has come.'),
});

type Wanted = Parsed<typeof createProspectInput>;

const outcome = rowOutcome<Prospect>((work, id) => lockProspect(work, id, 'keyShare'));

/** Creates a prospect. Several prospects may have the same phone number or email address. */
export async function createProspect(context: ActionContext, wanted: Wanted): Promise<Prospect> {
  return transactOnce(context, outcome, (work) =>
    createOnce(
      work,
      { type: 'Prospect', id: wanted.id, input: wanted },
      {
        create: () => insertProspect(work, wanted),
        resume: (id) => outcome.resume(work, { id }),
        idOf: ({ id }) => id,
      },
    ),
  );
}

async function insertProspect(work: Work, wanted: Wanted): Promise<Prospect> {
  const { tx, workspaceId, now } = work;
  const { actor } = work.viewer;
  const { properties = {}, externalReferences = [], ...columns } = prospectColumns(wanted);
  const id = wanted.id ?? work.newId();
  work.recordChange(id, { type: 'prospect.created', payload: {} });
  return tx.prospect.create({
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
}
