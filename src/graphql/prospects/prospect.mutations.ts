import { createProspect } from '../../domain/prospects/create-prospect.action.js';
import { deleteProspect } from '../../domain/prospects/delete-prospect.action.js';
import { updateProspect } from '../../domain/prospects/update-prospect.action.js';
import type { Prospect as ProspectRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { Prospect, ProspectStatus } from './prospect.type.js';

function prospectPayload(mutationName: string) {
  return builder.objectRef<{ prospect: ProspectRow }>(`${mutationName}Payload`).implement({
    description: 'The prospect as it is now.',
    fields: (t) => ({
      prospect: t.field({
        type: Prospect,
        description: 'The prospect as it is now.',
        resolve: ({ prospect }) => prospect,
      }),
    }),
  });
}

const ExternalReferenceInput = builder.inputType('ExternalReferenceInput', {
  description: 'What another system knows a prospect by.',
  fields: (t) => ({
    provider: t.string({ required: true, description: 'The other system, at most 255 characters.' }),
    id: t.string({ required: true, description: "The prospect's id over there, at most 255 characters." }),
    properties: t.field({ type: 'JSONObject', description: 'At most 16 KB.' }),
  }),
});

const CreateProspectInput = builder.inputType('CreateProspectInput', {
  description: 'A new prospect.',
  fields: (t) => ({
    name: t.string({ description: 'At most 255 characters.' }),
    email: t.string({ description: 'Kept in lower case; others may have it too.' }),
    phone: t.string({ description: 'In E.164, such as +4930123456; others may have it too.' }),
    status: t.field({
      type: ProspectStatus,
      required: true,
      defaultValue: 'NEW',
      description: 'How far the prospect has come.',
    }),
    properties: t.field({ type: 'JSONObject', description: 'At most 16 KB.' }),
    externalReferences: t.field({
      type: [ExternalReferenceInput],
      description: 'What other systems know the prospect by, at most 50.',
    }),
    idempotencyKey: t.string({
      description: 'The same key and input answer the same prospect for 24 hours; at most 255 characters.',
    }),
  }),
});

addMutation('createProspect', {
  description: 'Creates a prospect.',
  permission: 'write',
  input: CreateProspectInput,
  payload: prospectPayload('CreateProspect'),
  resolve: async (input, context) => ({ prospect: await createProspect(context, input) }),
});

const UpdateProspectInput = builder.inputType('UpdateProspectInput', {
  description: 'Changes to a prospect; what is left out stays.',
  fields: (t) => ({
    prospectId: t.id({ required: true, description: 'Begins with prsp_.' }),
    name: t.string({ description: 'At most 255 characters.' }),
    email: t.string({ description: 'Kept in lower case; others may have it too.' }),
    phone: t.string({ description: 'In E.164, such as +4930123456; others may have it too.' }),
    status: t.field({ type: ProspectStatus, description: 'How far the prospect has come.' }),
    properties: t.field({ type: 'JSONObject', description: 'Replaces the properties: at most 16 KB.' }),
    externalReferences: t.field({
      type: [ExternalReferenceInput],
      description: 'Replaces the references: at most 50.',
    }),
  }),
});

addMutation('updateProspect', {
  description: 'Changes a prospect.',
  permission: 'write',
  input: UpdateProspectInput,
  payload: prospectPayload('UpdateProspect'),
  resolve: async (input, context) => ({ prospect: await updateProspect(context, input) }),
});

const DeleteProspectInput = builder.inputType('DeleteProspectInput', {
  description: 'Which prospect to delete.',
  fields: (t) => ({ prospectId: t.id({ required: true, description: 'Begins with prsp_.' }) }),
});

addMutation('deleteProspect', {
  description: 'Deletes a prospect and takes it off its conversations, which stay.',
  permission: 'write',
  input: DeleteProspectInput,
  payload: builder.objectRef<{ deletedProspectId: string }>('DeleteProspectPayload').implement({
    description: 'What was deleted.',
    fields: (t) => ({
      deletedProspectId: t.exposeID('deletedProspectId', { description: 'The prospect that is gone.' }),
    }),
  }),
  resolve: (input, context) => deleteProspect(context, input),
});
