import { changesOf } from '../../audit/audit-entry.js';
import type { Channel } from '../../generated/prisma/client.js';
import { ChannelType } from '../../generated/prisma/enums.js';
import { input, type Parsed, required, withDefault } from '../../lib/input.js';
import { enumOf } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockChannel } from './channel.sql.js';
import { auditedFields, channelFields, clearableFields } from './channel-fields.js';

const [allowMany, allowManyDescription] = channelFields.allowMany;

export const createChannelInput = input('CreateChannelInput', 'A new channel.', {
  name: required(...channelFields.name),
  type: required(enumOf('ChannelType', ChannelType, 'a type'), 'What the channel carries.'),
  allowMany: withDefault(allowMany, false, allowManyDescription),
  ...clearableFields,
});

/** Creates a channel; throws ConflictError if another channel has the externalId. */
export async function createChannel(
  context: ActionContext,
  wanted: Parsed<typeof createChannelInput>,
): Promise<Channel> {
  return transactOnce(context, rowOutcome(lockChannel), async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    if (wanted.externalId) await assertExternalIdFree(work, wanted.externalId);
    const id = newId();
    work.recordChange(id, { type: 'channel.created', payload: {} });
    const channel = await tx.channel.create({
      data: { ...wanted, workspaceId, id, createdAt, updatedAt: createdAt },
    });
    work.audit({ action: 'channel.created', targetId: id, changes: changesOf(null, channel, auditedFields) });
    return channel;
  });
}
