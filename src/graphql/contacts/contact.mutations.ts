import { createContact } from '../../domain/contacts/create-contact.action.js';
import { deleteContact } from '../../domain/contacts/delete-contact.action.js';
import { updateContact } from '../../domain/contacts/update-contact.action.js';
import type { Contact as ContactRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { MetadataMode } from '../core/metadata-mode.js';
import { addMutation } from '../core/mutation.js';
import { Contact } from './contact.type.js';

function contactPayload(mutationName: string) {
  return builder.objectRef<{ contact: ContactRow }>(`${mutationName}Payload`).implement({
    description: 'The contact as it is now.',
    fields: (t) => ({
      contact: t.field({ type: Contact, description: 'The contact as it is now.', resolve: ({ contact }) => contact }),
    }),
  });
}

const CreateContactInput = builder.inputType('CreateContactInput', {
  description: 'A new contact.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'At most 255 characters.' }),
    phone: t.string({ description: 'In E.164, such as +4930123456; unique in the workspace.' }),
    email: t.string({ description: 'Kept in lower case; unique in the workspace.' }),
    avatarUrl: t.string({ description: 'A picture: an http or https address.' }),
    externalId: t.string({ description: 'At most 255 characters; unique in the workspace.' }),
    tags: t.stringList({ description: 'At most 50 of at most 64 characters.' }),
    metadata: t.field({ type: 'JSONObject', description: 'At most 16 KB.' }),
    idempotencyKey: t.string({
      description: 'The same key and input answer the same contact for 24 hours; at most 255 characters.',
    }),
  }),
});

addMutation('createContact', {
  description: 'Creates a contact; ConflictError where another has the phone number, e-mail address or externalId.',
  permission: 'write',
  input: CreateContactInput,
  payload: contactPayload('CreateContact'),
  resolve: async (input, context) => ({ contact: await createContact(context, input) }),
});

const UpdateContactInput = builder.inputType('UpdateContactInput', {
  description: 'Changes to a contact; what is left out stays.',
  fields: (t) => ({
    contactId: t.id({ required: true, description: 'Begins with cont_.' }),
    name: t.string({ description: 'At most 255 characters.' }),
    phone: t.string({ description: 'In E.164, such as +4930123456; unique in the workspace.' }),
    email: t.string({ description: 'Kept in lower case; unique in the workspace.' }),
    avatarUrl: t.string({ description: 'A picture: an http or https address.' }),
    externalId: t.string({ description: 'At most 255 characters; unique in the workspace.' }),
    tags: t.stringList({ description: 'Replaces the tags: at most 50 of at most 64 characters.' }),
    metadata: t.field({ type: 'JSONObject', description: 'At most 16 KB, also when merged.' }),
    metadataMode: t.field({
      type: MetadataMode,
      required: true,
      defaultValue: 'MERGE',
      description: 'What becomes of the metadata that is there.',
    }),
  }),
});

addMutation('updateContact', {
  description: 'Changes a contact; ConflictError where another has the phone number, e-mail address or externalId.',
  permission: 'write',
  input: UpdateContactInput,
  payload: contactPayload('UpdateContact'),
  resolve: async (input, context) => ({ contact: await updateContact(context, input) }),
});

const DeleteContactInput = builder.inputType('DeleteContactInput', {
  description: 'Which contact to delete.',
  fields: (t) => ({
    contactId: t.id({ required: true, description: 'Begins with cont_.' }),
    force: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Also where there are conversations: active ones are closed, also those that the viewer may not see, and all are kept.',
    }),
  }),
});

addMutation('deleteContact', {
  description:
    'Deletes a contact: an emptied row named "Deleted contact" stays, so that the author of a message can always be named. ConflictError where there are conversations, unless forced.',
  permission: 'write',
  input: DeleteContactInput,
  payload: builder.objectRef<{ deletedContactId: string }>('DeleteContactPayload').implement({
    description: 'What was deleted.',
    fields: (t) => ({
      deletedContactId: t.exposeID('deletedContactId', { description: 'The contact that is gone.' }),
    }),
  }),
  resolve: (input, context) => deleteContact(context, input),
});
