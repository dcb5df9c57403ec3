import { z } from 'zod';
import type { Channel } from '../../generated/prisma/client.js';
import { ChannelType } from '../../generated/prisma/enums.js';
import { externalId, idempotencyKey, parse, text } from '../../lib/validation.js';
import { idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockChannel } from './channel.sql.js';
import { reopenWithinSeconds } from './channel-fields.js';

const createChannelInput = z.object({
  name: text(255),
  type: z.enum(ChannelType),
  externalId: externalId.optional(),
  allowMany: z.boolean(),
  reopenWithinSeconds: reopenWithinSeconds.optional(),
  idempotencyKey: idempotencyKey.optional(),
});

/** Creates a channel; an externalId that another has is a ConflictError. */
export async function createChannel(context: ActionContext, input: unknown): Promise<Channel> {
  const { idempotencyKey: key, ...wanted } = parse(createChannelInput, input);
  return transact(context, (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    return idempotent(
      work,
      { key, mutation: 'createChannel', input: wanted },
      {
        run: async () => {
          if (wanted.externalId !== undefined) await assertExternalIdFree(work, wanted.externalId);
          const result = await tx.channel.create({
            data: { ...wanted, workspaceId, id: newId(), createdAt, updatedAt: createdAt },
          });
          return { result, ids: { id: result.id } };
        },
        resume: ({ id }) => lockChannel(work, id),
      },
    );
  });
}
