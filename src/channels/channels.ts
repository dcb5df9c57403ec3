import { z } from 'zod';
import { idempotent } from '../db/idempotency.js';
import { type ActionContext, transact } from '../db/transaction.js';
import { ConflictError } from '../errors.js';
import type { Channel as ChannelRow } from '../generated/prisma/client.js';
import { ChannelType as ChannelTypes } from '../generated/prisma/enums.js';
import { builder } from '../graphql/builder.js';
import { pageComplexity } from '../graphql/complexity.js';
import { connectionType, pageArgs } from '../graphql/connection.js';
import { byId, listRows } from '../graphql/list-field.js';
import { mutation } from '../graphql/mutation.js';
import { externalId, idempotencyKey, parse, text } from '../validation.js';
import { Channel, ChannelType } from './channel.type.js';

const ChannelConnection = connectionType('Channel', Channel, 'channels');

builder.queryField('channels', (t) =>
  t.field({
    type: ChannelConnection,
    complexity: pageComplexity,
    description: 'The channels of the workspace, oldest first.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) =>
      listRows(context, args, { table: 'Channel', ordering: byId<ChannelRow>('channels') }),
  }),
);

const CreateChannelInput = builder.inputType('CreateChannelInput', {
  description: 'A new channel.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'At most 255 characters.' }),
    type: t.field({ type: ChannelType, required: true, description: 'What it carries.' }),
    externalId: t.string({
      description: 'The name an outside engine knows it by, at most 255 characters; unique in the workspace.',
    }),
    allowMany: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether a contact may have several active conversations here at once.',
    }),
    reopenWithinSeconds: t.int({
      description:
        "A customer's message this many seconds after the closure reopens the conversation; left out: it starts a new one.",
    }),
    idempotencyKey: t.string({
      description: 'The same key and input answer the same channel for 24 hours; at most 255 characters.',
    }),
  }),
});

const createChannelInput = z.object({
  name: text(255),
  type: z.enum(ChannelTypes),
  externalId: externalId.optional(),
  allowMany: z.boolean(),
  reopenWithinSeconds: z
    .int('Must be a whole number; null is not allowed here.')
    .min(0, 'Must not be negative.')
    .optional(),
  idempotencyKey: idempotencyKey.optional(),
});

mutation('createChannel', {
  description: 'Creates a channel; ConflictError where another has the externalId.',
  scope: 'admin',
  input: CreateChannelInput,
  payload: builder.objectRef<{ channel: ChannelRow }>('CreateChannelPayload').implement({
    description: 'The new channel.',
    fields: (t) => ({
      channel: t.field({ type: Channel, description: 'The new channel.', resolve: ({ channel }) => channel }),
    }),
  }),
  resolve: async (input, context) => ({ channel: await createChannel(context, input) }),
});

/** Creates a channel; an externalId that another has is a ConflictError. */
async function createChannel(context: ActionContext, input: unknown): Promise<ChannelRow> {
  const { idempotencyKey: key, ...wanted } = parse(createChannelInput, input);
  const { externalId } = wanted;
  return transact(context, (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    return idempotent(
      work,
      { key, mutation: 'createChannel', input: wanted },
      {
        run: async () => {
          if (externalId && (await tx.channel.findFirst({ where: { workspaceId, externalId } }))) {
            throw new ConflictError('Another channel has this externalId.');
          }
          const result = await tx.channel.create({
            data: { ...wanted, workspaceId, id: newId(), createdAt, updatedAt: createdAt },
          });
          return { result, ids: { id: result.id } };
        },
        resume: ({ id }) => tx.channel.findUniqueOrThrow({ where: { workspaceId_id: { workspaceId, id } } }),
      },
    );
  });
}
