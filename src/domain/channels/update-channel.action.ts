import { changesOf } from '../../audit/audit-entry.js';
import type { Channel } from '../../generated/prisma/client.js';
import { ChannelStatus } from '../../generated/prisma/enums.js';
import { optional, type Parsed, updateInput } from '../../lib/input.js';
import { enumOf } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockChannel } from './channel.sql.js';
import { auditedFields, channelFields, channelIdField, clearableFields } from './channel-fields.js';

export const updateChannelInput = updateInput(
  'UpdateChannelInput',
  'Changes to a channel. Fields that are left out stay as they are.',
  {
    ...channelIdField,
    name: optional(...channelFields.name),
    status: optional(
      enumOf('ChannelStatus', ChannelStatus, 'a status'),
      'Whether the channel works. INACTIVE takes no new conversations.',
    ),
    allowMany: optional(...channelFields.allowMany),
    ...clearableFields,
  },
);

/** Changes a channel; throws ConflictError if another channel has the externalId. */
export async function updateChannel(
  context: ActionContext,
  { channelId, ...fields }: Parsed<typeof updateChannelInput>,
): Promise<Channel> {
  return transactOnce(context, rowOutcome(lockChannel), async (work) => {
    const channel = await lockChannel(work, channelId);
    if (fields.externalId) await assertExternalIdFree(work, fields.externalId, channelId);
    work.recordChange(channelId, { type: 'channel.updated', payload: {} });
    const updated = await work.tx.channel.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: channelId } },
      data: { ...fields, updatedAt: work.now },
    });
    const changes = changesOf(channel, updated, auditedFields);
    work.audit({ action: 'channel.updated', targetId: channelId, changes });
    return updated;
  });
}
