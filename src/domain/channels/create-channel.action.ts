import type { Channel } from '../../generated/prisma/client.js';
import { ChannelType } from '../../generated/prisma/enums.js';
import { input, type Parsed, required, withDefault } from '../../lib/input.js';
import { enumOf } from '../../lib/rules.js';
import { idempotencyField, idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockChannel } from './channel.sql.js';
import { channelFields, clearableFields } from './channel-fields.js';

const [allowMany, allowManyDescription] = channelFields.allowMany;

export const createChannelInput = input('CreateChannelInput', 'A new channel.', {
  name: required(...channelFields.name),
  type: required(enumOf('ChannelType', ChannelType, 'a type'), 'What the channel carries.'),
  allowMany: withDefault(allowMany, false, allowManyDescription),
  ...clearableFields,
  ...idempotencyField,
});

/** Creates a channel; throws ConflictError if another channel has the externalId. */
export async function createChannel(
  context: ActionContext,
  { idempotencyKey: key, ...wanted }: Parsed<typeof createChannelInput>,
): Promise<Channel> {
  return transact(context, (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    return idempotent(
      work,
      { key, mutation: 'createChannel', input: wanted },
      {
        run: async () => {
          if (wanted.externalId) await assertExternalIdFree(work, wanted.externalId);
          const id = newId();
          work.recordChange(id, { type: 'channel.created', payload: {} });
          const result = await tx.channel.create({
            data: { ...wanted, workspaceId, id, createdAt, updatedAt: createdAt },
          });
          return { result, ids: { id: result.id } };
        },
        resume: ({ id }) => lockChannel(work, id),
      },
    );
  });
}
